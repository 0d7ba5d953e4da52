// Whether a counter histogram was reset between two samples: counts never fall otherwise.
import { CounterResetHint, type FloatHistogram } from '../float-histogram.ts';
import { isCustomSchema } from './bounds.ts';
import { type Buckets, coarsenBuckets, flattenBuckets } from './buckets.ts';
import { type Bounds, intersectBounds, sameBounds } from './custom-bounds.ts';
import { countWithin, widenZeroBucket } from './zero-bucket.ts';

/**
 * True when `current` misses observations that `previous` has, in any bucket, the zero bucket or the count; the
 * sum is not looked at. A hint of reset or notReset decides without looking; gauges are taken for counters. A
 * finer schema or a narrower zero bucket only come with a reset. A coarser schema and a wider zero bucket are
 * first applied to the previous sample; a zero bucket that now ends within a bucket that counted something
 * means a reset.
 */
export function detectReset(current: FloatHistogram, previous: FloatHistogram): boolean {
  if (current.counterReset === CounterResetHint.reset) return true;
  if (current.counterReset === CounterResetHint.notReset) return false;
  if (current.count < previous.count) return true;
  const currentPositive = flattenBuckets(current.positiveSpans, current.positiveBuckets);
  const previousPositive = flattenBuckets(previous.positiveSpans, previous.positiveBuckets);
  if (isCustomSchema(current.schema)) {
    if (!isCustomSchema(previous.schema)) return true;
    if (sameBounds(current.customValues, previous.customValues))
      return falls(currentPositive, previousPositive);
    const common = intersectBounds(current.customValues, previous.customValues);
    const now = rollUp(currentPositive, current.customValues, common);
    const before = rollUp(previousPositive, previous.customValues, common);
    return now.some((count, i) => count < before[i]!);
  }
  if (current.schema > previous.schema || current.zeroThreshold < previous.zeroThreshold) return true;

  const previousNegative = flattenBuckets(previous.negativeSpans, previous.negativeBuckets);
  const sides = { positive: previousPositive, negative: previousNegative };
  const wider = widenZeroBucket({ ...previous, ...sides }, current.zeroThreshold);
  if (wider.threshold !== current.zeroThreshold) return true;
  let previousZeroCount = previous.zeroCount;
  for (let i = 0; i < wider.positive; i++) previousZeroCount += previousPositive.counts[i]!;
  for (let i = 0; i < wider.negative; i++) previousZeroCount += previousNegative.counts[i]!;
  if (current.zeroCount < previousZeroCount) return true;

  const beyondZero = (buckets: Buckets, schema: number): Buckets => {
    const coarse = schema === current.schema ? buckets : coarsenBuckets(buckets, schema, current.schema);
    const from = countWithin(coarse.indices, current.schema, current.zeroThreshold);
    return { indices: coarse.indices.slice(from), counts: coarse.counts.slice(from) };
  };
  const currentNegative = flattenBuckets(current.negativeSpans, current.negativeBuckets);
  return (
    falls(beyondZero(currentPositive, current.schema), beyondZero(previousPositive, previous.schema)) ||
    falls(beyondZero(currentNegative, current.schema), beyondZero(previousNegative, previous.schema))
  );
}

/** Whether any bucket counts less than before; one that is gone counts 0. */
function falls(current: Buckets, previous: Buckets): boolean {
  let at = 0;
  for (let i = 0; i < previous.indices.length; i++) {
    const index = previous.indices[i]!;
    while (at < current.indices.length && current.indices[at]! < index) at++;
    const before = previous.counts[i]!;
    if (current.indices[at] === index ? current.counts[at]! < before : before !== 0) return true;
  }
  return false;
}

/** The counts between the common bounds; the last is for everything above. */
function rollUp(buckets: Buckets, bounds: Bounds, common: readonly number[]): number[] {
  const counts = new Array<number>(common.length + 1).fill(0);
  let at = 0;
  for (let i = 0; i < buckets.indices.length; i++) {
    const bound = bounds?.[buckets.indices[i]!] ?? Infinity;
    while (at < common.length && common[at]! < bound) at++;
    counts[at]! += buckets.counts[i]!;
  }
  return counts;
}
