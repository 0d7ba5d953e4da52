// From `tls_config` to Node's connection options, made anew when one of the files has changed.
import { createHash } from 'node:crypto';
import {
  type ConnectionOptions,
  checkServerIdentity,
  createSecureContext,
  type PeerCertificate,
} from 'node:tls';
import { CodedError } from '@prometheus-ts/model';
import { type SecretSource, secretSource } from './secret-source.ts';
import { TLS_VERSIONS, type TlsConfig } from './tls-config.ts';

export interface CurrentTls {
  /** Changes when the options do. */
  readonly version: string;
  readonly options: ConnectionOptions;
}

export class TlsSettings {
  readonly #config: TlsConfig;
  readonly #ca: SecretSource | undefined;
  readonly #cert: SecretSource | undefined;
  readonly #key: SecretSource | undefined;
  #texts: readonly (string | undefined)[] | undefined;
  #current: CurrentTls | undefined;

  constructor(config: TlsConfig) {
    this.#config = config;
    this.#ca = secretSource(config.ca, config.ca_file);
    this.#cert = secretSource(config.cert, config.cert_file);
    this.#key = secretSource(config.key, config.key_file);
  }

  /** Throws CodedError (`secret_file`, `tls_material`) naming the file that cannot be used. */
  current(): CurrentTls {
    const texts = [this.#ca?.read(), this.#cert?.read(), this.#key?.read()] as const;
    if (this.#current && texts.every((text, index) => text === this.#texts?.[index])) return this.#current;
    const [ca, cert, key] = texts;
    this.#checkMaterial(ca, cert, key);
    const { min_version: min, max_version: max, server_name: serverName } = this.#config;
    this.#current = {
      version: createHash('sha256').update(JSON.stringify(texts)).digest('base64'),
      options: {
        ...(ca === undefined ? {} : { ca }),
        ...(cert === undefined ? {} : { cert }),
        ...(key === undefined ? {} : { key }),
        ...(serverName === '' ? {} : { servername: serverName }),
        minVersion: min === '' ? 'TLSv1.2' : TLS_VERSIONS[min],
        ...(max === '' ? {} : { maxVersion: TLS_VERSIONS[max] }),
        // OpenSSL refuses the signatures of TLS 1.0 and 1.1 at its default level.
        ...(min === 'TLS10' || min === 'TLS11' ? { ciphers: 'DEFAULT@SECLEVEL=0' } : {}),
        rejectUnauthorized: !this.#config.insecure_skip_verify,
        checkServerIdentity: checkIdentity,
      },
    };
    this.#texts = texts;
    return this.#current;
  }

  #checkMaterial(ca: string | undefined, cert: string | undefined, key: string | undefined): void {
    const { ca_file: caFile, cert_file: certFile, key_file: keyFile } = this.#config;
    if (ca !== undefined && !ca.includes('-----BEGIN')) {
      throw materialError(
        `unable to use specified CA cert ${describe(caFile)}`,
        'it holds no PEM certificate',
      );
    }
    try {
      if (ca !== undefined) createSecureContext({ ca });
    } catch (error) {
      throw materialError(`unable to use specified CA cert ${describe(caFile)}`, undefined, error);
    }
    try {
      if (cert !== undefined && key !== undefined) createSecureContext({ cert, key });
    } catch (error) {
      throw materialError(
        `unable to use specified client cert (${describe(certFile)}) & key (${describe(keyFile)}): ${(error as Error).message}`,
        'the key must be the one the certificate was made for, both in PEM',
        error,
      );
    }
  }
}

/** As Go checks: by the alternative names only; a common name is no name. */
function checkIdentity(host: string, certificate: PeerCertificate): Error | undefined {
  if (certificate.subjectaltname === undefined) {
    return Object.assign(
      new Error('x509: certificate relies on legacy Common Name field, use SANs instead'),
      { code: 'ERR_TLS_COMMON_NAME_ONLY' },
    );
  }
  return checkServerIdentity(host, certificate);
}

function describe(file: string): string {
  return file === '' ? 'inline' : `file ${file}`;
}

function materialError(message: string, hint: string | undefined, cause?: unknown): CodedError {
  return new CodedError('tls_material', message, { ...(hint === undefined ? {} : { hint }), cause });
}
