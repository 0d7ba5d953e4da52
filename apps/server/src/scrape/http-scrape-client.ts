// Scrapes over HTTP: what the client gives back becomes a body or an error in upstream's words.
import { STATUS_CODES } from 'node:http';
import {
  BODY_TOO_LARGE,
  createHttpClient,
  type HttpClient,
  type ReusableBuffer,
} from '@prometheus-ts/http-client';
import { CodedError } from '@prometheus-ts/model';
import { USER_AGENT } from '../build-info.ts';
import type { ScrapeConfig } from '../config/types.ts';

export const BODY_SIZE_LIMIT = 'body-size-limit';

export interface ScrapeRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Uncompressed; a body of this size is too long. 0 for no limit. */
  readonly bodyLimitBytes: number;
  /** Stops the request when this server shuts down. */
  readonly signal: AbortSignal;
}

export interface ScrapeResponse {
  /** As received, '' where it is absent. */
  readonly contentType: string;
  /** Bytes at the start of the buffer that are the uncompressed body. */
  readonly length: number;
}

export interface ScrapeClient {
  /** Puts the body into `buffer`. Rejects with CodedError; `body-size-limit` when the body is too long. */
  fetch(request: ScrapeRequest, buffer: ReusableBuffer): Promise<ScrapeResponse>;
  close(): Promise<void>;
}

export function createScrapeClient(config: ScrapeConfig): ScrapeClient {
  const client = createHttpClient(config, { userAgent: USER_AGENT });
  return {
    fetch: (request, buffer) => fetchBody(client, request, buffer),
    close: () => client.close(),
  };
}

async function fetchBody(
  client: HttpClient,
  request: ScrapeRequest,
  buffer: ReusableBuffer,
): Promise<ScrapeResponse> {
  const { url, headers, timeoutMs, bodyLimitBytes, signal } = request;
  const maxBytes = bodyLimitBytes > 0 ? Math.max(1, bodyLimitBytes - 1) : 0;
  try {
    const answer = await client.fetchInto({ url, headers, timeoutMs, maxBytes, signal }, buffer);
    if (answer.status !== 200) throw statusError(answer.status);
    return { contentType: answer.headers['content-type'] ?? '', length: answer.length };
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== BODY_TOO_LARGE || bodyLimitBytes === 0) throw error;
    throw new CodedError(BODY_SIZE_LIMIT, 'body size limit exceeded', {
      hint: `body_size_limit is ${bodyLimitBytes} bytes: raise it, or have the target expose less`,
    });
  }
}

const STATUS_HINTS: Readonly<Record<number, string>> = {
  400: 'bad request: if the target expects TLS, set "scheme: https"',
  401: 'not authorized: set basic_auth or authorization in the scrape configuration',
  403: 'forbidden: the credentials are not allowed to read the metrics',
  404: 'nothing at that path: check metrics_path',
  429: 'the target is asked too often: raise scrape_interval',
  502: 'a proxy in between could not reach the target',
  503: 'the target, or a proxy in between, says that it is not ready',
};

function statusError(status: number): CodedError {
  const hint = STATUS_HINTS[status];
  return new CodedError(
    'scrape-status',
    `server returned HTTP status ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd(),
    hint === undefined ? {} : { hint },
  );
}
