// Series in memory, for test scripts and rule unit tests: what the head of a database would answer.
import {
  CounterResetHint,
  compareStrings,
  detectReset,
  type FloatHistogram,
  type LabelAnswer,
  type LabelRequest,
  type LabelSet,
  type Matcher,
  type Querier,
  type Queryable,
  type SampleColumns,
  type SelectRequest,
  type SeriesSet,
  STALE_HIGH,
  STALE_LOW,
} from '@prometheus-ts/model';

/** One sample: a float, a native histogram or the end of the series. */
export type MemoryValue =
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'histogram'; readonly histogram: FloatHistogram }
  | { readonly kind: 'stale' };

interface MemorySeries {
  readonly labels: LabelSet;
  readonly times: number[];
  readonly values: MemoryValue[];
  /** Start times in milliseconds, 0 for unknown. */
  readonly startTimes: number[];
}

export class MemoryStorage implements Queryable {
  readonly #series = new Map<string, MemorySeries>();

  clear(): void {
    this.#series.clear();
  }

  /** Appends a sample; each series takes samples in order of time only. Returns whether it was taken. */
  append(labels: LabelSet, timeMs: number, value: MemoryValue, startTimeMs = 0): boolean {
    let series = this.#series.get(labels.key);
    if (!series) {
      series = { labels, times: [], values: [], startTimes: [] };
      this.#series.set(labels.key, series);
    }
    const last = series.times.at(-1);
    if (last !== undefined && last >= timeMs) return false;
    series.times.push(timeMs);
    series.values.push(hinted(value, series.values.at(-1)));
    series.startTimes.push(startTimeMs);
    return true;
  }

  querier(minTimeMs: number, maxTimeMs: number): Querier {
    const find = (request: LabelRequest): MemorySeries[] =>
      this.#find(request.matchers).filter((series) => overlaps(series, minTimeMs, maxTimeMs));
    return {
      select: (requests) => requests.map((request) => this.#select(request)),
      labelNames: (request) =>
        answer(
          find(request).flatMap(({ labels }) => labels.pairs.filter((_, i) => i % 2 === 0)),
          request.limit,
        ),
      labelValues: (name, request) =>
        answer(
          find(request).flatMap(({ labels }) => (labels.has(name) ? [labels.get(name)] : [])),
          request.limit,
        ),
      close: () => {},
    };
  }

  #find(matchers: readonly Matcher[]): MemorySeries[] {
    return [...this.#series.values()]
      .filter(({ labels }) => matchers.every((matcher) => matcher.matches(labels.get(matcher.name))))
      .sort((a, b) => a.labels.compare(b.labels));
  }

  #select(request: SelectRequest): SeriesSet {
    const found = this.#find(request.matchers).filter((series) =>
      overlaps(series, request.minTimeMs, request.maxTimeMs),
    );
    return {
      length: found.length,
      labels: (index) => found[index]!.labels,
      read: (index, minTimeMs, maxTimeMs, into) => read(found[index]!, minTimeMs, maxTimeMs, into),
      warnings: [],
    };
  }
}

/**
 * Chunks keep no hints but gauge: a histogram that continues the one before it is known to be no reset,
 * and of all others nothing is known.
 */
function hinted(value: MemoryValue, before: MemoryValue | undefined): MemoryValue {
  if (value.kind !== 'histogram') return value;
  const { histogram } = value;
  if (histogram.counterReset === CounterResetHint.gauge) return value;
  const continues = before?.kind === 'histogram' && continuesChunk(histogram, before.histogram);
  const counterReset = continues ? CounterResetHint.notReset : CounterResetHint.unknown;
  return { kind: 'histogram', histogram: { ...histogram, counterReset } };
}

function continuesChunk(histogram: FloatHistogram, before: FloatHistogram): boolean {
  if (histogram.counterReset === CounterResetHint.reset) return false;
  if (before.counterReset === CounterResetHint.gauge) return false;
  if (histogram.schema !== before.schema || histogram.zeroThreshold !== before.zeroThreshold) return false;
  if (!sameNumbers(histogram.customValues ?? [], before.customValues ?? [])) return false;
  const unhinted = { ...histogram, counterReset: CounterResetHint.unknown };
  return !detectReset(unhinted, before);
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function overlaps(series: MemorySeries, minTimeMs: number, maxTimeMs: number): boolean {
  return series.times[0]! <= maxTimeMs && series.times.at(-1)! >= minTimeMs;
}

function read(series: MemorySeries, minTimeMs: number, maxTimeMs: number, into: SampleColumns): void {
  into.clear();
  const { times, values, startTimes } = series;
  let row = 0;
  into.reserve(times.length);
  for (let i = 0; i < times.length; i++) {
    const time = times[i]!;
    if (time < minTimeMs || time > maxTimeMs) continue;
    const value = values[i]!;
    into.times[row] = time;
    if (value.kind === 'stale') {
      into.words[2 * row] = STALE_LOW;
      into.words[2 * row + 1] = STALE_HIGH;
    } else into.values[row] = value.kind === 'float' ? value.value : 0;
    if (value.kind === 'histogram') {
      into.histograms ??= [];
      into.histograms[row] = value.histogram;
    } else if (into.histograms) into.histograms[row] = undefined;
    if (startTimes[i] !== 0) into.startTimes ??= new Float64Array(into.times.length);
    if (into.startTimes) into.startTimes[row] = startTimes[i]!;
    row++;
  }
  into.length = row;
}

function answer(names: readonly string[], limit: number): LabelAnswer {
  const sorted = [...new Set(names)].sort(compareStrings);
  return { names: limit > 0 ? sorted.slice(0, limit) : sorted, warnings: [] };
}
