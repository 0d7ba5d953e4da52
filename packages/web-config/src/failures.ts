// Requests that no route takes, and handlers that fail. Bodies are plain text as Go's http.Error writes them;
// what went wrong inside goes to the log, never to the client.
import { STATUS_CODES } from 'node:http';
import type { Logger } from '@prometheus-ts/log';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';

export const notFound: RequestHandler = (_request, response) => {
  sendError(response, 404, '404 page not found');
};

/** Answers 4xx with the error's own message where the error carries such a status (bad body, too large), else 500. */
export function failureHandler(log: Logger): ErrorRequestHandler {
  return (error, request, response, _next) => {
    const status = statusOf(error);
    if (status === undefined) {
      log.error('A request failed', {
        method: request.method,
        path: request.path,
        err: error,
        stack: error instanceof Error ? error.stack : undefined,
      });
    }
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (status === undefined) sendError(response, 500, STATUS_CODES[500]!);
    else sendError(response, status, error.message);
  };
}

export function sendError(response: Response, status: number, message: string): void {
  const body = `${message}\n`;
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('status' in error)) return undefined;
  const { status } = error;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}
