// Stands before the app: rate limit, configured headers, and who may come in. Order, status codes and texts
// are exporter-toolkit's.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import { BasicAuth } from './basic-auth.ts';
import { RateLimit } from './rate-limit.ts';
import type { WatchedSettings, WebSettings } from './settings.ts';

export function guard(app: RequestListener, settings: WatchedSettings): RequestListener {
  const auth = new BasicAuth();
  let limit: RateLimit | undefined;
  let limitedBy: WebSettings | undefined;
  return (request, response) => {
    const current = settings.current();
    if (limitedBy !== current) {
      const { burst, interval } = current.config.rate_limit;
      const before = limitedBy?.config.rate_limit;
      if (before?.burst !== burst || before.interval !== interval) {
        limit = interval === 0 ? undefined : new RateLimit(burst, interval, performance.now());
      }
      limitedBy = current;
    }
    if (limit && !limit.allow(performance.now())) {
      refuse(request, response, 429);
      return;
    }
    for (const [name, value] of current.headers) response.setHeader(name, value);
    if (current.users.size === 0) {
      app(request, response);
      return;
    }
    const outcome = auth.check(request.headers.authorization, current.users);
    if (outcome === 'accepted') app(request, response);
    else if (outcome === 'refused') refuseStranger(request, response);
    else if (outcome === 'busy') refuse(request, response, 429);
    else {
      void outcome.then((later) => {
        if (later === 'accepted') app(request, response);
        else if (later === 'busy') refuse(request, response, 429);
        else refuseStranger(request, response);
      });
    }
  };
}

function refuseStranger(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('WWW-Authenticate', 'Basic');
  refuse(request, response, 401);
}

function refuse(request: IncomingMessage, response: ServerResponse, status: number): void {
  const body = `${STATUS_CODES[status]}\n`;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.writeHead(status);
  response.end(request.method === 'HEAD' ? undefined : body);
}
