// Answers with metrics in the format the scraper asks for, compressed if it can read that.
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import {
  contentType,
  encodeFamilies,
  type MetricFamily,
  negotiate,
  OFFERED_FORMATS,
} from '@prometheus-ts/exposition';
import type { Request, RequestHandler, Response } from 'express';

const gzipAsync = promisify(gzip);

const TEXT_FORMATS = OFFERED_FORMATS.filter((format) => format.kind === 'text');

/** Below this compression costs more than it saves. */
const SMALLEST_COMPRESSED_BYTES = 1024;

export interface MetricsOptions {
  /** Offer OpenMetrics too. Upstream's daemons do not: counters without `_total` would change their names. */
  readonly openMetrics?: boolean;
}

/** A handler that gathers on each request. */
export function metricsHandler(
  gather: () => Promise<Iterable<MetricFamily>> | Iterable<MetricFamily>,
  options: MetricsOptions = {},
): RequestHandler {
  return async (request, response) => sendFamilies(request, response, await gather(), options);
}

/** Writes `families` as the answer, sorted as they come. */
export async function sendFamilies(
  request: Request,
  response: Response,
  families: Iterable<MetricFamily>,
  options: MetricsOptions = {},
): Promise<void> {
  const asked = request.headers.accept;
  // A reader that takes anything (`*/*`) gets text; OpenMetrics is for those that name it.
  const named = options.openMetrics === true && asked?.includes('application/openmetrics-text') === true;
  const format = negotiate(asked, named ? OFFERED_FORMATS : TEXT_FORMATS);
  let body = encodeFamilies(families, format);
  const headers: Record<string, string | number> = {
    'Content-Type': contentType(format),
    Vary: 'Accept, Accept-Encoding',
  };
  if (body.length >= SMALLEST_COMPRESSED_BYTES && acceptsGzip(request)) {
    body = await gzipAsync(body, { level: constants.Z_BEST_SPEED });
    headers['Content-Encoding'] = 'gzip';
  }
  headers['Content-Length'] = body.length;
  response.writeHead(200, headers);
  response.end(request.method === 'HEAD' ? undefined : body);
}

function acceptsGzip(request: Request): boolean {
  const header = String(request.headers['accept-encoding'] ?? '');
  return header.split(',').some((part) => {
    const [name, ...parameters] = part.split(';').map((text) => text.trim());
    return name === 'gzip' && !parameters.some((text) => /^q=0(\.0*)?$/.test(text));
  });
}
