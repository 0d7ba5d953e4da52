// Values of the basic types by verb. Each answers undefined for a verb that it does not know.
import { quoteGo } from '@prometheus-ts/model';
import type { Complex } from '../values/values.ts';
import { type Directive, pad, padNumber } from './directive.ts';
import { formatFloatVerb } from './float.ts';

const encoder = new TextEncoder();

export function formatBoolean(value: boolean, directive: Directive): string | undefined {
  return directive.verb === 't' || directive.verb === 'v' ? pad(String(value), directive) : undefined;
}

const BASES: ReadonlyMap<string, number> = new Map([
  ['v', 10],
  ['d', 10],
  ['b', 2],
  ['o', 8],
  ['O', 8],
  ['x', 16],
  ['X', 16],
]);

export function formatInteger(value: bigint, directive: Directive): string | undefined {
  const { verb } = directive;
  const base = BASES.get(verb);
  if (base !== undefined) return formatInBase(value, base, directive);
  const character = codePointText(value);
  switch (verb) {
    case 'c':
      return pad(character, directive);
    case 'q':
      return pad(quoteCharacter(character, directive.plus), directive);
    case 'U': {
      const digits = BigInt.asUintN(64, value).toString(16).toUpperCase();
      const code = `U+${digits.padStart(Math.max(4, directive.precision), '0')}`;
      const valid = value >= 0n && value <= 0x10ffffn;
      const shown = directive.sharp && valid && isPrintable(character) ? `${code} '${character}'` : code;
      return pad(shown, { ...directive, zero: false });
    }
    default:
      return undefined;
  }
}

function formatInBase(value: bigint, base: number, directive: Directive): string {
  const { verb, precision, width } = directive;
  if (precision === 0 && value === 0n) return pad('', { ...directive, zero: false });
  const negative = value < 0n;
  let digits = (negative ? -value : value).toString(base);
  const sign = negative ? '-' : directive.plus ? '+' : directive.space ? ' ' : '';
  if (precision >= 0) digits = digits.padStart(precision, '0');
  else if (directive.zero && !directive.minus && width >= 0)
    digits = digits.padStart(width - sign.length, '0');
  let prefix = '';
  if (verb === 'O') prefix = '0o';
  else if (directive.sharp) {
    if (base === 2) prefix = '0b';
    if (base === 8 && !digits.startsWith('0')) prefix = '0';
    if (base === 16) prefix = '0x';
  }
  const text = sign + prefix + digits;
  return pad(verb === 'X' ? text.toUpperCase() : text, { ...directive, zero: false });
}

export function formatFloat(value: number, directive: Directive): string | undefined {
  const { verb } = directive;
  if (!/^[vbgGxXeEfF]$/.test(verb)) return undefined;
  const precision = directive.precision >= 0 ? directive.precision : /^[eEfF]$/.test(verb) ? 6 : -1;
  let text = formatFloatVerb(value, verb === 'v' ? 'g' : verb, precision);
  if (!/^[+-]/.test(text)) text = `+${text}`;
  if (directive.sharp && verb !== 'b' && Math.abs(value) < Infinity) text = keepZeros(text, verb, precision);
  if (text.startsWith('+') && !directive.plus) text = directive.space ? ` ${text.slice(1)}` : text.slice(1);
  if (text === 'Inf') text = '+Inf';
  return padNumber(text, directive, Math.abs(value) < Infinity);
}

/** The # flag: %g keeps its trailing zeros, and every form its point. */
function keepZeros(text: string, verb: string, precision: number): string {
  const hexadecimal = verb === 'x' || verb === 'X';
  const [, number, tail] = (hexadecimal ? /^([^pP]*)(.*)$/ : /^([^eE]*)(.*)$/).exec(text)!;
  const shown = number!.includes('.') ? number! : `${number}.`;
  if (!/^[vgGx]$/.test(verb)) return shown + tail;
  const significant = number!
    .slice(1)
    .replace('.', '')
    .replace(/^0+(?=.)/, '').length;
  const missing = (precision < 0 ? 6 : precision) - significant;
  return shown + '0'.repeat(Math.max(0, missing)) + tail;
}

export function formatComplex(value: Complex, directive: Directive): string | undefined {
  if (!/^[vbgGxXfFeE]$/.test(directive.verb)) return undefined;
  const real = formatFloat(value.real, directive)!;
  return `(${real}${formatFloat(value.imaginary, { ...directive, plus: true })}i)`;
}

export function formatString(value: string, directive: Directive): string | undefined {
  const { verb, precision } = directive;
  const cut = precision >= 0 ? Array.from(value).slice(0, precision).join('') : value;
  switch (verb) {
    case 'v':
      return directive.asSource ? pad(quote(value, directive), directive) : pad(cut, directive);
    case 's':
      return pad(cut, directive);
    case 'q':
      return pad(quote(cut, directive), directive);
    case 'x':
    case 'X':
      return pad(hexBytes(value, directive), { ...directive, zero: false });
    default:
      return undefined;
  }
}

function quote(value: string, directive: Directive): string {
  if (directive.sharp && directive.verb === 'q' && !/[\0-\x08\x0a-\x1f\x7f`\ufeff]/.test(value)) {
    return `\`${value}\``;
  }
  return directive.plus ? asciiOnly(quoteGo(value)) : quoteGo(value);
}

function hexBytes(value: string, directive: Directive): string {
  const upper = directive.verb === 'X';
  let bytes = encoder.encode(value);
  if (directive.precision >= 0) bytes = bytes.subarray(0, directive.precision);
  if (bytes.length === 0) return '';
  const prefix = directive.sharp ? (upper ? '0X' : '0x') : '';
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
  const text = directive.space ? digits.map((pair) => prefix + pair).join(' ') : prefix + digits.join('');
  return upper ? text.toUpperCase() : text;
}

function codePointText(value: bigint): string {
  const valid = value >= 0n && value <= 0x10ffffn && !(value >= 0xd800n && value <= 0xdfffn);
  return valid ? String.fromCodePoint(Number(value)) : '\ufffd';
}

function quoteCharacter(character: string, ascii: boolean): string {
  if (character === "'") return "'\\''";
  if (character === '"') return `'"'`;
  const inner = quoteGo(character).slice(1, -1);
  return `'${ascii ? asciiOnly(inner) : inner}'`;
}

function isPrintable(character: string): boolean {
  return character === '"' || character === '\\' || quoteGo(character) === `"${character}"`;
}

function asciiOnly(text: string): string {
  return text.replaceAll(/[^\0-\x7f]/gu, (character) => {
    const code = character.codePointAt(0)!;
    return code > 0xffff
      ? `\\U${code.toString(16).padStart(8, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
