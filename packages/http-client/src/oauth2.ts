// OAuth 2.0 tokens: client credentials (RFC 6749, 4.4) and JWT assertions (RFC 7523). A token is used until
// ten seconds before its end; one request fetches it for all who wait; a changed secret fetches a new one.
import { CodedError } from '@prometheus-ts/model';
import type { Authenticator } from './authentication.ts';
import { Dispatchers } from './dispatchers.ts';
import { exchange } from './exchange.ts';
import { explainFailure } from './explain.ts';
import { JWT_BEARER, type OAuth2Config } from './http-config.ts';
import { signAssertion } from './jwt.ts';
import { ReusableBuffer } from './reusable-buffer.ts';
import { type SecretSource, secretSource } from './secret-source.ts';

/** Where the identity stands in the request; unknown servers are asked both ways, as in Go. */
type AuthStyle = 'header' | 'parameters';

interface Token {
  readonly header: string;
  /** Infinity: never. */
  readonly expiresMs: number;
}

const EXPIRY_MARGIN_MS = 10_000;
const TIMEOUT_MS = 30_000;
const MAX_RESPONSE_BYTES = 1024 * 1024;
const KEEP_ALIVE_MS = 10_000;
const SHOWN_RESPONSE = 500;

export function oauth2Authenticator(
  config: OAuth2Config,
  options: { readonly userAgent?: string; readonly nowMs?: () => number } = {},
): Authenticator & { close(): Promise<void> } {
  return new TokenSource(config, options.userAgent, options.nowMs ?? Date.now);
}

class TokenSource implements Authenticator {
  readonly #config: OAuth2Config;
  readonly #userAgent: string | undefined;
  readonly #nowMs: () => number;
  readonly #secret: SecretSource | undefined;
  readonly #dispatchers: Dispatchers;
  #lastSecret: string | undefined;
  #token: Token | undefined;
  #fetching: Promise<Token> | undefined;
  #style: AuthStyle | undefined;

