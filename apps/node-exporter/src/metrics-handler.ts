// GET /metrics: which collectors, how many scrapes at once, and what is served.
import type { MetricFamily } from '@prometheus-ts/exposition';
import type { Logger } from '@prometheus-ts/log';
import type { RequestHandler, Response } from 'express';
import type { ExporterMetrics } from './exporter-metrics.ts';
import { mergeFamilies } from './merge-families.ts';
import type { Scraper } from './scrape.ts';
import { sendExposition } from './send-exposition.ts';

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
  /** Called after each answer. */
  readonly answered: () => void;
}

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
      const families = await gather(options, choice.wanted);
      exporter.countScrape(200);
      sendExposition(request, response, families);
      response.once('finish', options.answered);
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

/** Collects what is wanted, and joins it with the metrics about the exporter. */
async function gather(
  options: MetricsHandlerOptions,
  wanted: ReadonlySet<string> | undefined,
): Promise<MetricFamily[]> {
  const { exporter, log } = options;
  const sources = await options.scraper().scrape(wanted);
  sources.push(exporter.buildFamilies());
  if (options.withExporterMetrics) sources.push(exporter.families());
  return mergeFamilies(sources, (reason) => {
    exporter.countError('gathering');
    log.error('error gathering metrics', { err: reason });
  });
}

function sendText(response: Response, status: number, text: string): void {
  response.status(status).type('text/plain').send(text);
}
