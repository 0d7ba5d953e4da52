// The value of a number as the lexer found it, by Go's rules: an integer of any base first, else a float.
import { quoteGo } from '@prometheus-ts/model';

const INT64_MAX = 0x7fff_ffff_ffff_ffffn;
const DECIMAL = /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

export type NumberResult = { readonly value: number } | { readonly error: string };

/** `error` is upstream's text. */
export function parseNumberLiteral(text: string): NumberResult {
  const word = text.toLowerCase();
  if (word === 'inf') return { value: Infinity };
  if (word === 'nan') return { value: NaN };
  if (!underscoresSeparateDigits(word)) return invalid(text, 'invalid syntax');
  const digits = word.replaceAll('_', '');
  const integer = parsePrefixed(digits);
  if (integer !== undefined && integer <= INT64_MAX) return { value: Number(integer) };
  if (!DECIMAL.test(digits)) return invalid(text, 'invalid syntax');
  const value = Number(digits);
  return value === Infinity ? invalid(text, 'value out of range') : { value };
}

/** `0x1f` and `017`; undefined for anything else, decimal integers included. */
function parsePrefixed(digits: string): bigint | undefined {
  if (/^0x[\da-f]+$/.test(digits)) return BigInt(digits);
  if (/^0[0-7]+$/.test(digits)) return BigInt(`0o${digits.slice(1)}`);
  return undefined;
}

/** An underscore stands between two digits, or between the prefix 0x and a digit. */
function underscoresSeparateDigits(word: string): boolean {
  const digit = word.startsWith('0x') ? /[\da-f]/ : /\d/;
  for (let i = word.indexOf('_'); i >= 0; i = word.indexOf('_', i + 1)) {
    const before = word[i - 1] ?? '';
    const afterPrefix = i === 2 && word.startsWith('0x');
    if (!(afterPrefix || digit.test(before)) || !digit.test(word[i + 1] ?? '')) return false;
  }
  return true;
}

function invalid(text: string, why: string): NumberResult {
  return { error: `error parsing number: strconv.ParseFloat: parsing ${quoteGo(text)}: ${why}` };
}
