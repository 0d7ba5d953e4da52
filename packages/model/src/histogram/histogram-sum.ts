// Adds histograms one after the other. Every count keeps what rounding took from it, so long sums are as exact
// as those of floats. Differences between the operands are reconciled on the way: to the coarser schema, the
// wider zero bucket, the custom bounds that both have.
import { CounterResetHint, type FloatHistogram } from '../float-histogram.ts';
import { KahanSum } from '../kahan.ts';
import { isCustomSchema } from './bounds.ts';
import { BucketSums } from './bucket-sums.ts';
import { type Buckets, coarsenBuckets, flattenBuckets, spansOf } from './buckets.ts';
import { BoundsMapper, intersectBounds, sameBounds } from './custom-bounds.ts';
import { HistogramError } from './errors.ts';
import { countWithin, widenZeroBucket } from './zero-bucket.ts';

/** What the caller may want to tell the user about an addition. */
export interface AdditionNotes {
  /** One operand says that its counter was reset and the other that it was not. */
  readonly resetCollision: boolean;
  /** The operands have different custom bounds; only those that both have are left. */
  readonly boundsReconciled: boolean;
}

const NO_NOTES: AdditionNotes = { resetCollision: false, boundsReconciled: false };

export class HistogramSum {
  counterReset: CounterResetHint;
  #schema: number;
  #zeroThreshold: number;
  #customValues: readonly number[] | undefined;
  #zeroCount: KahanSum;
  #count: KahanSum;
  #sum: KahanSum;
  #positive: BucketSums;
  #negative: BucketSums;

  constructor(first: FloatHistogram) {
    this.counterReset = first.counterReset;
    this.#schema = first.schema;
    this.#zeroThreshold = first.zeroThreshold;
    this.#customValues = first.customValues;
    this.#zeroCount = new KahanSum(first.zeroCount);
    this.#count = new KahanSum(first.count);
    this.#sum = new KahanSum(first.sum);
    this.#positive = new BucketSums(flattenBuckets(first.positiveSpans, first.positiveBuckets));
    this.#negative = new BucketSums(flattenBuckets(first.negativeSpans, first.negativeBuckets));
  }

  /** Adds a histogram. Throws HistogramError when one has exponential and the other custom buckets. */
  add(other: FloatHistogram): AdditionNotes {
    return this.#combine(other, 1);
  }

  /** Subtracts a histogram; counts may become negative. Throws as `add` does. */
  subtract(other: FloatHistogram): AdditionNotes {
    return this.#combine(other, -1);
  }

