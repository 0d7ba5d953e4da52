// 600,000 floats to JSON: the budget is 40 ms.
import { LabelSet } from '@prometheus-ts/model';
import { Random } from '@prometheus-ts/testkit';
import { expect, test } from 'vitest';
import { encodeResult } from './encode-json.ts';
import type { MatrixSeries, QueryStats } from './value.ts';

const SERIES = 2000;
const STEPS = 300;
const ROUNDS = 25;
const WARM_UP = 5;

const KINDS: Readonly<Record<string, (random: Random) => number>> = {
  integers: (random) => random.below(1_000_000),
  'three decimals': (random) => random.below(1_000_000) / 1000,
  'all digits': (random) => (random.float() * 1000) / 7,
  'one in ten not plain': (random) => (random.below(10) === 0 ? Number.NaN : random.float()),
};

test.each(Object.entries(KINDS))(`encode ${SERIES * STEPS} floats: %s`, (name, next) => {
  const random = new Random(5);
  const times = Float64Array.from({ length: STEPS }, (_, i) => 1_700_000_000_000 + i * 60_000);
  const kinds = new Uint8Array(STEPS).fill(1);
  const series = Array.from(
    { length: SERIES },
    (_, i): MatrixSeries => ({
      labels: LabelSet.from({ __name__: 'bench', instance: `i${i}`, job: 'node' }),
      times,
      kinds,
      values: Float64Array.from({ length: STEPS }, () => next(random)),
      histograms: undefined,
    }),
  );
  const durations: number[] = [];
  let bytes = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const from = process.threadCpuUsage();
    bytes = encodeResult({
      value: { type: 'matrix', series },
      stats: undefined as unknown as QueryStats,
    }).length;
    const used = process.threadCpuUsage(from);
    if (round >= WARM_UP) durations.push((used.user + used.system) / 1000);
  }
  expect(bytes).toBeGreaterThan(SERIES * STEPS * 10);
  durations.sort((a, b) => a - b);
  const mean = durations.reduce((a, b) => a + b, 0) / durations.length;
  console.log(
    `${name}: median ${durations[durations.length >> 1]!.toFixed(1)} ms, mean ${mean.toFixed(1)} ms, ${(bytes / 1e6).toFixed(1)} MB`,
  );
});
