// `PUT`, `POST` and `DELETE` on `/metrics/job/<job>{/<label>/<value>}`.
import type { Logger } from '@prometheus-ts/log';
import { parseDuration } from '@prometheus-ts/model';
import { RequestError, sendError } from '@prometheus-ts/web-config';
import type { Request, RequestHandler, Response, Router } from 'express';
import { type GroupStore, InconsistentPushError, RefusedPushError } from '../store/group-store.ts';
import { decodePush } from './decode-push.ts';
import { type GroupingKey, parseGroupingKey } from './grouping-key.ts';

export interface PushOptions {
  readonly store: GroupStore;
  readonly log: Logger;
  readonly check: boolean;
  readonly utf8Names: boolean;
  readonly maxBodyBytes: number;
  /** Called with the handler's name, the status and the method, when an answer is out. */
  readonly count: (handler: 'push' | 'delete', status: number, method: string) => void;
  readonly observePush: (method: string, bytes: number, seconds: number) => void;
}

const TTL_HEADER = 'pushgateway-ttl';
/** The two ways to begin a path; Express would take `@` and decode on its own, so the rest is parsed here. */
const PUSH_PATH = /^\/metrics\/job(?:@base64)?\/[^/]/;

export function addPushRoutes(router: Router, options: PushOptions): void {
  router.put(PUSH_PATH, pushHandler(true, options));
  router.post(PUSH_PATH, pushHandler(false, options));
  router.delete(PUSH_PATH, deleteHandler(options));
}

function keyOf(request: Request, utf8Names: boolean): GroupingKey {
  let path: string;
  try {
    path = decodeURIComponent(request.path);
  } catch {
    throw new RequestError(400, `the path ${JSON.stringify(request.path)} is not percent-encoded UTF-8`);
  }
  return parseGroupingKey(path.slice('/metrics'.length), utf8Names);
}

function ttlOf(request: Request): number | undefined {
  const header = request.get(TTL_HEADER);
  if (header === undefined) return undefined;
  try {
    return parseDuration(header);
  } catch (error) {
    throw new RequestError(400, `header Pushgateway-TTL: ${(error as Error).message}`);
  }
}

function pushHandler(replace: boolean, options: PushOptions): RequestHandler {
  const { store, log, check } = options;
  return async (request, response) => {
    const started = performance.now();
    const method = request.method.toLowerCase();
    response.once('finish', () => {
      options.count('push', response.statusCode, method);
      options.observePush(method, requestSize(request), (performance.now() - started) / 1000);
    });
    const address = request.socket.remoteAddress ?? '';
    try {
      const key = keyOf(request, options.utf8Names);
      const ttlMs = ttlOf(request);
      const families = await decodePush(request, {
        maxBytes: options.maxBodyBytes,
        utf8Names: options.utf8Names,
      });
      store.push({
        key,
        families,
        replace,
        check,
        pusher: { address, method: request.method },
        ...(ttlMs === undefined ? {} : { ttlMs }),
      });
      response.status(check ? 200 : 202).end();
    } catch (error) {
      answerFailure(error, request, response, { log, check, address });
    }
  };
}

/** Without the check a refused push is answered 202 all the same, as upstream does, and told in the log. */
function answerFailure(
  error: unknown,
  request: Request,
  response: Response,
  context: { log: Logger; check: boolean; address: string },
): void {
  const { log, check, address } = context;
  if (error instanceof RequestError) {
    log.debug('failed to parse push', { source: address, err: error.message });
    sendError(response, error.status, error.message);
    return;
  }
  if (!(error instanceof RefusedPushError || error instanceof InconsistentPushError)) throw error;
  log.error('pushed metrics are invalid or inconsistent with existing metrics', {
    method: request.method,
    source: address,
    err: error.message,
  });
  if (check) {
    sendError(
      response,
      400,
      `pushed metrics are invalid or inconsistent with existing metrics: ${error.message}`,
    );
  } else response.status(202).end();
}

function deleteHandler(options: PushOptions): RequestHandler {
  return (request, response) => {
    response.once('finish', () => options.count('delete', response.statusCode, 'delete'));
    options.store.delete(keyOf(request, options.utf8Names));
    response.status(202).end();
  };
}

/** Roughly what upstream counts: request line, headers and body. */
function requestSize(request: Request): number {
  let bytes = request.url.length + request.method.length + 'HTTP/1.1'.length;
  for (const text of request.rawHeaders) bytes += text.length;
  return bytes + Number(request.headers['content-length'] ?? 0);
}
