// From a document to a typed value, and back to text.
import { readFileSync } from 'node:fs';
import { ConfigError } from '../config-error.ts';
import { emitYaml } from '../yaml/emit.ts';
import type { YamlNode } from '../yaml/nodes.ts';
import { parseYaml } from '../yaml/parse.ts';
import { wholeFileProblem } from '../yaml/source.ts';
import { DecodeContext, type DecodeOptions } from './context.ts';
import type { Schema } from './schema.ts';

/** Throws ConfigError with every problem found, in the order of the file. */
export function decode<T>(schema: Schema<T>, node: YamlNode, options: DecodeOptions = {}): T {
  const context = new DecodeContext(schema, node.source.file, options);
  const value = context.decode(schema, node);
  if (context.problems.length === 0) return value;
  throw new ConfigError(context.problems.toSorted((a, b) => a.line - b.line || a.column - b.column));
}

/** Reads and decodes a file. Throws ConfigError, also when the file cannot be read (code `unreadable`). */
export function loadYamlFile<T>(schema: Schema<T>, path: string, options: DecodeOptions = {}): T {
  return decode(schema, parseYaml(readConfigFile(path), path), options);
}

/** The bytes of a file. Throws ConfigError (code `unreadable`). */
export function readConfigFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const [reason, hint] = READ_REASONS[code ?? ''] ?? [(error as Error).message, undefined];
    throw new ConfigError([wholeFileProblem(path, 'unreadable', `open ${path}: ${reason}`, hint)], {
      cause: error,
    });
  }
}

const READ_REASONS: Readonly<Record<string, readonly [string, string | undefined]>> = {
  ENOENT: [
    'no such file or directory',
    'is the path right? Relative paths begin where the program was started',
  ],
  EACCES: ['permission denied', 'let the user that runs this program read the file'],
  EISDIR: ['is a directory', undefined],
};

/** The value as go-yaml v2 would marshal upstream's struct. */
export function toYaml<T>(value: T, schema: Schema<T>): string {
  return emitYaml(schema.encode(value));
}
