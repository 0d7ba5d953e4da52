// The express app that every daemon starts from: health, metrics, landing page, bounded bodies, request
// metrics and one way to fail. The daemon adds its own routes through `routes`, below the route prefix.
import { promClientFamilies } from '@prometheus-ts/exposition';
import type { Logger } from '@prometheus-ts/log';
import express, { type Express, type RequestHandler, Router } from 'express';
import type { Registry } from 'prom-client';
import { limitDeclaredBody } from './body.ts';
import { failureHandler, notFound } from './failures.ts';
import { addHealthRoutes, type HealthTexts, type ReadyState } from './health.ts';
import { type LandingPage, renderLandingPage } from './landing-page.ts';
import { metricsHandler } from './metrics-endpoint.ts';
import { requestMetrics } from './request-metrics.ts';

export interface WebAppOptions {
  /** In the texts of the health endpoints: `Prometheus Server`. */
  readonly name: string;
  readonly log: Logger;
  readonly registry: Registry;
  /** Default: always ready. */
  readonly ready?: () => ReadyState | boolean;
  /** Default: `<name> is Healthy.` and `<name> is Ready.` */
  readonly healthTexts?: HealthTexts;
  /** The page at the prefix itself; none: the daemon has a route of its own there. */
  readonly landing?: LandingPage;
  /** Where all paths begin; default `/`. */
  readonly routePrefix?: string;
  /** Default `/metrics`; false: the daemon serves its metrics itself. */
  readonly metricsPath?: string | false;
  /** Counts requests as `<namespace>_http_…`. */
  readonly requestMetricsNamespace?: string;
  /** Longest request body; default 64 MiB. */
  readonly bodyLimitBytes?: number;
  /** Runs before everything else. */
  readonly before?: readonly RequestHandler[];
  /** The daemon's own routes. */
  readonly routes?: (router: Router) => void;
}

const DEFAULT_BODY_LIMIT_BYTES = 64 * 1024 * 1024;

export function createWebApp(options: WebAppOptions): Express {
  const prefix = normalizePrefix(options.routePrefix ?? '/');
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  for (const handler of options.before ?? []) app.use(handler);
  if (options.requestMetricsNamespace !== undefined) {
    app.use(
      requestMetrics({
        registry: options.registry,
        namespace: options.requestMetricsNamespace,
        routePrefix: prefix,
      }),
    );
  }
  app.use(limitDeclaredBody(options.bodyLimitBytes ?? DEFAULT_BODY_LIMIT_BYTES));
  const router = Router({ caseSensitive: true, strict: true });
  addHealthRoutes(
    router,
    options.ready ?? (() => true),
    options.healthTexts ?? {
      healthy: `${options.name} is Healthy.\n`,
      ready: `${options.name} is Ready.\n`,
    },
  );
  if (options.metricsPath !== false) {
    router.get(
      options.metricsPath ?? '/metrics',
      metricsHandler(() => promClientFamilies(options.registry)),
    );
  }
  options.routes?.(router);
  if (options.landing) router.get('/', landingHandler(options.landing, prefix));
  if (prefix !== '/') {
    app.get('/', (_request, response) => response.redirect(302, prefix));
    app.get(prefix.slice(0, -1), (_request, response) => response.redirect(302, prefix));
  }
  app.use(prefix, router);
  app.use(notFound);
  app.use(failureHandler(options.log));
  return app;
}

/** Begins and ends with a slash. */
function normalizePrefix(prefix: string): string {
  const inner = prefix.replace(/^\/+|\/+$/g, '');
  return inner === '' ? '/' : `/${inner}/`;
}

function landingHandler(landing: LandingPage, prefix: string): RequestHandler {
  const page = Buffer.from(renderLandingPage(landing, prefix));
  return (request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=UTF-8', 'Content-Length': page.length });
    response.end(request.method === 'HEAD' ? undefined : page);
  };
}
