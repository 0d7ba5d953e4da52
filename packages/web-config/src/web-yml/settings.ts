// The web configuration as it is now: the file and the certificates it names are looked at again whenever a
// request or connection comes, and read again when they have changed. A change that cannot be used is logged
// once and the settings before it stay.
import { statSync } from 'node:fs';
import { loadYamlFile } from '@prometheus-ts/config';
import type { Logger } from '@prometheus-ts/log';
import { CodedError } from '@prometheus-ts/model';
import { isTlsEnabled, type WebYml, webYmlSchema } from './schema.ts';
import { loadTlsMaterial, materialFiles, type TlsMaterial } from './tls-material.ts';

export interface WebSettings {
  readonly config: WebYml;
  /** Undefined: plain HTTP. */
  readonly tls: TlsMaterial | undefined;
  /** Users and their hashes; empty: everyone may come in. */
  readonly users: ReadonlyMap<string, string>;
  readonly headers: readonly (readonly [string, string])[];
}

/**
 * Reads and checks a web configuration with everything it names. Throws ConfigError or CodedError
 * (`tls_material`).
 */
export function loadWebSettings(path: string): WebSettings {
  const config = loadYamlFile(webYmlSchema, path);
  return {
    config,
    tls: isTlsEnabled(config.tls_server_config) ? loadTlsMaterial(config) : undefined,
    users: new Map([...config.basic_auth_users].map(([name, hash]) => [name, hash.reveal()])),
    headers: [...config.http_server_config.headers],
  };
}

export class WatchedSettings {
  readonly #path: string;
  readonly #log: Logger;
  #files: readonly string[];
  #seen: string;
  #current: WebSettings;

  /** Throws as loadWebSettings does. */
  constructor(path: string, log: Logger) {
    this.#path = path;
    this.#log = log;
    this.#current = loadWebSettings(path);
    this.#files = [path, ...materialFiles(this.#current.config.tls_server_config)];
    this.#seen = fingerprint(this.#files);
  }

  current(): WebSettings {
    const seen = fingerprint(this.#files);
    if (seen === this.#seen) return this.#current;
    this.#seen = seen;
    try {
      this.#current = this.#reload();
      this.#files = [this.#path, ...materialFiles(this.#current.config.tls_server_config)];
      this.#seen = fingerprint(this.#files);
      this.#log.info('Web configuration reloaded', { file: this.#path });
    } catch (error) {
      this.#log.error('Unable to parse configuration; the settings before this change stay in force', {
        file: this.#path,
        err: error,
      });
    }
    return this.#current;
  }

  #reload(): WebSettings {
    refuseEmpty(this.#path);
    const settings = loadWebSettings(this.#path);
    if ((settings.tls === undefined) !== (this.#current.tls === undefined)) {
      throw new CodedError('web_config', 'TLS cannot be turned on or off while the program runs', {
        place: { file: this.#path },
        hint: 'restart it for this change',
      });
    }
    return settings;
  }
}

/** An empty file is a valid one, but one that is being written is empty too: it must not open the doors. */
function refuseEmpty(path: string): void {
  if (statSync(path).size === 0) {
    throw new CodedError('web_config', 'the file is empty', { place: { file: path } });
  }
}

function fingerprint(files: readonly string[]): string {
  let text = '';
  for (const file of files) {
    const stats = statSync(file, { throwIfNoEntry: false });
    text += stats ? `${stats.mtimeMs}:${stats.size}:${stats.ino};` : 'none;';
  }
  return text;
}
