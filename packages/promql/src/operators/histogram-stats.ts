// Histograms reduced to their count and sum, for selectors whose buckets nobody looks at.
import { CounterResetHint, detectReset, type FloatHistogram, type SampleColumns } from '@prometheus-ts/model';

/**
 * Takes the buckets off all histograms of a series, in place. What the buckets would have told of counter
 * resets is kept in the hint; the first histogram has nothing to be compared with.
 */
export function keepOnlyStats(samples: SampleColumns): void {
  const { histograms, values, length } = samples;
  if (histograms === undefined) return;
  let previous: FloatHistogram | undefined;
  for (let i = 0; i < length; i++) {
    const histogram = histograms[i];
    if (histogram === undefined) continue;
    const isStale = Number.isNaN(values[i]) && samples.isStale(i);
    histograms[i] = statsOf(histogram, isStale ? histogram.counterReset : hintOf(histogram, previous));
    if (!isStale) previous = histogram;
  }
}

function hintOf(histogram: FloatHistogram, previous: FloatHistogram | undefined): CounterResetHint {
  if (histogram.counterReset !== CounterResetHint.unknown) return histogram.counterReset;
  if (previous === undefined) return CounterResetHint.unknown;
  return detectReset(histogram, previous) ? CounterResetHint.reset : CounterResetHint.notReset;
}

function statsOf({ schema, count, sum }: FloatHistogram, counterReset: CounterResetHint): FloatHistogram {
  return {
    counterReset,
    schema,
    zeroThreshold: 0,
    zeroCount: 0,
    count,
    sum,
    positiveSpans: [],
    negativeSpans: [],
    positiveBuckets: [],
    negativeBuckets: [],
  };
}
