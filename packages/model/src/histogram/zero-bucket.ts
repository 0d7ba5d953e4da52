// Widening a zero bucket swallows the buckets it reaches over.
import { exponentialBound } from './bounds.ts';

/** What widening needs to see of a histogram with an exponential schema. */
export interface ZeroBucketView {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly positive: { readonly indices: readonly number[]; readonly counts: readonly number[] };
  readonly negative: { readonly indices: readonly number[]; readonly counts: readonly number[] };
}

export interface WiderZeroBucket {
  /** At least the threshold asked for; more when that lies within a bucket that is not empty. */
  readonly threshold: number;
  /** How many buckets of each side, from the zero bucket outwards, lie within the threshold. */
  readonly positive: number;
  readonly negative: number;
}

/** @param threshold at least that of the histogram */
export function widenZeroBucket(view: ZeroBucketView, threshold: number): WiderZeroBucket {
  if (threshold === view.zeroThreshold) return { threshold, positive: 0, negative: 0 };
  for (;;) {
    const positive = swallowed(view.positive, view.schema, threshold);
    const negative = swallowed(view.negative, view.schema, Math.max(threshold, positive.threshold));
    if (negative.threshold === Math.max(threshold, positive.threshold)) {
      return { threshold: negative.threshold, positive: positive.count, negative: negative.count };
    }
    threshold = negative.threshold;
  }
}

function swallowed(
  side: ZeroBucketView['positive'],
  schema: number,
  threshold: number,
): { threshold: number; count: number } {
  let count = 0;
  for (; count < side.indices.length; count++) {
    const index = side.indices[count]!;
    if (exponentialBound(index - 1, schema) >= threshold) break;
    const upper = exponentialBound(index, schema);
    if (upper > threshold) {
      // The threshold cuts a bucket in two. An empty one does not matter.
      return { threshold: side.counts[count] === 0 ? threshold : upper, count: count + 1 };
    }
  }
  return { threshold, count };
}

/** How many buckets, from the zero bucket outwards, end within the threshold. */
export function countWithin(indices: readonly number[], schema: number, threshold: number): number {
  let count = 0;
  while (count < indices.length && exponentialBound(indices[count]!, schema) <= threshold) count++;
  return count;
}
