import { LabelSet } from '@prometheus-ts/model';
import { temporaryFolder } from '@prometheus-ts/testkit';
import { expect, test } from 'vitest';
import { type Database, openDatabase } from '../db.ts';
import { appendFloat, dumpSamples } from '../test-support/samples.ts';

const T0 = 1_700_000_000_000;

function open(folder: string): Promise<Database> {
  return openDatabase({
    folder,
    seriesLimit: 10_000,
    memoryLimitBytes: 2 ** 27,
    walCompression: 'none',
    minBlockMs: 300_000,
    chunkCacheBytes: 2 ** 12,
    threadedReplayBytes: 0,
    maintenance: false,
  });
}

test('a log is replayed in a thread of its own, and the head goes on from there', async () => {
  const folder = temporaryFolder();
  const first = await open(folder);
  const labels = Array.from({ length: 20 }, (_, n) => LabelSet.from({ __name__: 'm', n: `${n}` }));
  for (let round = 0; round < 800; round++) {
    for (const one of labels) appendFloat(first, 0, one, T0 + round * 1000, round * 1.1);
    first.appender(0).commit();
  }
  const expected = dumpSamples(first);
  await first.close();
  const second = await open(folder);
  expect(dumpSamples(second)).toEqual(expected);
  for (let round = 800; round < 803; round++) {
    for (const one of labels) appendFloat(second, 0, one, T0 + round * 1000, round);
    appendFloat(second, 0, LabelSet.from({ __name__: 'new' }), T0 + round * 1000, 1);
    second.appender(0).commit();
  }
  await second.maintain();
  const after = dumpSamples(second);
  expect(after.length).toBe(expected.length + 63);
  expect(new Set(after).size).toBe(after.length);
  expect(second.blocks().length).toBeGreaterThan(0);
  await second.close();
});
