// `${NAME}`, `${NAME:-default}` and `${file:PATH}` in values, for those who keep secrets and host names out of
// the file. Off unless the daemon is told to; `$${` stays `${`. Names begin with a letter or an underscore, so
// that the `$1` and `${1}` of relabelling are left alone.
import { readFileSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { YamlScalar } from '../yaml/nodes.ts';

export interface Expansion {
  readonly env: Readonly<Record<string, string | undefined>>;
}

const REFERENCE = /\$(\$\{|\{(?:file:([^}]+)|([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?)\})/g;
const MAX_FILE_BYTES = 1024 * 1024;

/** What is wrong with a reference; the text says which. */
export class ExpansionError extends Error {}

/** Throws ExpansionError when a variable is not set or a file cannot be read. */
export function expandText(text: string, expansion: Expansion, folder: string): string {
  if (!text.includes('${')) return text;
  return text.replace(REFERENCE, (_all, escaped: string, file?: string, name?: string, fallback?: string) => {
    if (escaped === '${') return '${';
    if (file !== undefined) return readReference(isAbsolute(file) ? file : join(folder, file));
    const value = expansion.env[name!] ?? fallback;
    if (value === undefined) throw new ExpansionError(`environment variable ${name} is not set`);
    return value;
  });
}

function readReference(path: string): string {
  try {
    if (statSync(path).size > MAX_FILE_BYTES) throw new Error('the file is larger than 1 MiB');
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new ExpansionError(`cannot read ${path}: ${(error as Error).message}`);
  }
}

/** Expanded scalars remember what was written, so that printing shows the reference and not what it stands for. */
const written = new WeakMap<YamlScalar, string>();

export function rememberWritten(node: YamlScalar, text: string): void {
  written.set(node, text);
}

export function writtenText(node: YamlScalar): string | undefined {
  return written.get(node);
}
