// `@file` on the command line: each line of the file is one argument. Empty lines and lines that begin with
// `#` are left out; a file may name further files.
import { readFileSync } from 'node:fs';
import { UsageError } from './usage-error.ts';

/** Far above any real command line; a file that names itself stops here. */
const MAX_ARGUMENTS = 100_000;

/** `argv` with every `@file` before a `--` replaced by the lines of that file. Throws UsageError. */
export function expandArguments(argv: readonly string[], readFile = readText): string[] {
  const expanded: string[] = [];
  const pending = [...argv].reverse();
  let filesRead = 0;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next === '--') {
      expanded.push(next, ...pending.reverse());
      return expanded;
    }
    if (!next.startsWith('@')) {
      expanded.push(next);
      continue;
    }
    const lines = linesOf(next.slice(1), readFile);
    filesRead += 1;
    if (expanded.length + pending.length + lines.length > MAX_ARGUMENTS || filesRead > 1000) {
      throw new UsageError(`too many arguments in ${next}`, 'does the file name itself?');
    }
    pending.push(...lines.reverse());
  }
  return expanded;
}

function linesOf(path: string, readFile: (path: string) => string): string[] {
  if (path === '') throw new UsageError('expected @ file to expand arguments from');
  let text: string;
  try {
    text = readFile(path);
  } catch (error) {
    throw new UsageError(
      `failed to open arguments file ${JSON.stringify(path)}: ${(error as Error).message}`,
    );
  }
  return text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

function readText(path: string): string {
  return readFileSync(path, 'utf8');
}
