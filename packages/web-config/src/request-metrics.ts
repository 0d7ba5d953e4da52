// Counts and times requests per route, with upstream's names (`prometheus_http_requests_total`, …). The
// `handler` label is the route's pattern, so a client cannot make series by inventing paths; requests that no
// route takes are not counted, as upstream.
import type { RequestHandler, Response } from 'express';
import { Counter, Histogram, type Registry } from 'prom-client';

export interface RequestMetricsOptions {
  readonly registry: Registry;
  /** Beginning of the metric names: `prometheus`. */
  readonly namespace: string;
  /** Taken off the front of the handler label. */
  readonly routePrefix?: string;
}

const DURATION_BUCKETS = [0.1, 0.2, 0.4, 1, 3, 8, 20, 60, 120];
const SIZE_BUCKETS = [1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

/** Middleware to put before all routes. */
export function requestMetrics(options: RequestMetricsOptions): RequestHandler {
  const { registry, namespace } = options;
  const prefix = (options.routePrefix ?? '/').replace(/\/$/, '');
  const requests = new Counter({
    name: `${namespace}_http_requests_total`,
    help: 'HTTP requests answered.',
    labelNames: ['handler', 'code'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: `${namespace}_http_request_duration_seconds`,
    help: 'Time taken to answer HTTP requests.',
    labelNames: ['handler'],
    buckets: DURATION_BUCKETS,
    registers: [registry],
  });
  const sizes = new Histogram({
    name: `${namespace}_http_response_size_bytes`,
    help: 'Body sizes of HTTP answers.',
    labelNames: ['handler'],
    buckets: SIZE_BUCKETS,
    registers: [registry],
  });
  return (request, response, next) => {
    const started = performance.now();
    const bodyBytes = countBody(response);
    response.once('finish', () => {
      const route: unknown = request.route?.path;
      if (typeof route !== 'string') return;
      const path = `${request.baseUrl}${route}`;
      const handler = path.startsWith(prefix) ? path.slice(prefix.length) : path;
      requests.inc({ handler, code: response.statusCode });
      durations.observe({ handler }, (performance.now() - started) / 1000);
      sizes.observe({ handler }, bodyBytes());
    });
    next();
  };
}

/** Counts what the handler writes, before any transfer encoding. */
function countBody(response: Response): () => number {
  let bytes = 0;
  const count = (chunk: unknown) => {
    if (typeof chunk === 'string') bytes += Buffer.byteLength(chunk);
    else if (chunk instanceof Uint8Array) bytes += chunk.length;
  };
  const { write, end } = response;
  response.write = function (this: Response, ...args: unknown[]) {
    count(args[0]);
    return Reflect.apply(write, this, args);
  } as typeof response.write;
  response.end = function (this: Response, ...args: unknown[]) {
    count(args[0]);
    return Reflect.apply(end, this, args);
  } as typeof response.end;
  return () => bytes;
}
