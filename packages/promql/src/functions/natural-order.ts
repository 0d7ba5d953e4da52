// The order that people expect of numbered names: `disk2` before `disk10`.
import { compareStrings } from '@prometheus-ts/model';

/** Runs of digits that are no larger than this are compared as numbers. */
const MAX_INTEGER = 0x7fff_ffff_ffff_ffffn;

/** Runs of digits compare as numbers, everything between them as text; a text that ends first goes first. */
export function compareNaturally(a: string, b: string): number {
  const left = a.match(/\d+|\D+/g) ?? [];
  const right = b.match(/\d+|\D+/g) ?? [];
  const shared = Math.min(left.length, right.length);
  for (let i = 0; i < shared; i++) {
    const order = compareParts(left[i]!, right[i]!);
    if (order !== 0) return order;
  }
  return left.length - right.length || compareStrings(a, b);
}

function compareParts(a: string, b: string): number {
  const [x, y] = [integerOf(a), integerOf(b)];
  if (x === undefined || y === undefined) return compareStrings(a, b);
  return x < y ? -1 : x > y ? 1 : 0;
}

function integerOf(part: string): bigint | undefined {
  if (!/^\d/.test(part)) return undefined;
  const value = BigInt(part);
  return value <= MAX_INTEGER ? value : undefined;
}
