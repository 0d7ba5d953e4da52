// Quantiles and fractions of native histograms. Within a bucket the observations are taken to be spread evenly:
// linearly in custom buckets and in the zero bucket, else on the logarithmic scale of the bucket bounds. If
// all other buckets are on one side of zero, so is the zero bucket.
import { BucketCursor, type FloatHistogram, fractionBelow, isCustomSchema } from '@prometheus-ts/model';

/** What the answer needs to say about observations of NaN, which are counted but lie in no bucket. */
export const NanNote = { none: 0, result: 1, skew: 2 } as const;
export type NanNote = (typeof NanNote)[keyof typeof NanNote];

export interface NativeQuantile {
  readonly value: number;
  readonly note: NanNote;
}

/** The value below which the share `q` of the observations lies. */
export function nativeQuantile(q: number, h: FloatHistogram): NativeQuantile {
  if (q < 0) return { value: Number.NEGATIVE_INFINITY, note: NanNote.none };
  if (q > 1) return { value: Number.POSITIVE_INFINITY, note: NanNote.none };
  if (h.count === 0 || Number.isNaN(q)) return { value: Number.NaN, note: NanNote.none };
  const mayHoldNan = Number.isNaN(h.sum);
  // From the nearer end, so that fewer counts are added up; from below where NaN would count at the top.
  const ascending = mayHoldNan || q < 0.5;
  const cursor = ascending ? BucketCursor.ascending(h) : BucketCursor.descending(h);
  const rank = (ascending ? q : 1 - q) * h.count;
  const bucket = { lower: 0, upper: 0, count: 0 };
  let counted = 0;
  while (cursor.next()) {
    bucket.lower = cursor.lower;
    bucket.upper = cursor.upper;
    bucket.count = cursor.count;
    counted += cursor.count;
    if (cursor.count !== 0 && counted >= rank) break;
  }
  const custom = isCustomSchema(h.schema);
  if (custom) {
    if (bucket.lower === Number.NEGATIVE_INFINITY) {
      if (bucket.upper <= 0) return { value: bucket.upper, note: NanNote.none };
      bucket.lower = 0;
    } else if (bucket.upper === Number.POSITIVE_INFINITY) return { value: bucket.lower, note: NanNote.none };
  } else if (bucket.lower < 0 && bucket.upper > 0) cutZeroBucket(bucket, h);
  counted = Math.min(counted, h.count);
  if (counted < rank) {
    if (mayHoldNan) return { value: Number.NaN, note: NanNote.result };
    return { value: bucket.upper, note: NanNote.none };
  }
  const within = ascending ? rank - (counted - bucket.count) : counted - rank;
  let note: NanNote = NanNote.none;
  if (mayHoldNan) {
    while (cursor.next()) counted += cursor.count;
    if (counted < h.count) note = NanNote.skew;
  }
  return { value: interpolate(bucket, within / bucket.count, custom), note };
}

function interpolate({ lower, upper }: Bounds, fraction: number, linear: boolean): number {
  if (linear || (lower <= 0 && upper >= 0)) return lower + (upper - lower) * fraction;
  const logLower = Math.log2(Math.abs(lower));
  const logUpper = Math.log2(Math.abs(upper));
  if (lower > 0) return 2 ** (logLower + (logUpper - logLower) * fraction);
  return -(2 ** (logUpper + (logLower - logUpper) * (1 - fraction)));
}

interface Bounds {
  lower: number;
  upper: number;
}

function cutZeroBucket(bucket: Bounds, h: FloatHistogram): void {
  const hasNegative = h.negativeBuckets.length > 0;
  const hasPositive = h.positiveBuckets.length > 0;
  if (!hasNegative && hasPositive) bucket.lower = 0;
  else if (!hasPositive && hasNegative) bucket.upper = 0;
}

export interface NativeFraction {
  readonly value: number;
  readonly holdsNan: boolean;
}

/** The share of the observations between two values; those of NaN lie nowhere. */
export function nativeFraction(lower: number, upper: number, h: FloatHistogram): NativeFraction {
  if (h.count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) {
    return { value: Number.NaN, holdsNan: false };
  }
  if (lower >= upper) return { value: 0, holdsNan: false };
  let count = h.count;
  let holdsNan = false;
  if (Number.isNaN(h.sum)) {
    count = 0;
    const cursor = BucketCursor.ascending(h);
    while (cursor.next()) count += cursor.count;
    holdsNan = count < h.count;
  }
  const below = (value: number): number => Math.min(rankOf(value, h), count);
  return { value: (below(upper) - below(lower)) / h.count, holdsNan };
}

/** How many observations lie below a value; +Inf where it lies above all buckets. */
function rankOf(value: number, h: FloatHistogram): number {
  const custom = isCustomSchema(h.schema);
  const bucket: Bounds = { lower: 0, upper: 0 };
  const cursor = BucketCursor.ascending(h);
  let rank = 0;
  while (cursor.next()) {
    bucket.lower = cursor.lower;
    bucket.upper = cursor.upper;
    const aroundZero = bucket.lower <= 0 && bucket.upper >= 0;
    if (aroundZero) cutZeroBucket(bucket, h);
    if (bucket.lower >= value) return rank;
    if (bucket.upper > value) {
      const linear = custom || aroundZero;
      if (linear && bucket.lower === Number.NEGATIVE_INFINITY) return cursor.count;
      return rank + cursor.count * fractionBelow(bucket.lower, bucket.upper, value, linear);
    }
    rank += cursor.count;
  }
  return Number.POSITIVE_INFINITY;
}
