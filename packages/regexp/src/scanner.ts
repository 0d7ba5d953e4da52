// Reads an expression code point by code point, and the escapes that mean a single code point.
import { MAX_CODE_POINT } from './character-class.ts';
import { RegexpError } from './regexp-error.ts';

/** What `peek` and `next` answer at the end of the expression. */
export const END = -1;

const CONTROL_ESCAPES = new Map([
  ['a', 0x07],
  ['f', 0x0c],
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
  ['v', 0x0b],
]);

export class Scanner {
  readonly text: string;
  /** Index in UTF-16 units of what comes next; only whole code points are ever behind it. */
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  /** Whether `part` comes next. */
  sees(part: string): boolean {
    return this.text.startsWith(part, this.at);
  }

  /** Steps over `part` if it comes next. */
  accept(part: string): boolean {
    if (!this.sees(part)) return false;
    this.at += part.length;
    return true;
  }

  next(): number {
    const codePoint = this.text.codePointAt(this.at);
    if (codePoint === undefined) return END;
    this.at += codePoint > 0xffff ? 2 : 1;
    return codePoint;
  }

  /** What was read since `start`. */
  since(start: number): string {
    return this.text.slice(start, this.at);
  }

  rest(): string {
    return this.text.slice(this.at);
  }

  /** Reads an escape of a single code point; the backslash comes next. */
  escape(): number {
    const start = this.at;
    this.at++;
    if (this.done) throw new RegexpError('trailing backslash at end of expression', '');
    const first = this.next();
    const letter = String.fromCodePoint(first);
    if (letter === 'x') {
      const value = this.#hexadecimal();
      if (value !== undefined) return value;
    } else if (letter === '0' || (isOctal(first) && isOctal(this.text.charCodeAt(this.at)))) {
      return this.#octal(first - 0x30);
    } else if (CONTROL_ESCAPES.has(letter)) {
      return CONTROL_ESCAPES.get(letter)!;
    } else if (first < 0x80 && !/[0-9A-Za-z]/.test(letter)) {
      return first;
    }
    throw new RegexpError('invalid escape sequence', this.since(start), hintFor(letter));
  }

  #octal(value: number): number {
    for (let digits = 1; digits < 3 && isOctal(this.text.charCodeAt(this.at)); digits++) {
      value = value * 8 + this.next() - 0x30;
    }
    return value;
  }

  #hexadecimal(): number | undefined {
    if (this.done) return undefined;
    const first = this.next();
    if (first !== 0x7b) {
      const high = hexDigit(first);
      const low = hexDigit(this.next());
      return high < 0 || low < 0 ? undefined : high * 16 + low;
    }
    let value = 0;
    for (let digits = 0; ; digits++) {
      const next = this.next();
      if (next === 0x7d) return digits > 0 ? value : undefined;
      const digit = hexDigit(next);
      if (digit < 0) return undefined;
      value = value * 16 + digit;
      if (value > MAX_CODE_POINT) return undefined;
    }
  }
}

function isOctal(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x37;
}

function hexDigit(codePoint: number): number {
  if (codePoint >= 0x30 && codePoint <= 0x39) return codePoint - 0x30;
  if (codePoint >= 0x41 && codePoint <= 0x46) return codePoint - 0x37;
  if (codePoint >= 0x61 && codePoint <= 0x66) return codePoint - 0x57;
  return -1;
}

function hintFor(letter: string): string | undefined {
  if (/[1-9]/.test(letter))
    return 'backreferences are not supported: no expression may take more than linear time';
  if (letter === 'Z') return 'write \\z for the end of the text';
  return undefined;
}
