// How often a value of a series description is repeated.
import { quoteGo } from '@prometheus-ts/model';
import type { TokenStream } from './token-stream.ts';
import { Kind } from './tokens.ts';

/** More values than this in one series are a mistake, and would only exhaust memory. */
export const MAX_VALUES = 5_000_000;
const UINT64_MAX = 0xffff_ffff_ffff_ffffn;

/** A whole number without sign, at most 2^64-1. */
export function parseUnsigned(stream: TokenStream): number {
  const token = stream.expect(Kind.number);
  const fail = (why: string): never =>
    stream.fail(
      token,
      `invalid repetition in series values: strconv.ParseUint: parsing ${quoteGo(token.text)}: ${why}`,
    );
  if (!/^\d+$/.test(token.text)) fail('invalid syntax');
  if (BigInt(token.text) > UINT64_MAX) fail('value out of range');
  return Number(token.text);
}

/** A number of repetitions. */
export function parseCount(stream: TokenStream): number {
  const token = stream.peek();
  const count = parseUnsigned(stream);
  if (count > MAX_VALUES) stream.fail(token, `more than ${MAX_VALUES} values in one series`);
  return count;
}
