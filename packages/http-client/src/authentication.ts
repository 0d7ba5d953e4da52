// What proves who we are: a header for each request, read anew where it comes from a file.
import { CodedError } from '@prometheus-ts/model';
import type { HttpClientConfig } from './http-config.ts';
import { type SecretSource, secretSource } from './secret-source.ts';

export interface Authenticator {
  /** The Authorization header of the next request. Rejects with CodedError when it cannot be had. */
  authorization(): string | Promise<string>;
  close?(): Promise<void>;
}

/** Undefined when nothing is configured; OAuth2 is made by its own factory. */
export function headerAuthenticator(config: HttpClientConfig): Authenticator | undefined {
  const { authorization, basic_auth: basic } = config;
  if (authorization) {
    const credentials = secretSource(authorization.credentials, authorization.credentials_file);
    return {
      authorization: () => `${authorization.type} ${readSecret(credentials, 'authorization credentials')}`,
    };
  }
  if (basic) {
    const username = secretSource(basic.username, basic.username_file);
    const password = secretSource(basic.password, basic.password_file);
    return {
      authorization: () =>
        basicAuthorization(
          readSecret(username, 'basic auth username'),
          readSecret(password, 'basic auth password'),
        ),
    };
  }
  return undefined;
}

export function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function readSecret(source: SecretSource | undefined, what: string): string {
  if (!source) return '';
  try {
    return source.read();
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    throw new CodedError(error.code, `unable to read ${what}: ${error.message}`, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      cause: error,
    });
  }
}
