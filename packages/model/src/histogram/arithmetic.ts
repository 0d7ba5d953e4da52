// Operators on one or two histograms. Operands are never changed; results share what did not change.
import { CounterResetHint, type FloatHistogram } from '../float-histogram.ts';
import { isCustomSchema } from './bounds.ts';
import {
  type Buckets,
  coarsenBuckets,
  compactBuckets,
  flattenBuckets,
  sameIndices,
  spansOf,
} from './buckets.ts';
import { sameBounds } from './custom-bounds.ts';
import { type AdditionNotes, HistogramSum } from './histogram-sum.ts';

export interface CombinedHistogram extends AdditionNotes {
  readonly histogram: FloatHistogram;
}

/** a + b, not compacted. Throws HistogramError when one has exponential and the other custom buckets. */
export function addHistograms(a: FloatHistogram, b: FloatHistogram): CombinedHistogram {
  const sum = new HistogramSum(a);
  const notes = sum.add(b);
  return { ...notes, histogram: sum.plain() };
}

/** a - b, not compacted; the hint is merged as for a sum, an operator sets it to gauge. Throws as `addHistograms`. */
export function subtractHistograms(a: FloatHistogram, b: FloatHistogram): CombinedHistogram {
  const sum = new HistogramSum(a);
  const notes = sum.subtract(b);
  return { ...notes, histogram: sum.plain() };
}

/** A negative factor makes a gauge. */
export function multiplyHistogram(h: FloatHistogram, factor: number): FloatHistogram {
  return {
    ...h,
    counterReset: factor < 0 ? CounterResetHint.gauge : h.counterReset,
    zeroCount: h.zeroCount * factor,
    count: h.count * factor,
    sum: h.sum * factor,
    positiveBuckets: h.positiveBuckets.map((count) => count * factor),
    negativeBuckets: h.negativeBuckets.map((count) => count * factor),
  };
}

/** A negative divisor makes a gauge; dividing by zero drops the buckets, since they would all be infinite. */
export function divideHistogram(h: FloatHistogram, by: number): FloatHistogram {
  const divided = { ...h, zeroCount: h.zeroCount / by, count: h.count / by, sum: h.sum / by };
  if (by === 0) {
    return { ...divided, positiveSpans: [], negativeSpans: [], positiveBuckets: [], negativeBuckets: [] };
  }
  return {
    ...divided,
    counterReset: by < 0 ? CounterResetHint.gauge : h.counterReset,
    positiveBuckets: h.positiveBuckets.map((count) => count / by),
    negativeBuckets: h.negativeBuckets.map((count) => count / by),
  };
}

/** Drops empty buckets, but for runs of up to `maxGap` between others, which are filled in to save spans. */
export function compactHistogram(h: FloatHistogram, maxGap = 0): FloatHistogram {
  return mapSides(h, (buckets) => compactBuckets(buckets, maxGap));
}

/**
 * The same observations in the buckets of a coarser schema. The target is an exponential schema below the
 * histogram's own.
 */
export function reduceResolution(h: FloatHistogram, targetSchema: number): FloatHistogram {
  const { schema } = h;
  return { ...mapSides(h, (buckets) => coarsenBuckets(buckets, schema, targetSchema)), schema: targetSchema };
}

/** Equality of data: the same buckets, empty ones included, and the same bits in every number. Hints are not compared. */
export function histogramsEqual(a: FloatHistogram, b: FloatHistogram): boolean {
  return (
    a.schema === b.schema &&
    Object.is(a.count, b.count) &&
    Object.is(a.sum, b.sum) &&
    (!isCustomSchema(a.schema) || sameBounds(a.customValues, b.customValues)) &&
    a.zeroThreshold === b.zeroThreshold &&
    Object.is(a.zeroCount, b.zeroCount) &&
    sameIndices(a.negativeSpans, b.negativeSpans) &&
    sameCounts(a.negativeBuckets, b.negativeBuckets) &&
    sameIndices(a.positiveSpans, b.positiveSpans) &&
    sameCounts(a.positiveBuckets, b.positiveBuckets)
  );
}

function sameCounts(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((count, i) => Object.is(count, b[i]));
}

function mapSides(h: FloatHistogram, map: (buckets: Buckets) => Buckets): FloatHistogram {
  const positive = map(flattenBuckets(h.positiveSpans, h.positiveBuckets));
  const negative = map(flattenBuckets(h.negativeSpans, h.negativeBuckets));
  return {
    ...h,
    positiveSpans: spansOf(positive.indices),
    negativeSpans: spansOf(negative.indices),
    positiveBuckets: positive.counts,
    negativeBuckets: negative.counts,
  };
}
