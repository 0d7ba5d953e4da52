// GET /metrics: which collectors, how many scrapes at once, which format, compressed or not.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { contentType, encodeFamilies, negotiate, TEXT_0_0_4, TEXT_1_0_0 } from '@prometheus-ts/exposition';
import type { Logger } from '@prometheus-ts/log';
import type { ExporterMetrics } from './exporter-metrics.ts';
import { mergeFamilies } from './merge-families.ts';
import type { Scraper } from './scrape.ts';

export interface MetricsHandlerOptions {
  /** The scraper in force; a reload puts another one there. */
  readonly scraper: () => Scraper;
  /** Whether a name is that of a collector of this platform, running or not. */
  readonly exists: (name: string) => boolean;
  readonly exporter: ExporterMetrics;
  readonly withExporterMetrics: boolean;
  /** 0 for no limit. */
  readonly maxRequests: number;
  readonly log: Logger;
}

/** Upstream's exporter speaks no OpenMetrics, whatever is asked for. */
const OFFERED = [TEXT_0_0_4, TEXT_1_0_0];

const compress = promisify(gzip);
/** The level that costs least; bodies are text with long common prefixes, which any level finds. */
const GZIP_LEVEL = 1;

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export function metricsHandler(options: MetricsHandlerOptions): RequestHandler {
  const { exporter, maxRequests } = options;
  return async (request, response) => {
    if (maxRequests > 0 && exporter.inFlight >= maxRequests) {
      exporter.countScrape(503);
      sendText(response, 503, `Limit of concurrent requests reached (${maxRequests}), try again later.\n`);
      return;
    }
    exporter.inFlight += 1;
    try {
      const choice = chooseCollectors(new URL(request.url ?? '/', 'http://localhost').searchParams, options);
      if (typeof choice === 'string') {
        exporter.countScrape(400);
        sendText(response, 400, choice);
        return;
      }
      const body = await scrapeBody(options, choice.wanted, request, response);
      exporter.countScrape(200);
      response.writeHead(200, { 'Content-Length': body.length });
      response.end(request.method === 'HEAD' ? undefined : body);
    } finally {
      exporter.inFlight -= 1;
    }
  };
}

/** The collectors that the query asks for, undefined for all; or why it cannot be answered. */
function chooseCollectors(
  query: URLSearchParams,
  options: MetricsHandlerOptions,
): { readonly wanted: ReadonlySet<string> | undefined } | string {
  const collect = query.getAll('collect[]');
  const exclude = query.getAll('exclude[]');
  if (collect.length === 0 && exclude.length === 0) return { wanted: undefined };
  if (collect.length > 0 && exclude.length > 0) {
    return 'Combined collect and exclude queries are not allowed.';
  }
  const names = options.scraper().names;
  if (exclude.length > 0) return { wanted: new Set(names.filter((name) => !exclude.includes(name))) };
  for (const name of collect) {
    if (names.includes(name)) continue;
    const reason = options.exists(name) ? 'disabled collector' : 'missing collector';
    return `Couldn't create filtered metrics handler: couldn't create collector: ${reason}: ${name}`;
  }
  return { wanted: new Set(collect) };
}

/** Collects, encodes and compresses; sets the headers that say how. */
async function scrapeBody(
  options: MetricsHandlerOptions,
  wanted: ReadonlySet<string> | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Uint8Array> {
  const { exporter, log } = options;
  const sources = await options.scraper().scrape(wanted);
  sources.push(exporter.buildFamilies());
  if (options.withExporterMetrics) sources.push(exporter.families());
  const families = mergeFamilies(sources, (reason) => {
    exporter.countError('gathering');
    log.error('error gathering metrics', { err: reason });
  });
  const format = negotiate(request.headers.accept, OFFERED);
  response.setHeader('Content-Type', contentType(format));
  const body = encodeFamilies(families, format);
  if (!/\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))) return body;
  response.setHeader('Content-Encoding', 'gzip');
  return await compress(body, { level: GZIP_LEVEL });
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(text);
}
