// Helpers of this package's tests: plain floats in and out of a database.
import {
  type Appendable,
  type AppendOutcome,
  type LabelSet,
  Matcher,
  type Queryable,
  SampleColumns,
  type SeriesSet,
} from '@prometheus-ts/model';

const words = new Uint32Array(2);
const float = new Float64Array(words.buffer);

/** Appends one float; the caller commits. */
export function appendFloat(
  target: Appendable,
  lane: number,
  labels: LabelSet,
  timeMs: number,
  value: number,
): AppendOutcome {
  const appender = target.appender(lane);
  float[0] = value;
  return appender.append(appender.series(labels), timeMs, words[0], words[1]);
}

/** Every sample as a line `labels time low high`, in order. */
export function dumpSamples(source: Queryable, minTimeMs = -Infinity, maxTimeMs = Infinity): string[] {
  const querier = source.querier(minTimeMs, maxTimeMs);
  try {
    const matchers = [new Matcher('=~', '__name__', '.+')];
    const [set] = querier.select([{ matchers, minTimeMs, maxTimeMs }]) as SeriesSet[];
    const columns = new SampleColumns();
    const lines: string[] = [];
    for (let i = 0; i < set.length; i++) {
      set.read(i, minTimeMs, maxTimeMs, columns);
      const { key } = set.labels(i);
      for (let k = 0; k < columns.length; k++) {
        lines.push(`${key} ${columns.times[k]} ${columns.words[2 * k]} ${columns.words[2 * k + 1]}`);
      }
    }
    return lines;
  } finally {
    querier.close();
  }
}
