// The buckets of one classic histogram at one step, with the two questions that are asked of them. Counts are
// cumulative. One object is refilled for every step.

/** Relative differences below this are taken for rounding errors. */
const TOLERANCE = 1e-12;
const SMALLEST_NORMAL = 2 ** -1022;

/** Where counts fell from one bucket to the next and were raised. */
export interface RaisedCounts {
  minBucket: number;
  maxBucket: number;
  maxDiff: number;
}

export class ClassicBuckets {
  readonly #bounds: Float64Array;
  readonly #counts: Float64Array;
  #length = 0;
  #isMonotonic = false;
  /** Set once `quantile` had to raise counts; undefined while it had not. */
  raised: RaisedCounts | undefined;

  constructor(capacity: number) {
    this.#bounds = new Float64Array(capacity);
    this.#counts = new Float64Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  clear(): void {
    this.#length = 0;
    this.#isMonotonic = false;
    this.raised = undefined;
  }

  /** Bounds come in ascending order; buckets with the same bound are added up. */
  push(bound: number, count: number): void {
    const last = this.#length - 1;
    if (last >= 0 && this.#bounds[last] === bound) {
      this.#counts[last]! += count;
      return;
    }
    this.#bounds[this.#length] = bound;
    this.#counts[this.#length++] = count;
  }

  /**
   * The value below which the share `q` of the observations lies, by linear interpolation within a bucket. The
   * lowest bucket starts at 0 unless it ends below; the highest has no end, so its start is the answer. NaN
   * without observations, without a bucket for +Inf, or with no other bucket. ∓Inf for q outside 0 to 1.
   */
  quantile(q: number): number {
    if (Number.isNaN(q)) return Number.NaN;
    if (q < 0) return Number.NEGATIVE_INFINITY;
    if (q > 1) return Number.POSITIVE_INFINITY;
    const last = this.#length - 1;
    if (this.#bounds[last] !== Number.POSITIVE_INFINITY) return Number.NaN;
    this.#makeMonotonic();
    const observations = this.#counts[last]!;
    if (last < 1 || observations === 0) return Number.NaN;
    const rank = q * observations;
    const bucket = this.#firstWithAtLeast(rank, last);
    if (bucket === last) return this.#bounds[last - 1]!;
    const end = this.#bounds[bucket]!;
    if (bucket === 0) return end <= 0 ? end : end * (rank / this.#counts[0]!);
    const start = this.#bounds[bucket - 1]!;
    const below = this.#counts[bucket - 1]!;
    return start + (end - start) * ((rank - below) / (this.#counts[bucket]! - below));
  }

  /** The share of the observations between two values. NaN without observations or a bucket for +Inf. */
  fraction(lower: number, upper: number): number {
    const last = this.#length - 1;
    if (this.#bounds[last] !== Number.POSITIVE_INFINITY) return Number.NaN;
    const count = this.#counts[last]!;
    if (count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN;
    if (lower >= upper) return 0;
    return (Math.min(this.#rankOf(upper), count) - Math.min(this.#rankOf(lower), count)) / count;
  }

  /** How many observations lie below a value; buckets without a finite width count at their inner end. */
  #rankOf(value: number): number {
    let rank = 0;
    let lower = this.#bounds[0]! > 0 ? 0 : Number.NEGATIVE_INFINITY;
    for (let i = 0; i < this.#length; i++) {
      const upper = this.#bounds[i]!;
      const count = this.#counts[i]!;
      if (lower >= value) return rank;
      if (upper > value) {
        if (lower === Number.NEGATIVE_INFINITY) return count;
        return rank + ((count - rank) * (value - lower)) / (upper - lower);
      }
      rank = count;
      lower = upper;
    }
    return Number.POSITIVE_INFINITY;
  }

  /** The first bucket before `last` with at least that count, or `last`. */
  #firstWithAtLeast(rank: number, last: number): number {
    let low = 0;
    let high = last;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#counts[middle]! >= rank) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Levels differences that rounding made, and raises counts that are below the one before them. */
  #makeMonotonic(): void {
    if (this.#isMonotonic) return;
    this.#isMonotonic = true;
    let previous = this.#counts[0]!;
    for (let i = 1; i < this.#length; i++) {
      const count = this.#counts[i]!;
      if (count === previous) continue;
      if (isRoundingError(previous, count)) this.#counts[i] = previous;
      else if (count < previous) {
        this.#counts[i] = previous;
        this.#noteRaised(this.#bounds[i]!, previous - count);
      } else previous = count;
    }
  }

  #noteRaised(bound: number, difference: number): void {
    this.raised ??= {
      minBucket: Number.POSITIVE_INFINITY,
      maxBucket: Number.NEGATIVE_INFINITY,
      maxDiff: 0,
    };
    this.raised.minBucket = Math.min(this.raised.minBucket, bound);
    this.raised.maxBucket = Math.max(this.raised.maxBucket, bound);
    this.raised.maxDiff = Math.max(this.raised.maxDiff, difference);
  }
}

function isRoundingError(a: number, b: number): boolean {
  if (Number.isNaN(a) && Number.isNaN(b)) return true;
  const sum = Math.abs(a) + Math.abs(b);
  const difference = Math.abs(a - b);
  if (a === 0 || b === 0 || sum < SMALLEST_NORMAL) return difference < TOLERANCE * SMALLEST_NORMAL;
  return difference / Math.min(sum, Number.MAX_VALUE) < TOLERANCE;
}