  scale(factor: number): void {
    for (const part of [this.#zeroCount, this.#count, this.#sum, this.#positive, this.#negative])
      part.scale(factor);
    if (factor < 0) this.counterReset = CounterResetHint.gauge;
  }

  /** Dividing by zero drops the buckets, since they would all be infinite. */
  divide(by: number): void {
    for (const part of [this.#zeroCount, this.#count, this.#sum, this.#positive, this.#negative])
      part.divide(by);
    if (by < 0) this.counterReset = CounterResetHint.gauge;
  }

  /** Whether anything has become infinite; what rounding lost is not looked at. */
  get hasOverflow(): boolean {
    const infinite = (value: number) => Math.abs(value) === Infinity;
    return (
      infinite(this.#zeroCount.value) ||
      infinite(this.#count.value) ||
      infinite(this.#sum.value) ||
      this.#positive.counts.some(infinite) ||
      this.#negative.counts.some(infinite)
    );
  }

  copy(): HistogramSum {
    const copy = new HistogramSum(this.#build(this.#positive.counts, this.#negative.counts));
    copy.#zeroCount = this.#zeroCount.copy();
    copy.#count = this.#count.copy();
    copy.#sum = this.#sum.copy();
    copy.#positive = this.#positive.copy();
    copy.#negative = this.#negative.copy();
    return copy;
  }

  /** The sum as plain additions would give it. Not compacted. */
  plain(): FloatHistogram {
    return this.#build(this.#positive.counts.slice(), this.#negative.counts.slice());
  }

  /** The sum with what rounding took from it. Not compacted. */
  total(): FloatHistogram {
    const custom = isCustomSchema(this.#schema);
    const sides = [this.#positive, this.#negative].map(({ indices, counts, compensations }) => {
      const from = custom ? 0 : countWithin(indices, this.#schema, this.#zeroThreshold);
      return counts.map((count, i) => (i < from ? count : count + compensations[i]!));
    });
    return {
      ...this.#build(sides[0]!, sides[1]!),
      zeroCount: this.#zeroCount.value + this.#zeroCount.compensation,
      count: this.#count.value + this.#count.compensation,
      sum: this.#sum.value + this.#sum.compensation,
    };
  }

  #build(positiveBuckets: readonly number[], negativeBuckets: readonly number[]): FloatHistogram {
    return {
      counterReset: this.counterReset,
      schema: this.#schema,
      zeroThreshold: this.#zeroThreshold,
      zeroCount: this.#zeroCount.value,
      count: this.#count.value,
      sum: this.#sum.value,
      positiveSpans: spansOf(this.#positive.indices),
      negativeSpans: spansOf(this.#negative.indices),
      positiveBuckets,
      negativeBuckets,
      ...(this.#customValues && { customValues: this.#customValues }),
    };
  }

  #combine(other: FloatHistogram, sign: 1 | -1): AdditionNotes {
    if (isCustomSchema(this.#schema) !== isCustomSchema(other.schema)) {
      throw new HistogramError('histograms_incompatible_schema');
    }
    const resetCollision = this.#mergeHint(other.counterReset);
    const positive = flattenBuckets(other.positiveSpans, other.positiveBuckets);
    let boundsReconciled = false;
    if (isCustomSchema(this.#schema)) boundsReconciled = this.#combineCustom(other, positive, sign);
    else this.#combineExponential(other, positive, sign);
    this.#count.add(sign * other.count);
    this.#sum.add(sign * other.sum);
    return resetCollision || boundsReconciled ? { resetCollision, boundsReconciled } : NO_NOTES;
  }

  #combineCustom(other: FloatHistogram, positive: Buckets, sign: 1 | -1): boolean {
    if (sameBounds(this.#customValues, other.customValues)) {
      this.#positive.add(positive, 0, sign);
      return false;
    }
    const bounds = intersectBounds(this.#customValues, other.customValues);
    const mapper = new BoundsMapper(bounds);
    mapper.add(this.#positive, this.#positive.compensations, this.#customValues, 1);
    mapper.add(positive, undefined, other.customValues, sign);
    this.#positive = mapper.finish();
    this.#customValues = bounds;
    return true;
  }

  #combineExponential(other: FloatHistogram, positive: Buckets, sign: 1 | -1): void {
    let negative = flattenBuckets(other.negativeSpans, other.negativeBuckets);
    this.#zeroCount.add(sign * this.#reconcileZeroBuckets(other, positive, negative));
    if (other.schema < this.#schema) {
      this.#positive.coarsen(this.#schema, other.schema);
      this.#negative.coarsen(this.#schema, other.schema);
      this.#schema = other.schema;
    } else if (other.schema > this.#schema) {
      positive = coarsenBuckets(positive, other.schema, this.#schema);
      negative = coarsenBuckets(negative, other.schema, this.#schema);
    }
    for (const [sums, buckets] of [
      [this.#positive, positive],
      [this.#negative, negative],
    ] as const) {
      sums.add(buckets, countWithin(buckets.indices, this.#schema, this.#zeroThreshold), sign);
    }
  }

  /** Widens this zero bucket until both can have the same, and answers what the other's would then count. */
  #reconcileZeroBuckets(other: FloatHistogram, positive: Buckets, negative: Buckets): number {
    const view = { schema: other.schema, zeroThreshold: other.zeroThreshold, positive, negative };
    let theirs = { threshold: other.zeroThreshold, positive: 0, negative: 0 };
    while (theirs.threshold !== this.#zeroThreshold) {
      if (this.#zeroThreshold > theirs.threshold) theirs = widenZeroBucket(view, this.#zeroThreshold);
      if (theirs.threshold > this.#zeroThreshold) this.#widen(theirs.threshold);
    }
    const count = new KahanSum(other.zeroCount);
    for (let i = 0; i < theirs.positive; i++) count.add(positive.counts[i]!);
    for (let i = 0; i < theirs.negative; i++) count.add(negative.counts[i]!);
    return count.value;
  }

  #widen(threshold: number): void {
    const wider = widenZeroBucket(
      {
        schema: this.#schema,
        zeroThreshold: this.#zeroThreshold,
        positive: this.#positive,
        negative: this.#negative,
      },
      threshold,
    );
    for (const [sums, swallowed] of [
      [this.#positive, wider.positive],
      [this.#negative, wider.negative],
    ] as const) {
      for (let i = 0; i < swallowed; i++) {
        this.#zeroCount.add(sums.counts[i]!);
        this.#zeroCount.add(sums.compensations[i]!);
      }
      sums.dropFirst(swallowed);
    }
    this.#zeroThreshold = wider.threshold;
  }

  /** True when one says reset and the other not reset. */
  #mergeHint(other: CounterResetHint): boolean {
    const { unknown, reset, notReset, gauge } = CounterResetHint;
    const own = this.counterReset;
    if (other === own || own === gauge) return false;
    if (other === gauge) this.counterReset = gauge;
    else this.counterReset = unknown;
    return (own === reset && other === notReset) || (own === notReset && other === reset);
  }
}
