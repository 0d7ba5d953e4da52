// `http_headers`: values from the configuration and from files, sent with every request.
import { CodedError } from '@prometheus-ts/model';
import type { HttpClientConfig } from './http-config.ts';
import { type SecretSource, secretSource } from './secret-source.ts';

export interface ConfiguredHeader {
  /** In lower case. */
  readonly name: string;
  /** The values as they are now. Throws CodedError (code `secret_file`) when a file cannot be read. */
  values(): string | string[];
}

export function configuredHeaders(config: HttpClientConfig): readonly ConfiguredHeader[] {
  return [...config.http_headers].map(([name, header]) => {
    const fixed = [...header.values, ...header.secrets.map((secret) => secret.reveal())];
    const files = header.files.map((file) => [file, secretSource('', file)!] as const);
    return {
      name: name.toLowerCase(),
      values() {
        const all =
          files.length === 0 ? fixed : [...fixed, ...files.map(([file, source]) => read(file, source))];
        return all.length === 1 ? all[0]! : all;
      },
    };
  });
}

function read(file: string, source: SecretSource): string {
  try {
    return source.read();
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    throw new CodedError(error.code, `unable to read headers file ${file}: ${error.message}`, {
      cause: error,
    });
  }
}
