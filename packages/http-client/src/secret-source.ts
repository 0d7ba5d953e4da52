// Where a secret comes from: the configuration itself, or a file that is read again when it has changed.
import { readFileSync, statSync } from 'node:fs';
import type { Secret } from '@prometheus-ts/config';
import { CodedError } from '@prometheus-ts/model';

export interface SecretSource {
  /** The secret as it is now. Throws CodedError (code `secret_file`) when the file cannot be read. */
  read(): string;
}

const MAX_FILE_BYTES = 1024 * 1024;

/** The inline value, else the file, else undefined. */
export function secretSource(inline: Secret | string, file: string): SecretSource | undefined {
  const value = typeof inline === 'string' ? inline : inline.reveal();
  if (value !== '') return { read: () => value };
  return file === '' ? undefined : new FileSecret(file);
}

/** A file's content without surrounding white space. A change is noticed by time, size or inode. */
class FileSecret implements SecretSource {
  readonly #path: string;
  #version = '';
  #content = '';

  constructor(path: string) {
    this.#path = path;
  }

  read(): string {
    try {
      const { mtimeMs, size, ino } = statSync(this.#path);
      const version = `${mtimeMs}:${size}:${ino}`;
      if (version !== this.#version) {
        if (size > MAX_FILE_BYTES) throw new Error('the file is larger than 1 MiB');
        this.#content = readFileSync(this.#path, 'utf8').trim();
        this.#version = version;
      }
      return this.#content;
    } catch (error) {
      throw new CodedError('secret_file', `unable to read file ${this.#path}: ${(error as Error).message}`, {
        hint: 'the file must exist and be readable for the user that runs this program',
        cause: error,
      });
    }
  }
}
