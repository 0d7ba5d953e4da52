// What queries cost apart from storage: 1,000 series × 6 h at 15 s that are copied, not decoded, asked for
// 4.8 h at 60 s. Figures are nanoseconds of processor time per sample read.
import { LabelSet, type Queryable, type SampleColumns, type SeriesSet } from '@prometheus-ts/model';
import { Random } from '@prometheus-ts/testkit';
import { expect, test } from 'vitest';
import type { QueryResult } from '../result/value.ts';
import { Engine } from './engine.ts';

const SERIES = 1000;
const SAMPLES = (6 * 3600) / 15;
const START_MS = 1_700_000_000_000;
const END_MS = START_MS + 6 * 3_600_000;
const FROM_MS = START_MS + 0.2 * 6 * 3_600_000;
const ROUNDS = 15;
const WARM_UP = 5;

const QUERIES = [
  'sum(rate(requests_total[5m]))',
  'sum by (instance) (rate(requests_total[5m]))',
  'rate(requests_total[5m])',
  'increase(requests_total[1h])',
  'irate(requests_total[5m])',
  'requests_total',
  'topk(10, requests_total)',
  'avg_over_time(requests_total[1h])',
  'max_over_time(requests_total[1h])',
  'stddev_over_time(requests_total[1h])',
  'quantile_over_time(0.9, requests_total[30m])',
  'deriv(requests_total[10m])',
  'requests_total * 2 > 100',
  'requests_total / on (shard) requests_total',
  'max_over_time(sum(rate(requests_total[5m]))[30m:1m])',
];

/** Reads are copies of columns that are there already. */
function copyingStorage(): Queryable {
  const random = new Random(3);
  const times = Float64Array.from({ length: SAMPLES }, (_, i) => START_MS + i * 15_000 + 345);
  const series = Array.from({ length: SERIES }, (_, shard) => {
    let value = random.below(1000);
    return {
      labels: LabelSet.from({
        __name__: 'requests_total',
        instance: `i${shard % 20}`,
        shard: String(shard).padStart(4, '0'),
      }),
      values: Float64Array.from({ length: SAMPLES }, () => (value += random.below(20))),
    };
  });
  const set: SeriesSet = {
    length: SERIES,
    warnings: [],
    labels: (index) => series[index]!.labels,
    read: (index, minTimeMs, maxTimeMs, into: SampleColumns) => {
      const from = times.findIndex((time) => time >= minTimeMs);
      const to = times.findLastIndex((time) => time <= maxTimeMs) + 1;
      into.clear();
      into.reserve(to - from);
      into.times.set(times.subarray(from, to));
      into.values.set(series[index]!.values.subarray(from, to));
      into.length = to - from;
    },
  };
  const none = { names: [], warnings: [] };
  return {
    querier: () => ({
      select: (requests) => requests.map(() => set),
      labelNames: () => none,
      labelValues: () => none,
      close: () => {},
    }),
  };
}

test(`queries over ${SERIES} series of ${SAMPLES} samples`, () => {
  const engine = new Engine();
  const storage = copyingStorage();
  const rows = QUERIES.map((query) => {
    const durations: number[] = [];
    let read = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const from = process.threadCpuUsage();
      const result = engine.range(storage, query, FROM_MS, END_MS, 60_000) as QueryResult;
      const used = process.threadCpuUsage(from);
      if (round >= WARM_UP) durations.push((used.user + used.system) / 1000);
      read = result.stats.samples.samplesRead;
    }
    expect(read).toBeGreaterThan(0);
    const median = durations.sort((a, b) => a - b)[durations.length >> 1]!;
    const decoded = SERIES * SAMPLES;
    return { query, 'ms (median)': median.toFixed(1), 'ns a sample': ((median * 1e6) / decoded).toFixed(1) };
  });
  console.table(rows);
});
