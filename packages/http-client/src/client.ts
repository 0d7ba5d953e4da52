// The HTTP client of everything that leaves: scrapes, discovery, remote storage, notifications. It is made
// from one `http_config` and keeps connections alive in bounded pools; files that the configuration names are
// read again when they change.
import { CodedError } from '@prometheus-ts/model';
import { type Authenticator, basicAuthorization, headerAuthenticator } from './authentication.ts';
import { type ConfiguredHeader, configuredHeaders } from './configured-headers.ts';
import { decodeBody } from './decode-body.ts';
import { clientTransport, type Dispatchers } from './dispatchers.ts';
import { type ExchangeAnswer, exchange, timeoutError } from './exchange.ts';
import { explainFailure } from './explain.ts';
import type { HttpClientConfig } from './http-config.ts';
import { oauth2Authenticator } from './oauth2.ts';
import { isSensitiveHeader, MAX_REDIRECTS, mayHaveCredentials, nextStep } from './redirect.ts';
import { ReusableBuffer } from './reusable-buffer.ts';

export interface FetchRequest {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** For the whole, redirects and body included. */
  readonly timeoutMs: number;
  /** Longest body, as sent and as decoded; 0 or absent: 1 GiB. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

export interface FetchResult {
  readonly status: number;
  /** By lower-case name; several of one name are joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes of the decoded body at the beginning of the buffer. */
  readonly length: number;
}

export interface HttpClientOptions {
  readonly userAgent?: string;
  /** Connections to one host; more requests wait. Default 1000, as upstream keeps idle. */
  readonly maxConnectionsPerHost?: number;
}

export interface HttpClient {
  /**
   * Sends the request and puts the decoded body into `buffer`, which belongs to the request until the promise
   * settles. Any status is a result; rejects with CodedError whose message says why in plain words.
   */
  fetchInto(request: FetchRequest, buffer: ReusableBuffer): Promise<FetchResult>;
  /** The same with a body of its own, for small answers; `maxBytes` defaults to 10 MiB. */
  fetch(request: FetchRequest): Promise<FetchResult & { readonly body: Uint8Array }>;
  /** Ends idle connections and lets requests under way finish. */
  close(): Promise<void>;
}

const MAX_BYTES = 1024 * 1024 * 1024;
const SMALL_BODY_MAX_BYTES = 10 * 1024 * 1024;
const DEFAULT_CONNECTIONS_PER_HOST = 1000;

export function createHttpClient(config: HttpClientConfig, options: HttpClientOptions = {}): HttpClient {
  return new UndiciClient(config, options);
}

class UndiciClient implements HttpClient {
  readonly #config: HttpClientConfig;
  readonly #options: HttpClientOptions;
  readonly #dispatchers: Dispatchers;
  readonly #authenticator: Authenticator | undefined;
  readonly #configured: readonly ConfiguredHeader[];
  /** Bodies as they were sent, when they are compressed. */
  readonly #compressed: ReusableBuffer[] = [];

