// One side of a histogram (positive or negative) as two lists, which is how all operations see it. Spans exist
// only at the edges: they are taken apart on the way in and built on the way out.
import type { BucketSpan } from '../float-histogram.ts';
import { coarserIndex } from './bounds.ts';

/** Parallel lists; indices rise strictly. Empty buckets may be among them. */
export interface Buckets {
  readonly indices: number[];
  readonly counts: number[];
}

/** Takes spans apart. Buckets that no span covers and spans without buckets are left out. */
export function flattenBuckets(spans: readonly BucketSpan[], counts: readonly number[]): Buckets {
  const indices: number[] = [];
  let index = 0;
  for (let i = 0; i < spans.length; i++) {
    const span = spans[i]!;
    index += span.offset;
    for (let n = 0; n < span.length && indices.length < counts.length; n++) indices.push(index + n);
    index += span.length;
  }
  return {
    indices,
    counts: indices.length === counts.length ? counts.slice() : counts.slice(0, indices.length),
  };
}

/** The fewest spans that cover the indices. */
export function spansOf(indices: readonly number[]): BucketSpan[] {
  const spans: { offset: number; length: number }[] = [];
  let next = 0;
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    if (i > 0 && index === next) spans[spans.length - 1]!.length++;
    else spans.push({ offset: index - next, length: 1 });
    next = index + 1;
  }
  return spans;
}

/** Drops empty buckets at the ends and wherever more than `maxGap` are in a row; fills smaller gaps with them. */
export function compactBuckets(buckets: Buckets, maxGap: number): Buckets {
  const indices: number[] = [];
  const counts: number[] = [];
  for (let i = 0; i < buckets.indices.length; i++) {
    const count = buckets.counts[i]!;
    if (count === 0) continue;
    const index = buckets.indices[i]!;
    const last = indices.length > 0 ? indices[indices.length - 1]! : index - 1;
    if (index - last - 1 <= maxGap) {
      for (let filler = last + 1; filler < index; filler++) {
        indices.push(filler);
        counts.push(0);
      }
    }
    indices.push(index);
    counts.push(count);
  }
  return { indices, counts };
}

/** Merges buckets to those of a coarser exponential schema. */
export function coarsenBuckets(buckets: Buckets, schema: number, targetSchema: number): Buckets {
  const indices: number[] = [];
  const counts: number[] = [];
  for (let i = 0; i < buckets.indices.length; i++) {
    const index = coarserIndex(buckets.indices[i]!, schema, targetSchema);
    if (indices.length > 0 && indices[indices.length - 1] === index)
      counts[counts.length - 1]! += buckets.counts[i]!;
    else {
      indices.push(index);
      counts.push(buckets.counts[i]!);
    }
  }
  return { indices, counts };
}

export function sameIndices(a: readonly BucketSpan[], b: readonly BucketSpan[]): boolean {
  let i = 0;
  let j = 0;
  let offsetA = 0;
  let offsetB = 0;
  for (;;) {
    while (i < a.length && a[i]!.length === 0) offsetA += a[i++]!.offset;
    while (j < b.length && b[j]!.length === 0) offsetB += b[j++]!.offset;
    if (i === a.length || j === b.length) return i === a.length && j === b.length;
    if (offsetA + a[i]!.offset !== offsetB + b[j]!.offset || a[i]!.length !== b[j]!.length) return false;
    offsetA = 0;
    offsetB = 0;
    i++;
    j++;
  }
}
