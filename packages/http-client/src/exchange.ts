// One request and its answer: undici's dispatch with a deadline over the whole, the body copied into the
// caller's buffer as it arrives.
import { CodedError } from '@prometheus-ts/model';
import type { Dispatcher } from 'undici';
import type { ReusableBuffer } from './reusable-buffer.ts';

export interface ExchangeRequest {
  readonly origin: string;
  /** With the query. */
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Uint8Array | string | undefined;
  /** Milliseconds left. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly signal: AbortSignal | undefined;
}

export interface ExchangeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Bytes of the body in the buffer, as sent. */
  readonly length: number;
}

export const BODY_TOO_LARGE = 'body-size-limit';

export function timeoutError(): CodedError {
  return new CodedError('timeout', 'context deadline exceeded', {
    hint: 'no complete answer came in time: the target is slow or overloaded, or a firewall drops packets',
  });
}

export function bodyTooLarge(maxBytes: number): CodedError {
  return new CodedError(BODY_TOO_LARGE, 'body size limit exceeded', {
    hint: `the limit is ${maxBytes} bytes`,
  });
}

/** Requests that may be sent again when nobody can know whether the first one arrived. */
const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS']);
const CONNECTION_LOST = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/**
 * Rejects with what undici reports, or with CodedError `timeout`, `canceled`, `body-size-limit`. A connection
 * that the server closes while a request is on its way to it, as happens with idle ones, is tried once more,
 * as Go does.
 */
export async function exchange(
  dispatcher: Dispatcher,
  request: ExchangeRequest,
  buffer: ReusableBuffer,
): Promise<ExchangeAnswer> {
  const started = performance.now();
  try {
    return await exchangeOnce(dispatcher, request, buffer);
  } catch (error) {
    const left = request.timeoutMs - (performance.now() - started);
    if (!REPEATABLE.has(request.method) || !lostBeforeAnswer.has(error as Error) || left <= 0) throw error;
    return exchangeOnce(dispatcher, { ...request, timeoutMs: left }, buffer);
  }
}

/** Errors of requests that got no byte of an answer. */
const lostBeforeAnswer = new WeakSet<Error>();

function exchangeOnce(
  dispatcher: Dispatcher,
  request: ExchangeRequest,
  buffer: ReusableBuffer,
): Promise<ExchangeAnswer> {
  return new Promise((resolve, reject) => {
    const run = new Exchange(request, buffer, resolve, reject);
    dispatcher.dispatch(
      {
        origin: request.origin,
        path: request.path,
        method: request.method as Dispatcher.HttpMethod,
        headers: request.headers as Record<string, string | string[]>,
        body: request.body ?? null,
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      run,
    );
  });
}

class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: ExchangeRequest;
  readonly #buffer: ReusableBuffer;
  readonly #resolve: (answer: ExchangeAnswer) => void;
  readonly #reject: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #onAbort: (() => void) | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #failure: Error | undefined;
  #settled = false;
  #status = 0;
  #headers: ExchangeAnswer['headers'] = {};
  #length = 0;

  constructor(
    request: ExchangeRequest,
    buffer: ReusableBuffer,
    resolve: (answer: ExchangeAnswer) => void,
    reject: (error: unknown) => void,
  ) {
    this.#request = request;
    this.#buffer = buffer;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timer = setTimeout(() => this.#fail(timeoutError()), request.timeoutMs);
    if (request.signal) {
      this.#onAbort = () => this.#fail(new CodedError('canceled', 'context canceled'));
      if (request.signal.aborted) queueMicrotask(this.#onAbort);
      else request.signal.addEventListener('abort', this.#onAbort, { once: true });
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // It may have failed while it waited for a connection.
    if (this.#failure) controller.abort(this.#failure);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: ExchangeAnswer['headers'],
  ): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    this.#length = 0;
    const declared = Number(headers['content-length'] ?? 0);
    if (declared > this.#request.maxBytes) controller.abort(bodyTooLarge(this.#request.maxBytes));
    else if (declared > 0 && this.#request.method !== 'HEAD') this.#buffer.reserve(declared, 0);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    // A late chunk must not touch a buffer that went back to its owner.
    if (this.#settled) return;
    const length = this.#length + chunk.length;
    if (length > this.#request.maxBytes) {
      controller.abort(bodyTooLarge(this.#request.maxBytes));
      return;
    }
    this.#buffer.reserve(length, this.#length);
    this.#buffer.bytes.set(chunk, this.#length);
    this.#length = length;
  }

  onResponseEnd(): void {
    if (!this.#settle()) return;
    this.#resolve({ status: this.#status, headers: this.#headers, length: this.#length });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: NodeJS.ErrnoException): void {
    if (this.#status === 0 && CONNECTION_LOST.has(error.code ?? '')) lostBeforeAnswer.add(error);
    if (this.#settle()) this.#reject(error);
  }

  #fail(error: Error): void {
    this.#failure = error;
    if (this.#settle()) this.#reject(error);
    this.#controller?.abort(error);
  }

  /** False when the outcome is already known. */
  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    clearTimeout(this.#timer);
    if (this.#onAbort) this.#request.signal?.removeEventListener('abort', this.#onAbort);
    return true;
  }
}