  constructor(config: OAuth2Config, userAgent: string | undefined, nowMs: () => number) {
    this.#config = config;
    this.#userAgent = userAgent;
    this.#nowMs = nowMs;
    this.#secret =
      config.grant_type === JWT_BEARER
        ? secretSource(config.client_certificate_key, config.client_certificate_key_file)
        : secretSource(config.client_secret, config.client_secret_file);
    this.#dispatchers = new Dispatchers(config, {
      http2: false,
      connectionsPerHost: 1,
      keepAliveMs: KEEP_ALIVE_MS,
    });
  }

  async authorization(): Promise<string> {
    const secret = this.#readSecret();
    if (secret !== this.#lastSecret) {
      this.#lastSecret = secret;
      this.#token = undefined;
      this.#fetching = undefined;
    }
    if (this.#token && this.#token.expiresMs - EXPIRY_MARGIN_MS > this.#nowMs()) return this.#token.header;
    this.#fetching ??= this.#fetch(secret);
    const fetching = this.#fetching;
    try {
      const token = await fetching;
      if (this.#lastSecret === secret) this.#token = token;
      return token.header;
    } finally {
      if (this.#fetching === fetching) this.#fetching = undefined;
    }
  }

  /** Nobody waits for a token any more. */
  close(): Promise<void> {
    return this.#dispatchers.destroy();
  }

  #readSecret(): string {
    try {
      return this.#secret?.read() ?? '';
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      throw new CodedError(error.code, `unable to read oauth2 client secret: ${error.message}`, {
        cause: error,
      });
    }
  }

  async #fetch(secret: string): Promise<Token> {
    if (this.#config.grant_type === JWT_BEARER) return this.#post(this.#assertionForm(secret), {});
    if (this.#style) return this.#ask(secret, this.#style);
    try {
      const token = await this.#ask(secret, 'header');
      this.#style = 'header';
      return token;
    } catch {
      const token = await this.#ask(secret, 'parameters');
      this.#style = 'parameters';
      return token;
    }
  }

  #ask(secret: string, style: AuthStyle): Promise<Token> {
    const { client_id: id, scopes } = this.#config;
    const form = new URLSearchParams({ grant_type: 'client_credentials' });
    if (scopes.length > 0) form.set('scope', scopes.join(' '));
    this.#addEndpointParams(form);
    if (style === 'parameters') {
      form.set('client_id', id);
      if (secret !== '') form.set('client_secret', secret);
      return this.#post(form, {});
    }
    const credentials = `${formEscape(id)}:${formEscape(secret)}`;
    return this.#post(form, { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` });
  }

  #assertionForm(key: string): URLSearchParams {
    const form = new URLSearchParams({
      grant_type: JWT_BEARER,
      assertion: signAssertion(this.#config, key, this.#nowMs()),
    });
    if (this.#config.scopes.length > 0) form.set('scope', this.#config.scopes.join(' '));
    this.#addEndpointParams(form);
    return form;
  }

  #addEndpointParams(form: URLSearchParams): void {
    for (const [name, value] of this.#config.endpoint_params) {
      if (name !== 'grant_type' && form.has(name)) {
        throw tokenError(`oauth2: cannot overwrite parameter ${JSON.stringify(name)}`);
      }
      form.set(name, value);
    }
  }

  async #post(form: URLSearchParams, headers: Record<string, string>): Promise<Token> {
    const url = new URL(this.#config.token_url);
    const buffer = new ReusableBuffer();
    try {
      const answer = await exchange(
        this.#dispatchers.for(url),
        {
          origin: url.origin,
          path: url.pathname + url.search,
          method: 'POST',
          headers: {
            'content-type': 'application/x-www-form-urlencoded',
            ...(this.#userAgent === undefined ? {} : { 'user-agent': this.#userAgent }),
            ...headers,
          },
          body: form.toString(),
          timeoutMs: TIMEOUT_MS,
          maxBytes: MAX_RESPONSE_BYTES,
          signal: undefined,
        },
        buffer,
      );
      const text = Buffer.from(buffer.bytes.subarray(0, answer.length)).toString();
      return readToken(answer.status, String(answer.headers['content-type'] ?? ''), text, this.#nowMs());
    } catch (error) {
      const told = explainFailure(error, 'POST', this.#config.token_url);
      throw told.code === 'oauth2'
        ? told
        : tokenError(`oauth2: cannot fetch token: ${told.message}`, told.hint);
    }
  }
}

/** The token of a response. Throws CodedError (code `oauth2`) in Go's words. */
function readToken(status: number, contentType: string, text: string, nowMs: number): Token {
  const failed = status < 200 || status > 299;
  const fields = parseFields(contentType, text);
  if (!fields && !failed)
    throw tokenError('oauth2: cannot parse json', 'does token_url point at the token endpoint?');
  const error = fields?.['error'];
  if (typeof error === 'string' && error !== '') {
    const details = [error, fields?.['error_description'], fields?.['error_uri']].filter(Boolean);
    throw tokenError(`oauth2: ${details.map((detail) => JSON.stringify(detail)).join(' ')}`);
  }
  if (failed || !fields) {
    throw tokenError(`oauth2: cannot fetch token: ${status}\nResponse: ${text.slice(0, SHOWN_RESPONSE)}`);
  }
  const { access_token: accessToken, token_type: type, expires_in: seconds } = fields;
  if (typeof accessToken !== 'string' || accessToken === '') {
    throw tokenError('oauth2: server response missing access_token');
  }
  const lifetime = Number(seconds ?? 0);
  return {
    header: `${tokenType(type)} ${accessToken}`,
    expiresMs: lifetime > 0 ? nowMs + lifetime * 1000 : Number.POSITIVE_INFINITY,
  };
}

function parseFields(contentType: string, text: string): Record<string, unknown> | undefined {
  const media = contentType.split(';', 1)[0]!.trim().toLowerCase();
  if (media === 'application/x-www-form-urlencoded' || media === 'text/plain') {
    return Object.fromEntries(new URLSearchParams(text));
  }
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : undefined;
  } catch {
    return undefined;
  }
}

function tokenType(type: unknown): string {
  const text = typeof type === 'string' ? type : '';
  const known = { bearer: 'Bearer', mac: 'MAC', basic: 'Basic', '': 'Bearer' }[text.toLowerCase()];
  return known ?? text;
}

/** Go's url.QueryEscape. */
function formEscape(text: string): string {
  return new URLSearchParams({ x: text }).toString().slice(2).replaceAll('*', '%2A');
}

function tokenError(message: string, hint?: string): CodedError {
  return new CodedError('oauth2', message, hint === undefined ? {} : { hint });
}
