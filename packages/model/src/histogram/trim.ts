// The trim operators `</` and `>/`: what a histogram would count if only observations below, or above, a value
// had been made. Within a bucket observations are taken to be spread evenly, on a logarithmic scale where
// bounds are exponential.
import type { FloatHistogram } from '../float-histogram.ts';
import { compactHistogram } from './arithmetic.ts';
import { isCustomSchema } from './bounds.ts';
import { BucketCursor, fractionBelow } from './bucket-cursor.ts';

export const Keep = { below: 'below', above: 'above' } as const;
export type Keep = (typeof Keep)[keyof typeof Keep];

/** Part of a bucket: how many observations, and a value that stands for them in the sum. */
interface Part {
  readonly count: number;
  readonly midpoint: number;
}

interface Span {
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

/** Of all that is kept, added up bucket by bucket in upstream's order. */
interface Totals {
  count: number;
  sum: number;
}

interface TrimmedSide {
  readonly counts: number[];
  readonly populated: boolean;
  readonly changed: boolean;
}

/** Count and sum are estimated from the buckets that are left, unless nothing was cut. Compacted if changed. */
export function trimHistogram(h: FloatHistogram, at: number, keep: Keep): FloatHistogram {
  const linear = isCustomSchema(h.schema);
  const totals: Totals = { count: 0, sum: 0 };
  const positive = trimSide(BucketCursor.positive(h), at, keep, linear, 1, totals);
  const negative = trimSide(BucketCursor.negative(h), at, keep, linear, -1, totals);
  let changed = positive.changed || negative.changed;
  let { zeroCount } = h;
  if (zeroCount > 0) {
    const zero = {
      lower: positive.populated && !negative.populated ? 0 : -h.zeroThreshold,
      upper: negative.populated && !positive.populated ? 0 : h.zeroThreshold,
      count: zeroCount,
    };
    const kept = trimZeroBucket(zero, at, keep);
    changed ||= kept.count !== zeroCount;
    zeroCount = kept.count;
    totals.count += kept.count;
    totals.sum += kept.midpoint * kept.count;
  }
  if (!changed) return h;
  return compactHistogram({
    ...h,
    ...totals,
    zeroCount,
    positiveBuckets: positive.counts,
    negativeBuckets: negative.counts,
  });
}

function trimSide(
  cursor: BucketCursor,
  at: number,
  keep: Keep,
  linear: boolean,
  sign: 1 | -1,
  totals: Totals,
): TrimmedSide {
  const counts: number[] = [];
  let populated = false;
  let changed = false;
  while (cursor.next()) {
    let kept = 0;
    if (cursor.count !== 0) {
      populated = true;
      const part = trimBucket(cursor, at, keep, linear, sign);
      kept = part.count;
      totals.count += kept;
      totals.sum += part.midpoint * kept;
      changed ||= kept !== cursor.count;
    }
    counts.push(kept);
  }
  return { counts, populated, changed };
}

function trimBucket(bucket: Span, at: number, keep: Keep, linear: boolean, sign: 1 | -1): Part {
  const { lower, upper, count } = bucket;
  const whole = keep === Keep.below ? upper <= at : lower >= at;
  if (whole) return { count, midpoint: midpointOf(lower, upper, linear, sign) };
  const cut = keep === Keep.below ? lower < at : upper > at;
  if (!cut) return { count: 0, midpoint: 0 };
  if (lower === -Infinity) return trimBelowEverything(bucket, at, keep);
  if (upper === Infinity) return trimAboveEverything(bucket, at, keep);
  const below = count * fractionBelow(lower, upper, at, linear);
  return keep === Keep.below
    ? { count: below, midpoint: midpointOf(lower, at, linear, sign) }
    : { count: count - below, midpoint: midpointOf(at, upper, linear, sign) };
}

/** A bucket from -Inf: where its observations lie is unknown, but for a positive upper bound zero is a fair guess. */
function trimBelowEverything({ upper, count }: Span, at: number, keep: Keep): Part {
  const bounded = upper > 0 && upper !== Infinity;
  if (keep === Keep.below) {
    if (at > 0 && bounded) return { count: (count * at) / upper, midpoint: at / 2 };
    return upper <= 0 ? { count, midpoint: at } : { count: 0, midpoint: 0 };
  }
  if (at >= 0 && bounded) return { count: count * (1 - at / upper), midpoint: (at + upper) / 2 };
  return { count: 0, midpoint: 0 };
}

/** A bucket to +Inf: below is none of it for sure; above is all of it when the cut is at or beyond its lower bound. */
function trimAboveEverything({ lower, count }: Span, at: number, keep: Keep): Part {
  return keep === Keep.above && at >= lower ? { count, midpoint: at } : { count: 0, midpoint: 0 };
}

function trimZeroBucket({ lower, upper, count }: Span, at: number, keep: Keep): Part {
  const all = { count, midpoint: (lower + upper) / 2 };
  const none = { count: 0, midpoint: 0 };
  if (at <= lower) return keep === Keep.below ? none : all;
  if (at >= upper) return keep === Keep.below ? all : none;
  return keep === Keep.below
    ? { count: (count * (at - lower)) / (upper - lower), midpoint: (lower + at) / 2 }
    : { count: (count * (upper - at)) / (upper - lower), midpoint: (at + upper) / 2 };
}

function midpointOf(lower: number, upper: number, linear: boolean, sign: 1 | -1): number {
  if (Math.abs(lower) === Infinity) {
    if (Math.abs(upper) === Infinity) return 0;
    return upper > 0 ? upper / 2 : upper;
  }
  if (Math.abs(upper) === Infinity) return lower;
  return linear ? (lower + upper) / 2 : sign * Math.sqrt(Math.abs(lower * upper));
}
