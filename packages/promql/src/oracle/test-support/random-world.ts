// Series for the comparison of engine and oracle: counters with resets, gauges with gaps and odd values, native
// histograms, and series that change their kind. All values are multiples of an eighth, so that sums are exact
// and two ways of adding them give the same.
import { CounterResetHint, type FloatHistogram, LabelSet } from '@prometheus-ts/model';
import type { Random } from '@prometheus-ts/testkit';
import { MemoryStorage } from '../../script/memory-storage.ts';
import type { Point, RawSeries } from './samples.ts';

export const WORLD_START_MS = 1_000_000;
export const WORLD_END_MS = WORLD_START_MS + 3_600_000;

export function randomWorld(random: Random): RawSeries[] {
  const series: RawSeries[] = [];
  const add = (name: string, a: string, b: string, value: (before: number) => number) => {
    series.push({ labels: LabelSet.from({ __name__: name, a, b }), points: floats(random, value) });
  };
  for (const a of ['x', 'y', 'z']) {
    for (const b of ['1', '2']) {
      add('c_total', a, b, (before) => (random.below(12) === 0 ? 0 : before + random.below(40) / 8));
      add('g', a, b, () => oddValue(random));
    }
    add('one', a, '', () => random.below(16) / 8);
    series.push({ labels: LabelSet.from({ __name__: 'h', a }), points: histograms(random) });
  }
  const early = floats(random, () => random.below(100) / 8).filter(
    ({ timeMs }) => timeMs < WORLD_START_MS + 1.5e6,
  );
  const late = histograms(random).filter(({ timeMs }) => timeMs > WORLD_START_MS + 1.6e6);
  series.push({ labels: LabelSet.from({ __name__: 'mix', a: 'x' }), points: [...early, ...late] });
  return series.sort((s, t) => s.labels.compare(t.labels));
}

function oddValue(random: Random): number {
  const pick = random.below(40);
  if (pick === 0) return Number.NaN;
  if (pick === 1) return Infinity;
  if (pick === 2) return -Infinity;
  return pick < 6 ? 0 : (random.below(4000) - 2000) / 8;
}

/** Every 15 s or so, with gaps, some of them marked stale. */
function times(random: Random): { timeMs: number; stale: boolean }[] {
  const all: { timeMs: number; stale: boolean }[] = [];
  for (let t = WORLD_START_MS + random.below(15_000); t < WORLD_END_MS; t += 15_000) {
    const gap = random.below(60) === 0;
    if (gap && random.below(2) === 0) all.push({ timeMs: t + random.below(500), stale: true });
    else all.push({ timeMs: t + random.below(500), stale: false });
    if (gap) t += random.below(40) * 15_000;
  }
  return all;
}

function floats(random: Random, value: (before: number) => number): Point[] {
  let before = 0;
  return times(random).map(({ timeMs, stale }) => {
    before = value(before);
    return { timeMs, stale, value: before };
  });
}

function histograms(random: Random): Point[] {
  const counts = [0, 0, 0, 0];
  return times(random).map(({ timeMs, stale }): Point => {
    if (random.below(20) === 0) counts.fill(0);
    for (let i = 0; i < counts.length; i++) counts[i]! += random.below(4);
    return stale
      ? { timeMs, stale, value: Number.NaN }
      : { timeMs, value: 0, histogram: histogramOf(counts) };
  });
}

function histogramOf([zero, ...buckets]: readonly number[]): FloatHistogram {
  const count = zero! + buckets.reduce((a, b) => a + b, 0);
  return {
    counterReset: CounterResetHint.unknown,
    schema: 0,
    zeroThreshold: 0.001,
    zeroCount: zero!,
    count,
    sum: count * 2,
    positiveSpans: [{ offset: 0, length: buckets.length }],
    negativeSpans: [],
    positiveBuckets: buckets,
    negativeBuckets: [],
  };
}

export function storageOf(series: readonly RawSeries[]): MemoryStorage {
  const storage = new MemoryStorage();
  for (const { labels, points } of series) {
    for (const { timeMs, value, histogram, stale } of points) {
      if (stale) storage.append(labels, timeMs, { kind: 'stale' });
      else if (histogram) storage.append(labels, timeMs, { kind: 'histogram', histogram });
      else storage.append(labels, timeMs, { kind: 'float', value });
    }
  }
  return storage;
}
