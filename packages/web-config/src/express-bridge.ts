// Express 5 gives every request and response its own prototypes, which descend from node:http's classes; a
// request that came over HTTP/2 loses its methods that way. For those, the same methods are put upon
// node:http2's classes, and the app handles them with these prototypes instead.
import type { RequestListener } from 'node:http';
import { Http2ServerRequest, Http2ServerResponse } from 'node:http2';

/** What Express's own `handle` uses of an app. */
interface Handling {
  readonly request: object;
  readonly response: object;
  handle(request: unknown, response: unknown): void;
}

/** A listener for both protocols; listeners that are no Express apps are returned as they are. */
export function forBothProtocols(listener: RequestListener): RequestListener {
  if (!isExpress(listener)) return listener;
  const app = listener as unknown as Handling;
  const http2 = Object.create(app, {
    request: { value: rebased(app.request, Http2ServerRequest.prototype) },
    response: { value: rebased(app.response, Http2ServerResponse.prototype) },
  }) as Handling;
  return (request, response) => {
    if (request.httpVersionMajor < 2) {
      app.handle(request, response);
      return;
    }
    // Express reads Host, and assigns what is only a getter in node:http2.
    request.headers.host ??= String(request.headers[':authority'] ?? '');
    Object.defineProperty(response, 'req', { value: request, writable: true, configurable: true });
    http2.handle(request, response);
  };
}

function isExpress(listener: object): boolean {
  return 'handle' in listener && 'request' in listener && 'response' in listener;
}

/** The methods of a prototype chain up to node:http's classes, upon another base. */
function rebased(prototype: object, base: object): object {
  const layers: object[] = [];
  for (let layer = prototype; !isNodeClass(layer); layer = Object.getPrototypeOf(layer) as object) {
    layers.unshift(layer);
  }
  return layers.reduce(
    (below, layer) => Object.create(below, Object.getOwnPropertyDescriptors(layer)) as object,
    base,
  );
}

function isNodeClass(prototype: object): boolean {
  return Object.hasOwn(prototype, 'constructor') || Object.getPrototypeOf(prototype) === null;
}
