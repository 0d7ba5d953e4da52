import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { AppendOutcome, LabelSet } from '@prometheus-ts/model';
import { ManualClock, Random, temporaryFolder } from '@prometheus-ts/testkit';
import { describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../db.ts';
import { startInlineWorker } from '../test-support/inline-worker.ts';
import { appendFloat, dumpSamples } from '../test-support/samples.ts';

const MINUTE_MS = 60_000;
const BLOCK_MS = 10 * MINUTE_MS;
const T0 = Math.floor(1_700_000_000_000 / BLOCK_MS) * BLOCK_MS;

function open(folder: string): Promise<Database> {
  return openDatabase({
    folder,
    clock: new ManualClock(T0),
    seriesLimit: 1000,
    memoryLimitBytes: 2 ** 25,
    minBlockMs: BLOCK_MS,
    maxBlockMs: 3 * BLOCK_MS,
    retentionMs: 0,
    outOfOrderWindowMs: 30 * MINUTE_MS,
    maintenance: false,
    startWorker: startInlineWorker,
  });
}

describe('out-of-order samples', () => {
  test('are accepted within the window, and refused before it', async () => {
    const database = await open(temporaryFolder());
    const labels = LabelSet.from({ __name__: 'm' });
    const at = (timeMs: number, value: number) => appendFloat(database, 0, labels, timeMs, value);
    expect(at(T0 + 40 * MINUTE_MS, 4)).toBe(AppendOutcome.appended);
    database.appender(0).commit();
    expect(at(T0 + 20 * MINUTE_MS, 2)).toBe(AppendOutcome.appended);
    expect(at(T0 + 10 * MINUTE_MS, 1)).toBe(AppendOutcome.appended);
    expect(at(T0 + 9 * MINUTE_MS, 0)).toBe(AppendOutcome.tooOld);
    expect(at(T0 + 30 * MINUTE_MS, 3)).toBe(AppendOutcome.appended);
    expect(at(T0 + 30 * MINUTE_MS, 9)).toBe(AppendOutcome.appended);
    expect(at(T0 + 40 * MINUTE_MS, 9)).toBe(AppendOutcome.duplicate);
    database.appender(0).commit();
    const times = dumpSamples(database).map((line) => Number(line.split(' ')[1]));
    expect(times).toEqual([10, 20, 30, 40].map((minutes) => T0 + minutes * MINUTE_MS));
    expect(dumpSamples(database)[2].split(' ').slice(2)).toEqual(['0', String(0x40080000)]);
    await database.close();
  });

  test('can be allowed while the database is open, and are logged from then on', async () => {
    const folder = temporaryFolder();
    const options = {
      folder,
      seriesLimit: 100,
      memoryLimitBytes: 2 ** 24,
      minBlockMs: BLOCK_MS,
      maintenance: false,
    };
    const database = await openDatabase(options);
    const labels = LabelSet.from({ __name__: 'm' });
    appendFloat(database, 0, labels, T0 + MINUTE_MS, 1);
    database.appender(0).commit();
    expect(appendFloat(database, 0, labels, T0, 0)).toBe(AppendOutcome.outOfOrder);
    database.reconfigure({ outOfOrderWindowMs: BLOCK_MS, retentionMs: 0, retentionBytes: 0 });
    expect(appendFloat(database, 0, labels, T0, 0)).toBe(AppendOutcome.appended);
    database.appender(0).commit();
    const expected = dumpSamples(database);
    expect(expected.length).toBe(2);
    rmSync(join(folder, 'lock'));
    const again = await openDatabase(options);
    expect(dumpSamples(again)).toEqual(expected);
    await again.close();
  });

  test('survive a crash, become blocks with the next cut, and are merged into those that are there', async () => {
    const folder = temporaryFolder();
    let database = await open(folder);
    const random = new Random(11);
    const expected = new Map<string, string>();
    let now = T0;
    for (let round = 0; round < 3; round++) {
      for (let step = 0; step < 120; step++) {
        now += 15_000;
        for (let n = 0; n < 12; n++) {
          // A third of the series is late by up to 20 minutes now and then.
          const late = n % 3 === 0 && random.below(4) === 0;
          const time = late ? Math.max(T0, now - random.below(20 * MINUTE_MS)) : now;
          const labels = LabelSet.from({ __name__: 'm', n: `${n}` });
          const key = `${labels.key} ${time}`;
          if (expected.has(key)) continue;
          expect(appendFloat(database, 0, labels, time, step)).toBe(AppendOutcome.appended);
          expected.set(key, `${step}`);
        }
        database.appender(0).commit();
      }
      const seen = () => dumpSamples(database).map((line) => line.split(' ').slice(0, 2).join(' '));
      expect(new Set(seen())).toEqual(new Set(expected.keys()));
      rmSync(join(folder, 'lock'));
      database = await open(folder);
      expect(new Set(seen())).toEqual(new Set(expected.keys()));
      await database.maintain();
      expect(new Set(seen())).toEqual(new Set(expected.keys()));
      expect(seen().length).toBe(expected.size);
      expect(database.head.late.count).toBe(0);
    }
    const blocks = database.blocks();
    for (let i = 1; i < blocks.length; i++)
      expect(blocks[i].minTime).toBeGreaterThanOrEqual(blocks[i - 1].maxTime);
    await database.close();
  });
});
