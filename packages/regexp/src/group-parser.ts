// What follows an opening parenthesis: a plain group, a named one, or flags.
import { RegexpError } from './regexp-error.ts';
import type { Scanner } from './scanner.ts';

export interface Flags {
  /** (?i) */
  readonly foldCase: boolean;
  /** (?s): `.` matches a newline. */
  readonly dotNewline: boolean;
  /** (?m): `^` and `$` match at lines. */
  readonly multiLine: boolean;
  /** (?U): repetitions prefer fewer, and `?` after one makes it prefer more. */
  readonly lazy: boolean;
}

export type GroupStart =
  | { readonly kind: 'capture'; readonly name: string }
  | { readonly kind: 'group'; readonly flags: Flags }
  /** `(?i)`: no group at all; the flags hold until the surrounding group ends. */
  | { readonly kind: 'flags'; readonly flags: Flags };

const FLAG_NAMES: ReadonlyMap<string, keyof Flags> = new Map([
  ['i', 'foldCase'],
  ['s', 'dotNewline'],
  ['m', 'multiLine'],
  ['U', 'lazy'],
]);

/** Reads the start of a group; the parenthesis comes next. */
export function parseGroupStart(scanner: Scanner, flags: Flags): GroupStart {
  if (!scanner.sees('(?')) {
    scanner.at++;
    return { kind: 'capture', name: '' };
  }
  const left = scanner.text.length - scanner.at;
  if (scanner.sees('(?P<') && left > 4) return parseName(scanner, 4);
  if (scanner.sees('(?<') && left > 3) return parseName(scanner, 3);
  return parseFlags(scanner, flags);
}

function parseName(scanner: Scanner, openingLength: number): GroupStart {
  const start = scanner.at;
  const end = scanner.text.indexOf('>', start);
  if (end < 0) throw new RegexpError('invalid named capture', scanner.rest(), hintFor(scanner));
  const name = scanner.text.slice(start + openingLength, end);
  scanner.at = end + 1;
  if (!/^[0-9A-Za-z_]+$/.test(name)) throw new RegexpError('invalid named capture', scanner.since(start));
  return { kind: 'capture', name };
}

function parseFlags(scanner: Scanner, before: Flags): GroupStart {
  const start = scanner.at;
  const hint = hintFor(scanner);
  scanner.at += 2;
  const flags: Record<keyof Flags, boolean> = { ...before };
  let value = true;
  let flagMissing = false;
  while (!scanner.done) {
    const character = String.fromCodePoint(scanner.next());
    const flag = FLAG_NAMES.get(character);
    if (flag) {
      flags[flag] = value;
      flagMissing = false;
    } else if (character === '-' && value) {
      value = false;
      flagMissing = true;
    } else if ((character === ':' || character === ')') && !flagMissing) {
      return { kind: character === ':' ? 'group' : 'flags', flags };
    } else break;
  }
  throw new RegexpError('invalid or unsupported Perl syntax', scanner.since(start), hint);
}

function hintFor(scanner: Scanner): string | undefined {
  return /\(\?<?[=!]/.test(scanner.rest().slice(0, 4))
    ? 'lookahead and lookbehind are not supported: no expression may take more than linear time'
    : undefined;
}
