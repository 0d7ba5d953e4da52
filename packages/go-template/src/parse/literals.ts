// Go's literals: strings, characters, and numbers of every kind.

import { parseGoFloat, quoteGo } from '@prometheus-ts/model';
import type { NumberValue } from './nodes.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};
const DIGITS_OF_ESCAPE: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** strconv.Unquote of "…" or `…`; undefined when it is not well-formed. */
export function unquote(quoted: string): string | undefined {
  if (quoted.startsWith('`')) return quoted.slice(1, -1).replaceAll('\r', '');
  const parts = splitEscapes(quoted.slice(1, -1), '"');
  if (!parts) return undefined;
  if (parts.every((part) => typeof part === 'string')) return parts.join('');
  // Escapes may spell UTF-8 byte by byte.
  const bytes = parts.flatMap((part) => (typeof part === 'string' ? [...encoder.encode(part)] : [part]));
  return decoder.decode(Uint8Array.from(bytes));
}

/** The pieces of a quoted text: characters, and bytes as numbers. */
function splitEscapes(text: string, quote: string): (string | number)[] | undefined {
  const parts: (string | number)[] = [];
  for (let i = 0; i < text.length; ) {
    const character = String.fromCodePoint(text.codePointAt(i)!);
    i += character.length;
    if (character === quote || character === '\n') return undefined;
    if (character !== '\\') {
      parts.push(character);
      continue;
    }
    const code = text.charAt(i++);
    if (ESCAPES[code] !== undefined) parts.push(ESCAPES[code]);
    else if (code === quote) parts.push(quote);
    else if (/[0-7]/.test(code)) {
      const digits = text.slice(i - 1, i + 2);
      if (!/^[0-7]{3}$/.test(digits) || Number.parseInt(digits, 8) > 255) return undefined;
      parts.push(Number.parseInt(digits, 8));
      i += 2;
    } else {
      const count = DIGITS_OF_ESCAPE[code];
      const digits = text.slice(i, i + (count ?? 0));
      if (count === undefined || digits.length < count || !/^[0-9a-fA-F]+$/.test(digits)) return undefined;
      const value = Number.parseInt(digits, 16);
      if (code !== 'x' && (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))) return undefined;
      parts.push(code === 'x' ? value : String.fromCodePoint(value));
      i += count;
    }
  }
  return parts;
}

/** The code point of 'x', or the text of what is wrong. */
export function unquoteCharacter(quoted: string): bigint | string {
  const parts = splitEscapes(quoted.slice(1, -1), "'");
  if (!parts || parts.length === 0) return 'invalid syntax';
  if (parts.length > 1) return `malformed character constant: ${quoted}`;
  const [part] = parts;
  return BigInt(typeof part === 'number' ? part : part!.codePointAt(0)!);
}

const MAX_UINT64 = 2n ** 64n - 1n;
const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

/** A number literal, or the text of what is wrong with it. */
export function parseNumber(text: string): NumberValue | string {
  if (text.endsWith('i')) {
    const imaginary = parseGoFloat(text.slice(0, -1));
    if (imaginary !== undefined) return fromComplex(0, imaginary);
  }
  const integer = parseInteger(text);
  if (integer !== undefined) {
    return { integer, float: Number(integer), complex: undefined };
  }
  const float = parseGoFloat(text);
  if (float === undefined) return `illegal number syntax: ${quoteGo(text)}`;
  // Without a point or an exponent it was meant to be an integer, and is too large for one.
  if (!/[.eEpP]/.test(text)) return `integer overflow: ${quoteGo(text)}`;
  return { integer: integerOf(float), float, complex: undefined };
}

/** 1+2i; undefined when it is not well-formed. */
export function parseComplex(text: string): NumberValue | undefined {
  const parts = /^([+-]?.*[^eEpP])([+-].*)i$/.exec(text);
  const real = parts && parseGoFloat(parts[1]!);
  const imaginary = parts && parseGoFloat(parts[2]!);
  return real != null && imaginary != null ? fromComplex(real, imaginary) : undefined;
}

/** A complex number without an imaginary part is a float, too, and maybe an integer. */
function fromComplex(real: number, imaginary: number): NumberValue {
  const float = imaginary === 0 ? real : undefined;
  return { complex: { real, imaginary }, float, integer: float === undefined ? undefined : integerOf(float) };
}

function integerOf(float: number): bigint | undefined {
  if (!Number.isInteger(float)) return undefined;
  const integer = BigInt(float);
  return integer >= MIN_INT64 && integer <= MAX_UINT64 ? integer : undefined;
}

function parseInteger(text: string): bigint | undefined {
  const parts =
    /^([+-]?)(?:0[xX](_?[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*)|0[bB](_?[01]+(?:_[01]+)*)|0[oO]?(_?[0-7]+(?:_[0-7]+)*)|(0|[1-9][0-9]*(?:_[0-9]+)*))$/.exec(
      text,
    );
  if (!parts) return undefined;
  const [, sign, hexadecimal, binary, octal, decimal] = parts;
  const digits = (hexadecimal ?? binary ?? octal ?? decimal)!.replaceAll('_', '');
  const prefix =
    hexadecimal !== undefined ? '0x' : binary !== undefined ? '0b' : octal !== undefined ? '0o' : '';
  const magnitude = BigInt(prefix + digits);
  const value = sign === '-' ? -magnitude : magnitude;
  const limit = sign === '' ? MAX_UINT64 : MAX_INT64;
  return value >= MIN_INT64 && value <= limit ? value : undefined;
}
