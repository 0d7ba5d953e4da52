// Histograms for tests, written as lists of buckets.
import { CounterResetHint, type FloatHistogram } from '../float-histogram.ts';
import { spansOf } from './buckets.ts';

/** Index and count of each bucket, ascending by index. */
export type BucketCounts = Readonly<Record<number, number>>;

export interface HistogramParts extends Partial<Omit<FloatHistogram, 'positiveSpans' | 'negativeSpans'>> {
  readonly positive?: BucketCounts;
  readonly negative?: BucketCounts;
}

/** Schema 0 and no zero bucket unless said; the count is what the buckets hold. */
export function histogram(parts: HistogramParts): FloatHistogram {
  const { positive = {}, negative = {}, ...fields } = parts;
  const indices = (side: BucketCounts) =>
    Object.keys(side)
      .map(Number)
      .sort((a, b) => a - b);
  const observed = [...Object.values(positive), ...Object.values(negative)].reduce((a, b) => a + b, 0);
  return {
    counterReset: CounterResetHint.unknown,
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    count: observed + (fields.zeroCount ?? 0),
    sum: 0,
    positiveSpans: spansOf(indices(positive)),
    negativeSpans: spansOf(indices(negative)),
    positiveBuckets: indices(positive).map((index) => positive[index]!),
    negativeBuckets: indices(negative).map((index) => negative[index]!),
    ...fields,
  };
}
