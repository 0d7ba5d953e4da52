// Walks over the buckets of a histogram with their bounds.
import type { FloatHistogram } from '../float-histogram.ts';
import { bucketBound, isCustomSchema } from './bounds.ts';
import { type Buckets, flattenBuckets } from './buckets.ts';

const Side = { negative: -1, zero: 0, positive: 1 } as const;
type Side = (typeof Side)[keyof typeof Side];

/** One bucket after the other. The fields describe the current bucket after `next` has answered true. */
export class BucketCursor {
  lower = 0;
  upper = 0;
  lowerInclusive = false;
  upperInclusive = false;
  /** Not cumulative. May be 0. */
  count = 0;
  /** The number within schema and side; 0 for the zero bucket. */
  index = 0;
  readonly #histogram: FloatHistogram;
  readonly #step: 1 | -1;
  readonly #last: Side;
  readonly #clip: boolean;
  #side: Side;
  #buckets: Buckets;
  #at: number;

  private constructor(histogram: FloatHistogram, first: Side, last: Side, step: 1 | -1) {
    this.#histogram = histogram;
    this.#step = step;
    this.#last = last;
    this.#clip = first !== last;
    this.#side = first;
    this.#buckets = this.#open(first);
    this.#at = this.#start();
  }

  /**
   * From the lowest to the highest value: negative buckets, the zero bucket if it counts anything, positive
   * buckets. Buckets that reach into the zero bucket are cut at its threshold.
   */
  static ascending(histogram: FloatHistogram): BucketCursor {
    return new BucketCursor(histogram, Side.negative, Side.positive, 1);
  }

  /** The same from the highest to the lowest value. */
  static descending(histogram: FloatHistogram): BucketCursor {
    return new BucketCursor(histogram, Side.positive, Side.negative, -1);
  }

  /** Positive buckets only, upwards, with their full bounds; the n-th belongs to the n-th count. */
  static positive(histogram: FloatHistogram): BucketCursor {
    return new BucketCursor(histogram, Side.positive, Side.positive, 1);
  }

  /** Negative buckets only, downwards from zero, with their full bounds; the n-th belongs to the n-th count. */
  static negative(histogram: FloatHistogram): BucketCursor {
    return new BucketCursor(histogram, Side.negative, Side.negative, -1);
  }

  next(): boolean {
    for (;;) {
      if (this.#side === Side.zero) {
        this.#moveOn();
        if (this.#histogram.zeroCount > 0) {
          this.#showZeroBucket();
          return true;
        }
      } else if (this.#at >= 0 && this.#at < this.#buckets.indices.length) {
        this.#showBucket();
        this.#at += this.#step * this.#side;
        return true;
      } else if (this.#side === this.#last) return false;
      else this.#moveOn();
    }
  }

  #moveOn(): void {
    this.#side = (this.#side + this.#step) as Side;
    this.#buckets = this.#open(this.#side);
    this.#at = this.#start();
  }

  #open(side: Side): Buckets {
    const h = this.#histogram;
    if (side === Side.zero) return { indices: [], counts: [] };
    return side === Side.positive
      ? flattenBuckets(h.positiveSpans, h.positiveBuckets)
      : flattenBuckets(h.negativeSpans, h.negativeBuckets);
  }

  /** Negative buckets are listed from zero downwards, so going up starts at their end. */
  #start(): number {
    return this.#step * this.#side > 0 ? 0 : this.#buckets.indices.length - 1;
  }

  #showZeroBucket(): void {
    const { zeroThreshold, zeroCount } = this.#histogram;
    this.lower = -zeroThreshold;
    this.upper = zeroThreshold;
    this.lowerInclusive = true;
    this.upperInclusive = true;
    this.count = zeroCount;
    this.index = 0;
  }

  #showBucket(): void {
    const { schema, customValues, zeroThreshold } = this.#histogram;
    const index = this.#buckets.indices[this.#at]!;
    const far = bucketBound(index, schema, customValues);
    const near = bucketBound(index - 1, schema, customValues);
    this.index = index;
    this.count = this.#buckets.counts[this.#at]!;
    this.lower = this.#side === Side.positive ? near : -far;
    this.upper = this.#side === Side.positive ? far : -near;
    if (isCustomSchema(schema)) {
      this.lowerInclusive = index === 0;
      this.upperInclusive = true;
    } else {
      this.lowerInclusive = this.lower < 0;
      this.upperInclusive = this.upper > 0;
    }
    if (!this.#clip) return;
    if (this.upper < 0 && this.upper > -zeroThreshold) this.upper = -zeroThreshold;
    else if (this.lower > 0 && this.lower < zeroThreshold) this.lower = zeroThreshold;
  }
}

/**
 * The share (0 to 1) of a bucket's width that lies at or below `value`, which is strictly between its finite
 * bounds. Linear for custom buckets and the zero bucket, else on a logarithmic scale, on which exponential
 * bounds are evenly spaced.
 */
export function fractionBelow(lower: number, upper: number, value: number, linear: boolean): number {
  if (linear) return (value - lower) / (upper - lower);
  const logLower = Math.log2(Math.abs(lower));
  const logUpper = Math.log2(Math.abs(upper));
  const logValue = Math.log2(Math.abs(value));
  return value > 0
    ? (logValue - logLower) / (logUpper - logLower)
    : 1 - (logValue - logUpper) / (logLower - logUpper);
}
