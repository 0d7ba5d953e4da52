// From an HTTP request to an API handler and back.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '@prometheus-ts/log';
import { CodedError } from '@prometheus-ts/model';
import type { RequestHandler, Router } from 'express';
import { encodingOf, sendAnswer, sendError } from './answer.ts';
import type { ApiContext, ApiHandler } from './context.ts';
import { type CorsOptions, setCors } from './cors.ts';
import { ApiError } from './errors.ts';
import { readForm } from './form.ts';
import { API_ROUTES } from './routes.ts';

export interface ApiRouterOptions {
  readonly context: ApiContext;
  readonly cors: CorsOptions;
  readonly log: Logger;
  /** Lets requests through when the server is ready. */
  readonly whenReady: RequestHandler;
}

/** Adds the routes of the API to a router, below `/api/v1`. */
export function addApiRoutes(router: Router, options: ApiRouterOptions): void {
  for (const { methods, path, handler, beforeReady } of API_ROUTES) {
    const serve: RequestHandler = (request, response) => run(options, handler, request, response);
    const chain = beforeReady ? [serve] : [options.whenReady, serve];
    for (const method of methods) router[method](`/api/v1${path}`, ...chain);
  }
  router.options('/api/v1/*path', options.whenReady, (request, response) => {
    setCors(request, response, options.cors);
    response.appendHeader('Vary', 'Accept-Encoding');
    response.writeHead(204).end();
  });
}

async function run(
  options: ApiRouterOptions,
  handler: ApiHandler,
  raw: IncomingMessage & { params: Record<string, string | string[]> },
  response: ServerResponse,
): Promise<void> {
  setCors(raw, response, options.cors);
  response.appendHeader('Vary', 'Accept-Encoding');
  const encoding = encodingOf(raw.headers['accept-encoding']);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    const { form, query } = await readForm(raw);
    const path = raw.params as Record<string, string>;
    const answer = await handler(options.context, { raw, form, query, path, encoding, signal: gone.signal });
    await sendAnswer(response, answer, encoding);
  } catch (error) {
    if (gone.signal.aborted && !(error instanceof ApiError)) return;
    await sendError(response, apiError(options.log, raw, error), encoding);
  }
}

function apiError(log: Logger, request: IncomingMessage, error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof CodedError && error.code === 'form-too-large')
    return new ApiError('bad_data', error.message);
  log.error('Request failed', { url: request.url, err: error });
  return new ApiError('internal', error instanceof Error ? error.message : String(error));
}
