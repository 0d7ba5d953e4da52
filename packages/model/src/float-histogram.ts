// Native histograms as queries see them: floats, exponential or custom buckets.

/** What is known about a counter reset between this sample and the one before. */
export const CounterResetHint = { unknown: 0, reset: 1, notReset: 2, gauge: 3 } as const;
export type CounterResetHint = (typeof CounterResetHint)[keyof typeof CounterResetHint];

/** The schema number that stands for custom buckets. */
export const CUSTOM_BUCKETS_SCHEMA = -53;

/** A run of `length` consecutive buckets, `offset` buckets after the run before it (the first: its index). */
export interface BucketSpan {
  readonly offset: number;
  readonly length: number;
}

/** Bucket values are absolute counts, not deltas. Immutable once it has left the codec. */
export interface FloatHistogram {
  readonly counterReset: CounterResetHint;
  /** -4 to 8, or CUSTOM_BUCKETS_SCHEMA. */
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly count: number;
  readonly sum: number;
  readonly positiveSpans: readonly BucketSpan[];
  readonly negativeSpans: readonly BucketSpan[];
  readonly positiveBuckets: readonly number[];
  readonly negativeBuckets: readonly number[];
  /** Upper bounds of custom buckets, without +Inf; undefined for exponential schemas. */
  readonly customValues?: readonly number[];
}
