// Go's Sprintf: directives with flags, width, precision and argument numbers, and its notes on mistakes.
import type { GoValue } from '../values/values.ts';
import { type Directive, plainDirective } from './directive.ts';
import { describeExtra, printValue } from './print.ts';

/** The largest width and precision, as in Go. */
const LARGEST = 1_000_000;
const FLAGS: Readonly<Record<string, 'plus' | 'minus' | 'sharp' | 'space' | 'zero'>> = {
  '+': 'plus',
  '-': 'minus',
  '#': 'sharp',
  ' ': 'space',
  '0': 'zero',
};

export function sprintf(format: string, args: readonly GoValue[]): string {
  return new Formatter(format, args).run();
}

class Formatter {
  readonly #format: string;
  readonly #args: readonly GoValue[];
  #at = 0;
  #next = 0;
  #reordered = false;
  /** Whether every argument number of the current directive was good. */
  #goodNumber = true;

  constructor(format: string, args: readonly GoValue[]) {
    this.#format = format;
    this.#args = args;
  }

  run(): string {
    let output = '';
    const format = this.#format;
    while (this.#at < format.length) {
      const percent = format.indexOf('%', this.#at);
      if (percent < 0) {
        output += format.slice(this.#at);
        break;
      }
      output += format.slice(this.#at, percent);
      this.#at = percent + 1;
      output += this.#directive();
    }
    if (!this.#reordered && this.#next < this.#args.length) {
      output += `%!(EXTRA ${this.#args.slice(this.#next).map(describeExtra).join(', ')})`;
    }
    return output;
  }

  #directive(): string {
    const format = this.#format;
    const directive = plainDirective('');
    for (let flag = FLAGS[format.charAt(this.#at)]; flag; flag = FLAGS[format.charAt(++this.#at)]) {
      directive[flag] = true;
    }
    this.#goodNumber = true;
    let notes = '';
    let afterNumber = this.#argumentNumber();
    if (format[this.#at] === '*') {
      this.#at++;
      const width = this.#integerArgument();
      if (width === undefined) notes += '%!(BADWIDTH)';
      else {
        directive.width = Math.abs(width);
        if (width < 0) {
          directive.minus = true;
          directive.zero = false;
        }
      }
      afterNumber = false;
    } else {
      directive.width = this.#number();
      if (afterNumber && directive.width >= 0) this.#goodNumber = false;
    }
    if (format[this.#at] === '.') {
      this.#at++;
      if (afterNumber) this.#goodNumber = false;
      [notes, afterNumber] = this.#precision(directive, notes);
    }
    if (!afterNumber) this.#argumentNumber();
    return notes + this.#verb(directive);
  }

  #precision(directive: Directive, notes: string): [string, boolean] {
    const afterNumber = this.#argumentNumber();
    if (this.#format[this.#at] === '*') {
      this.#at++;
      const precision = this.#integerArgument();
      if (precision === undefined || precision < 0) return [`${notes}%!(BADPREC)`, false];
      directive.precision = precision;
      return [notes, false];
    }
    directive.precision = Math.max(this.#number(), 0);
    return [notes, afterNumber];
  }

  #verb(directive: Directive): string {
    const codePoint = this.#format.codePointAt(this.#at);
    if (codePoint === undefined) return '%!(NOVERB)';
    const verb = String.fromCodePoint(codePoint);
    this.#at += verb.length;
    if (verb === '%') return '%';
    if (!this.#goodNumber) return `%!${verb}(BADINDEX)`;
    if (this.#next >= this.#args.length) return `%!${verb}(MISSING)`;
    directive.verb = verb;
    if (verb === 'v') {
      // With %v these two flags are about collections, not about numbers.
      directive.asSource = directive.sharp;
      directive.withNames = directive.plus;
      directive.sharp = false;
      directive.plus = false;
    }
    return printValue(this.#args[this.#next++], directive, 0);
  }

  /** Reads `[n]`; whether one was there. */
  #argumentNumber(): boolean {
    if (this.#format[this.#at] !== '[') return false;
    this.#reordered = true;
    const end = this.#format.indexOf(']', this.#at);
    const text = end < 0 ? '' : this.#format.slice(this.#at + 1, end);
    this.#at = end < 0 ? this.#at + 1 : end + 1;
    const number = /^\d{1,7}$/.test(text) ? Number(text) : 0;
    if (number >= 1 && number <= this.#args.length) {
      this.#next = number - 1;
      return true;
    }
    this.#goodNumber = false;
    return end >= 0 && number > 0;
  }

  /** -1 when there is none, or it is too large. */
  #number(): number {
    const [digits] = /^\d*/.exec(this.#format.slice(this.#at, this.#at + 20))!;
    if (digits === '') return -1;
    this.#at += digits.length;
    const value = Number(digits);
    return value > LARGEST ? -1 : value;
  }

  #integerArgument(): number | undefined {
    if (this.#next >= this.#args.length) return undefined;
    const value = this.#args[this.#next++];
    const usable = typeof value === 'bigint' && value >= -LARGEST && value <= LARGEST;
    return usable ? Number(value) : undefined;
  }
}
