import { LabelSet, Matcher } from '@prometheus-ts/model';
import { ManualClock, temporaryFolder } from '@prometheus-ts/testkit';
import { describe, expect, test } from 'vitest';
import { type Database, openDatabase } from './db.ts';
import { startInlineWorker } from './test-support/inline-worker.ts';
import { appendFloat, dumpSamples } from './test-support/samples.ts';

const BLOCK_MS = 600_000;
const T0 = Math.floor(1_700_000_000_000 / BLOCK_MS) * BLOCK_MS;
const END = T0 + 3.4 * BLOCK_MS;

function open(folder: string): Promise<Database> {
  return openDatabase({
    folder,
    clock: new ManualClock(T0),
    seriesLimit: 100,
    memoryLimitBytes: 2 ** 24,
    minBlockMs: BLOCK_MS,
    maxBlockMs: BLOCK_MS,
    retentionMs: 0,
    maintenance: false,
    startWorker: startInlineWorker,
  });
}

async function filled(folder: string): Promise<Database> {
  const database = await open(folder);
  for (let time = T0; time < END; time += 30_000) {
    for (const n of ['1', '2', '3'])
      appendFloat(database, 0, LabelSet.from({ __name__: 'm', n }), time, time);
    database.appender(0).commit();
  }
  await database.maintain();
  expect(database.blocks().length).toBe(2);
  return database;
}

describe('deleting series', () => {
  test('hides the samples of head and blocks, over restarts, cuts and compaction', async () => {
    const folder = temporaryFolder();
    let database = await filled(folder);
    const from = T0 + 0.5 * BLOCK_MS;
    const to = T0 + 2.5 * BLOCK_MS;
    const expected = dumpSamples(database).filter((line) => {
      const [labels, time] = line.split(' ');
      return !labels.endsWith('1') || Number(time) < from || Number(time) > to;
    });
    await database.deleteSeries([new Matcher('=', 'n', '1')], from, to);
    expect(dumpSamples(database)).toEqual(expected);
    expect(database.blocks().map(({ stats }) => stats.numTombstones)).toEqual([1, 1]);
    await database.close();
    database = await open(folder);
    expect(dumpSamples(database)).toEqual(expected);
    const before = database.blocks().map(({ ulid }) => ulid);
    await database.cleanTombstones();
    expect(dumpSamples(database)).toEqual(expected);
    expect(database.blocks().length).toBe(2);
    for (const { ulid, stats } of database.blocks()) {
      expect(before).not.toContain(ulid);
      expect(stats.numTombstones).toBeUndefined();
    }
    for (let time = END; time < END + 2 * BLOCK_MS; time += 30_000) {
      appendFloat(database, 0, LabelSet.from({ __name__: 'm', n: '1' }), time, 1);
      database.appender(0).commit();
    }
    const later = dumpSamples(database);
    await database.maintain();
    expect(dumpSamples(database)).toEqual(later);
    expect(later.length).toBe(expected.length + 40);
    await database.close();
  });

  test('without an end it still spares what comes later', async () => {
    const database = await filled(temporaryFolder());
    await database.deleteSeries([new Matcher('=~', 'n', '.+')], -Infinity, Infinity);
    expect(dumpSamples(database)).toEqual([]);
    appendFloat(database, 0, LabelSet.from({ __name__: 'm', n: '2' }), END, 1);
    database.appender(0).commit();
    expect(dumpSamples(database).length).toBe(1);
    await database.cleanTombstones();
    expect(database.blocks()).toEqual([]);
    expect(dumpSamples(database).length).toBe(1);
    await database.close();
  });
});
