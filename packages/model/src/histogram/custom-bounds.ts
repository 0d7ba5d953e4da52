// Histograms with custom buckets whose bounds differ: they are brought to the bounds that both have.
import { BucketSums } from './bucket-sums.ts';
import type { Buckets } from './buckets.ts';

export type Bounds = readonly number[] | undefined;

export function sameBounds(a: Bounds, b: Bounds): boolean {
  const length = a?.length ?? 0;
  if (length !== (b?.length ?? 0)) return false;
  for (let i = 0; i < length; i++) if (a![i] !== b![i]) return false;
  return true;
}

/** The bounds that both lists have, ascending. */
export function intersectBounds(a: Bounds, b: Bounds): number[] {
  const common: number[] = [];
  for (let i = 0, j = 0; a && b && i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      common.push(a[i]!);
      i++;
      j++;
    } else if (a[i]! < b[j]!) i++;
    else j++;
  }
  return common;
}

/** Counts buckets into the buckets of fewer bounds. */
export class BoundsMapper {
  readonly #sums: BucketSums;
  readonly #targetBounds: readonly number[];

  constructor(targetBounds: readonly number[]) {
    const indices = Array.from({ length: targetBounds.length + 1 }, (_, i) => i);
    this.#sums = new BucketSums({ indices, counts: indices.map(() => 0) });
    this.#targetBounds = targetBounds;
  }

  add(buckets: Buckets, compensations: readonly number[] | undefined, bounds: Bounds, sign: 1 | -1): void {
    const target = this.#targetBounds;
    let at = 0;
    for (let i = 0; i < buckets.indices.length; i++) {
      const bound = bounds?.[buckets.indices[i]!];
      if (bound === undefined) at = target.length;
      else while (at < target.length && target[at]! < bound) at++;
      this.#sums.addAt(at, sign * buckets.counts[i]!);
      if (compensations) this.#sums.addAt(at, compensations[i]!);
    }
  }

  /** The buckets that are not empty. */
  finish(): BucketSums {
    this.#sums.dropFirst(0);
    return this.#sums;
  }
}
