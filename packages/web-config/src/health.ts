// `/-/healthy` and `/-/ready`, with upstream's words and headers.
import type { RequestHandler, Router } from 'express';

export type ReadyState = 'ready' | 'starting' | 'stopping';

export interface HealthTexts {
  readonly healthy: string;
  readonly ready: string;
}

/** Lets requests through when the daemon is ready; answers 503 when it is not. */
export function requireReady(ready: () => ReadyState | boolean): RequestHandler {
  return (_request, response, next) => {
    const state = ready();
    if (state === true || state === 'ready') {
      next();
      return;
    }
    response.writeHead(503, {
      'X-Prometheus-Stopping': state === 'stopping' ? 'true' : 'false',
      'Content-Type': 'text/plain; charset=utf-8',
    });
    response.end('Service Unavailable');
  };
}

export function addHealthRoutes(router: Router, ready: () => ReadyState | boolean, texts: HealthTexts): void {
  router.get('/-/healthy', answerText(texts.healthy));
  router.get('/-/ready', requireReady(ready), answerText(texts.ready));
}

function answerText(text: string): RequestHandler {
  return (request, response) => {
    response.writeHead(200, {
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Length': Buffer.byteLength(text),
    });
    response.end(request.method === 'HEAD' ? undefined : text);
  };
}
