// CPU time of appending, logging, decoding and matching, and memory a series, printed as one line each.
// The machine should be quiet: with other load the figures are upper bounds.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { LabelSet, Matcher, SampleColumns } from '@prometheus-ts/model';
import { makeTemporaryFolder, Random } from '@prometheus-ts/testkit';
import { expect, test } from 'vitest';
import type { WalCompression } from '../options.ts';
import { HeadWal } from '../wal/head-wal.ts';
import { WalWriter } from '../wal/wal-writer.ts';
import { Head } from './head.ts';
import { HeadReader } from './head-reader.ts';
import { reserveHead } from './layout.ts';

const WIDTH = 10_000;
const SERIES = 300_000;
const ROUNDS = 40;

/** CPU nanoseconds that `work` takes, of this process. */
function cpuNs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) * 1000;
}

function fill(head: Head) {
  const targets: { lane: number; refs: number[] }[] = [];
  for (let target = 0; target < SERIES / WIDTH; target++) {
    const refs: number[] = [];
    for (let n = 0; n < WIDTH; n++) {
      refs.push(
        head.seriesRef(
          LabelSet.from({
            __name__: `metric_${n % 200}`,
            job: 'bench',
            instance: `10.0.0.${target}:9100`,
            namespace: `ns-${target % 20}`,
            pod: `pod-${target}`,
            container: `c${target % 7}`,
            device: `dev${n % 50}`,
            part: `${Math.floor(n / 200)}`,
          }),
        ),
      );
    }
    targets.push({ lane: head.openLane(), refs });
  }
  return targets;
}

function run(compression: WalCompression | 'off'): { head: Head; reader: HeadReader; line: string } {
  const folder = makeTemporaryFolder();
  const handle = reserveHead({ folder, seriesLimit: 2 ** 19, memoryLimitBytes: 2 ** 31 });
  const head = new Head(handle, { chunkRangeMs: 7_200_000 });
  const before = process.memoryUsage().rss;
  const targets = fill(head);
  if (compression !== 'off') {
    const options = { folder: join(folder, 'wal'), segmentBytes: 2 ** 27, compression, log: () => {} };
    head.log = new HeadWal(new WalWriter(options), undefined, handle);
  }
  const random = new Random(1);
  const words = new Int32Array(2);
  const float = new Float64Array(words.buffer);
  const lows = new Int32Array(WIDTH);
  const highs = new Int32Array(WIDTH);
  const costs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    let cost = 0;
    for (const { lane, refs } of targets) {
      for (let n = 0; n < WIDTH; n++) {
        float[0] =
          n % 10 < 3 ? n : n % 10 < 9 ? round * 1000 + random.below(1000) : random.below(10_000) / 100;
        lows[n] = words[0];
        highs[n] = words[1];
      }
      const time = 1_700_000_000_000 + round * 15_000 + lane;
      cost += cpuNs(() => {
        const appender = head.appender(lane);
        for (let n = 0; n < WIDTH; n++) appender.append(refs[n], time, lows[n], highs[n]);
        appender.commit();
      });
    }
    costs.push(cost / SERIES);
  }
  costs.sort((a, b) => a - b);
  const mean = costs.reduce((sum, cost) => sum + cost, 0) / costs.length;
  const bytes = (process.memoryUsage().rss - before) / SERIES;
  rmSync(folder, { recursive: true, force: true });
  const line = `append, log ${compression}: ${costs[ROUNDS >> 1].toFixed(0)} / ${mean.toFixed(0)} ns a sample (median / mean), ${bytes.toFixed(0)} B resident a series`;
  return { head, reader: new HeadReader(handle), line };
}

test('append, decode and match', { timeout: 300_000 }, () => {
  const { reader, line } = run('off');
  console.log(line);
  for (const compression of ['none', 'snappy'] as const) console.log(run(compression).line);
  const epoch = reader.pin();
  const range = { minTimeMs: -Infinity, maxTimeMs: Infinity };
  const columns = new SampleColumns();
  const [set] = reader.select([{ matchers: [new Matcher('=', 'namespace', 'ns-3')], ...range }]);
  let samples = 0;
  const decode = cpuNs(() => {
    for (let round = 0; round < 5; round++) {
      for (let i = 0; i < set.length; i++) {
        set.read(i, -Infinity, Infinity, columns);
        samples += columns.length;
      }
    }
  });
  console.log(`decode: ${(decode / samples).toFixed(1)} ns a sample`);
  const matchers = [new Matcher('=', 'job', 'bench'), new Matcher('=~', 'pod', 'pod-1.*|pod-2.*')];
  let found = 0;
  const match = cpuNs(() => (found = reader.find(matchers).length));
  console.log(
    `{job="bench",pod=~"pod-1.*|pod-2.*"}: ${found} of ${SERIES} series in ${(match / 1e6).toFixed(1)} ms`,
  );
  expect(found).toBeGreaterThan(0);
  reader.unpin(epoch);
});