  constructor(config: HttpClientConfig, options: HttpClientOptions) {
    this.#config = config;
    this.#options = options;
    this.#configured = configuredHeaders(config);
    this.#dispatchers = clientTransport(
      config,
      options.maxConnectionsPerHost ?? DEFAULT_CONNECTIONS_PER_HOST,
    );
    const { userAgent } = options;
    this.#authenticator = config.oauth2
      ? oauth2Authenticator(config.oauth2, userAgent === undefined ? {} : { userAgent })
      : headerAuthenticator(config);
  }

  async fetchInto(request: FetchRequest, buffer: ReusableBuffer): Promise<FetchResult> {
    const method = request.method ?? 'GET';
    try {
      return await this.#follow(request, method, buffer);
    } catch (error) {
      throw explainFailure(error, method, request.url);
    }
  }

  async fetch(request: FetchRequest): Promise<FetchResult & { readonly body: Uint8Array }> {
    const buffer = new ReusableBuffer();
    const result = await this.fetchInto({ maxBytes: SMALL_BODY_MAX_BYTES, ...request }, buffer);
    return { ...result, body: buffer.bytes.subarray(0, result.length) };
  }

  async close(): Promise<void> {
    await Promise.all([this.#dispatchers.close(), this.#authenticator?.close?.()]);
  }

  async #follow(request: FetchRequest, firstMethod: string, buffer: ReusableBuffer): Promise<FetchResult> {
    const deadline = performance.now() + request.timeoutMs;
    const first = new URL(request.url);
    let url = first;
    let method = firstMethod;
    let body = request.body;
    let trusted = true;
    for (let hop = 0; ; hop++) {
      const left = deadline - performance.now();
      if (left <= 0) throw timeoutError();
      const headers = await inTime(this.#headers(request.headers, url, trusted), left);
      const answer = await this.#exchange(request, url, method, headers, body, left, buffer);
      const step = this.#config.follow_redirects
        ? nextStep(answer.status, one(answer.headers['location']), url, method)
        : undefined;
      if (!step) return result(answer);
      if (hop === MAX_REDIRECTS - 1) {
        throw new CodedError('redirects', `stopped after ${MAX_REDIRECTS} redirects`, {
          hint: 'the servers send each other in a circle',
        });
      }
      url = step.url;
      method = step.method;
      if (!step.keepsBody) body = undefined;
      trusted &&= mayHaveCredentials(url.hostname, first.hostname);
    }
  }

  async #headers(
    own: Readonly<Record<string, string>> | undefined,
    url: URL,
    trusted: boolean,
  ): Promise<Record<string, string | string[]>> {
    const headers: Record<string, string | string[]> = {};
    if (this.#options.userAgent !== undefined) headers['user-agent'] = this.#options.userAgent;
    for (const name in own) {
      if (trusted || !isSensitiveHeader(name)) headers[name.toLowerCase()] = own[name]!;
    }
    for (const header of this.#configured) {
      if (trusted || !isSensitiveHeader(header.name)) headers[header.name] = header.values();
    }
    if (headers['authorization'] === undefined) {
      if (url.username !== '' || url.password !== '') {
        headers['authorization'] = basicAuthorization(
          decodeURIComponent(url.username),
          decodeURIComponent(url.password),
        );
      } else if (trusted && this.#authenticator) {
        headers['authorization'] = await this.#authenticator.authorization();
      }
    }
    return headers;
  }

  /** One hop; a compressed body is decoded into the caller's buffer. */
  async #exchange(
    request: FetchRequest,
    url: URL,
    method: string,
    headers: Record<string, string | string[]>,
    body: Uint8Array | string | undefined,
    timeoutMs: number,
    buffer: ReusableBuffer,
  ): Promise<ExchangeAnswer> {
    const maxBytes = request.maxBytes || MAX_BYTES;
    const compressedPossible = headers['accept-encoding'] !== undefined;
    const landing = compressedPossible ? (this.#compressed.pop() ?? new ReusableBuffer()) : buffer;
    try {
      const answer = await exchange(
        this.#dispatchers.for(url),
        {
          origin: url.origin,
          path: url.pathname + url.search,
          method,
          headers,
          body,
          timeoutMs,
          maxBytes,
          signal: request.signal,
        },
        landing,
      );
      if (landing === buffer) return answer;
      return { ...answer, length: await decoded(answer, landing, maxBytes, buffer) };
    } finally {
      const isKept = landing.bytes.length <= LARGEST_IDLE_BYTES && this.#compressed.length < IDLE_BUFFERS;
      if (landing !== buffer && isKept) this.#compressed.push(landing);
    }
  }
}

const IDLE_BUFFERS = 16;
const LARGEST_IDLE_BYTES = 16 * 1024 * 1024;

/** Waits for at most `leftMs`: a token may have to be fetched first. */
async function inTime<T>(work: Promise<T>, leftMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(timeoutError()), leftMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Moves or decodes what was received into the caller's buffer; returns the length. */
async function decoded(
  answer: ExchangeAnswer,
  landing: ReusableBuffer,
  maxBytes: number,
  buffer: ReusableBuffer,
): Promise<number> {
  const encoding = one(answer.headers['content-encoding'])?.toLowerCase() ?? 'identity';
  if (answer.length > 0 && encoding !== 'identity') {
    return decodeBody(encoding, landing.bytes.subarray(0, answer.length), maxBytes, buffer);
  }
  // Swapping the arrays spares the copy.
  const { bytes } = buffer;
  buffer.bytes = landing.bytes;
  landing.bytes = bytes;
  return answer.length;
}

function result(answer: ExchangeAnswer): FetchResult {
  const headers: Record<string, string> = {};
  for (const name in answer.headers) {
    const value = answer.headers[name];
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { status: answer.status, headers, length: answer.length };
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
