// The answer to a scrape: encoded, compressed where the scraper can read that. Compression is done at once on
// this thread: it takes less than a millisecond, and the thread pool's threads would each keep memory of their own.
import { constants, gzipSync } from 'node:zlib';
import {
  contentType,
  encodeFamilies,
  type MetricFamily,
  negotiate,
  TEXT_0_0_4,
  TEXT_1_0_0,
} from '@prometheus-ts/exposition';
import type { Request, Response } from 'express';

/** Upstream's exporter speaks no OpenMetrics, whatever is asked for. */
const OFFERED = [TEXT_0_0_4, TEXT_1_0_0];

/** A window of 8 KiB finds the repeated names as well as the usual 32, in an eighth of the memory. */
const COMPRESSION = { level: constants.Z_BEST_SPEED, windowBits: 13, memLevel: 5 };

export function sendExposition(
  request: Request,
  response: Response,
  families: readonly MetricFamily[],
): void {
  const format = negotiate(request.headers.accept, OFFERED);
  let body = encodeFamilies(families, format);
  const headers: Record<string, string | number> = {
    'Content-Type': contentType(format),
    Vary: 'Accept, Accept-Encoding',
  };
  if (acceptsGzip(String(request.headers['accept-encoding'] ?? ''))) {
    body = gzipSync(body, COMPRESSION);
    headers['Content-Encoding'] = 'gzip';
  }
  headers['Content-Length'] = body.length;
  response.writeHead(200, headers);
  response.end(request.method === 'HEAD' ? undefined : body);
}

function acceptsGzip(header: string): boolean {
  return header.split(',').some((part) => {
    const [name, ...parameters] = part.split(';').map((text) => text.trim());
    return name === 'gzip' && !parameters.some((text) => /^q=0(\.0*)?$/.test(text));
  });
}
