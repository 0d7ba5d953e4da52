// Sets of code points as sorted, disjoint, non-adjacent ranges: `[low, high, low, high, …]`, both inclusive.
import { foldRange } from './case-folding.ts';

export type Ranges = readonly number[];

export const MAX_CODE_POINT = 0x10ffff;
export const ANY: Ranges = [0, MAX_CODE_POINT];
export const ANY_BUT_NEWLINE: Ranges = [0, 0x09, 0x0b, MAX_CODE_POINT];

/** Collects ranges in any order. */
export class ClassBuilder {
  #ranges: number[] = [];

  add(low: number, high: number): this {
    const ranges = this.#ranges;
    const last = ranges.length - 1;
    if (last > 0 && low >= ranges[last - 1]! && low <= ranges[last]! + 1) {
      if (high > ranges[last]!) ranges[last] = high;
    } else ranges.push(low, high);
    return this;
  }

  addAll(ranges: Ranges): this {
    for (let i = 0; i < ranges.length; i += 2) this.add(ranges[i]!, ranges[i + 1]!);
    return this;
  }

  /** Adds the range and everything that is equal to a part of it but for case. */
  addFolded(low: number, high: number): this {
    this.add(low, high);
    foldRange(low, high, (codePoint) => this.add(codePoint, codePoint));
    return this;
  }

  addAllFolded(ranges: Ranges): this {
    for (let i = 0; i < ranges.length; i += 2) this.addFolded(ranges[i]!, ranges[i + 1]!);
    return this;
  }

  build(): Ranges {
    return normalize(this.#ranges);
  }
}

function normalize(ranges: readonly number[]): Ranges {
  let sorted = true;
  for (let i = 2; sorted && i < ranges.length; i += 2) sorted = ranges[i]! > ranges[i - 1]! + 1;
  if (sorted) return ranges;
  const order: number[] = [];
  for (let i = 0; i < ranges.length; i += 2) order.push(i);
  order.sort((a, b) => ranges[a]! - ranges[b]!);
  const merged: number[] = [];
  for (const i of order) {
    const low = ranges[i]!;
    const high = ranges[i + 1]!;
    const last = merged.length - 1;
    if (last > 0 && low <= merged[last]! + 1) merged[last] = Math.max(merged[last]!, high);
    else merged.push(low, high);
  }
  return merged;
}

export function negate(ranges: Ranges): Ranges {
  const result: number[] = [];
  let next = 0;
  for (let i = 0; i < ranges.length; i += 2) {
    if (ranges[i]! > next) result.push(next, ranges[i]! - 1);
    next = ranges[i + 1]! + 1;
  }
  if (next <= MAX_CODE_POINT) result.push(next, MAX_CODE_POINT);
  return result;
}

export function contains(ranges: Ranges, codePoint: number): boolean {
  let low = 0;
  let high = ranges.length >> 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (codePoint > ranges[2 * middle + 1]!) low = middle + 1;
    else high = middle;
  }
  return 2 * low < ranges.length && ranges[2 * low]! <= codePoint;
}

/** How many code points the set holds. */
export function countOf(ranges: Ranges): number {
  let count = 0;
  for (let i = 0; i < ranges.length; i += 2) count += ranges[i + 1]! - ranges[i]! + 1;
  return count;
}

export function sameRanges(a: Ranges, b: Ranges): boolean {
  return a === b || (a.length === b.length && a.every((value, i) => value === b[i]));
}
