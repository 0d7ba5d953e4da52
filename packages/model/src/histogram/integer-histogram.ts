// Native histograms as they are exposed and stored while all counts are integers.
import type { BucketSpan, CounterResetHint, FloatHistogram } from '../float-histogram.ts';
import { type Buckets, coarsenBuckets, compactBuckets, flattenBuckets, spansOf } from './buckets.ts';

/**
 * As FloatHistogram, but counts are integers, and in the buckets only the first of a side is a count: each
 * later one is the difference to the bucket before it. Counts stay exact up to 2^53.
 */
export interface IntegerHistogram {
  readonly counterReset: CounterResetHint;
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly count: number;
  readonly sum: number;
  readonly positiveSpans: readonly BucketSpan[];
  readonly negativeSpans: readonly BucketSpan[];
  /** Deltas. */
  readonly positiveBuckets: readonly number[];
  /** Deltas. */
  readonly negativeBuckets: readonly number[];
  readonly customValues?: readonly number[];
}

export function toFloatHistogram(h: IntegerHistogram): FloatHistogram {
  return {
    ...h,
    positiveBuckets: fromDeltas(h.positiveBuckets),
    negativeBuckets: fromDeltas(h.negativeBuckets),
  };
}

/** All counts of the float histogram must be integers. */
export function toIntegerHistogram(h: FloatHistogram): IntegerHistogram {
  return { ...h, positiveBuckets: toDeltas(h.positiveBuckets), negativeBuckets: toDeltas(h.negativeBuckets) };
}

export function compactIntegerHistogram(h: IntegerHistogram, maxGap = 0): IntegerHistogram {
  return mapSides(h, (buckets) => compactBuckets(buckets, maxGap));
}

/** As `reduceResolution` for floats. */
export function reduceIntegerResolution(h: IntegerHistogram, targetSchema: number): IntegerHistogram {
  const { schema } = h;
  return { ...mapSides(h, (buckets) => coarsenBuckets(buckets, schema, targetSchema)), schema: targetSchema };
}

function mapSides(h: IntegerHistogram, map: (buckets: Buckets) => Buckets): IntegerHistogram {
  const positive = map(flattenBuckets(h.positiveSpans, fromDeltas(h.positiveBuckets)));
  const negative = map(flattenBuckets(h.negativeSpans, fromDeltas(h.negativeBuckets)));
  return {
    ...h,
    positiveSpans: spansOf(positive.indices),
    negativeSpans: spansOf(negative.indices),
    positiveBuckets: toDeltas(positive.counts),
    negativeBuckets: toDeltas(negative.counts),
  };
}

function fromDeltas(deltas: readonly number[]): number[] {
  let count = 0;
  return deltas.map((delta) => (count += delta));
}

function toDeltas(counts: readonly number[]): number[] {
  return counts.map((count, i) => (i === 0 ? count : count - counts[i - 1]!));
}
