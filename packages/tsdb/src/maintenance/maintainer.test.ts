import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LabelSet, Matcher } from '@prometheus-ts/model';
import { eventually, ManualClock, Random, temporaryFolder } from '@prometheus-ts/testkit';
import { describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../db.ts';
import { folderSize } from '../fs/folder-size.ts';
import type { DatabaseOptions } from '../options.ts';
import { startInlineWorker } from '../test-support/inline-worker.ts';
import { appendFloat, dumpSamples } from '../test-support/samples.ts';
import { startOwnWorker } from './thread.ts';

const MINUTE_MS = 60_000;
const BLOCK_MS = 10 * MINUTE_MS;
const T0 = Math.floor(1_700_000_000_000 / BLOCK_MS) * BLOCK_MS;

function open(folder: string, options: Partial<DatabaseOptions> = {}): Promise<Database> {
  return openDatabase({
    folder,
    clock: new ManualClock(T0),
    seriesLimit: 1000,
    memoryLimitBytes: 2 ** 24,
    minBlockMs: BLOCK_MS,
    maxBlockMs: 9 * BLOCK_MS,
    retentionMs: 0,
    walSegmentBytes: 32 * 1024,
    maintenance: false,
    startWorker: startInlineWorker,
    ...options,
  });
}

/** Appends a sample of each of `width` series every 30 s. Every minute one series is new. */
function fill(database: Database, fromMs: number, toMs: number, width = 10): void {
  const random = new Random(fromMs);
  for (let time = fromMs; time < toMs; time += 30_000) {
    for (let n = 0; n < width; n++) {
      appendFloat(database, 0, LabelSet.from({ __name__: 'm', n: `${n}` }), time, random.float());
    }
    const minute = Math.floor(time / MINUTE_MS);
    appendFloat(database, 0, LabelSet.from({ __name__: 'churn', minute: `${minute}` }), time, 1);
    database.appender(0).commit();
  }
}

function metricNames(database: Database): readonly string[] {
  const querier = database.querier(-Infinity, Infinity);
  const { names } = querier.labelValues('__name__', { matchers: [], limit: 0 }) as {
    names: readonly string[];
  };
  querier.close();
  return names;
}

describe('maintenance', () => {
  test('cuts the head to blocks in its thread, without changing what queries see, and shrinks the head', async () => {
    const folder = temporaryFolder();
    const database = await open(folder, { startWorker: startOwnWorker });
    fill(database, T0, T0 + 34 * MINUTE_MS);
    const expected = dumpSamples(database);
    const before = database.stats().head;
    await database.maintain();
    expect(dumpSamples(database)).toEqual(expected);
    expect(database.blocks().map(({ minTime, maxTime }) => [minTime, maxTime])).toEqual([
      [T0, T0 + BLOCK_MS],
      [T0 + BLOCK_MS, T0 + 2 * BLOCK_MS],
    ]);
    const after = database.stats().head;
    expect(after.minTimeMs).toBe(T0 + 2 * BLOCK_MS);
    expect(before.seriesCount - after.seriesCount).toBe(20);
    expect(after.labelPairCount).toBe(before.labelPairCount - 20);
    expect(metricNames(database)).toEqual(['churn', 'm']);
    await database.close();
    const again = await open(folder);
    expect(dumpSamples(again)).toEqual(expected);
    await again.close();
  });

  test('shortens the log by checkpoints; nothing is lost over restarts', async () => {
    const folder = temporaryFolder();
    let database = await open(folder);
    const segments: number[] = [];
    for (let round = 0; round < 4; round++) {
      fill(database, T0 + round * 2 * BLOCK_MS, T0 + (round + 1) * 2 * BLOCK_MS, 40);
      await database.maintain();
      segments.push(readdirSync(join(folder, 'wal')).length);
      const expected = dumpSamples(database);
      if (round % 2 === 0) await database.close();
      else rmSync(join(folder, 'lock'));
      database = await open(folder);
      expect(dumpSamples(database)).toEqual(expected);
    }
    expect(Math.max(...segments)).toBeLessThan(12);
    expect(readdirSync(join(folder, 'wal')).some((name) => name.startsWith('checkpoint.'))).toBe(true);
    await database.close();
  });

  test('merges blocks level by level and deletes what was merged', async () => {
    const folder = temporaryFolder();
    const database = await open(folder);
    fill(database, T0, T0 + 14 * BLOCK_MS);
    const expected = dumpSamples(database);
    await database.maintain();
    expect(dumpSamples(database)).toEqual(expected);
    const levels = database.blocks().map(({ compaction }) => compaction.level);
    expect(Math.max(...levels)).toBeGreaterThan(1);
    expect(database.blocks().length).toBeLessThan(12);
    const folders = readdirSync(folder).filter((name) => /^[0-9A-Z]{26}/.test(name));
    expect(folders.sort()).toEqual(
      database
        .blocks()
        .map(({ ulid }) => ulid)
        .sort(),
    );
    await database.close();
  });

  test('deletes blocks beyond the retention time', async () => {
    const folder = temporaryFolder();
    const database = await open(folder, { retentionMs: 3 * BLOCK_MS, maxBlockMs: BLOCK_MS });
    fill(database, T0, T0 + 8 * BLOCK_MS);
    await database.maintain();
    const newest = database.blocks().at(-1)!.maxTime;
    for (const { maxTime } of database.blocks()) expect(newest - maxTime).toBeLessThan(3 * BLOCK_MS);
    expect(database.stats().timeRetentions).toBe(1);
    await database.close();
  });

  test('deletes the oldest blocks beyond the retention size', async () => {
    const folder = temporaryFolder();
    const first = await open(folder, { maxBlockMs: BLOCK_MS });
    fill(first, T0, T0 + 20 * BLOCK_MS, 20);
    await first.maintain();
    const { blockBytes } = first.stats();
    const newest = first.blocks().at(-1)!.ulid;
    await first.close();
    const otherBytes = () => folderSize(join(folder, 'wal')) + folderSize(join(folder, 'chunks_head'));
    const retentionBytes = Math.floor(otherBytes() + blockBytes / 2);
    const database = await open(folder, { maxBlockMs: BLOCK_MS, retentionBytes });
    await database.maintain();
    const after = database.stats();
    expect(after.blockBytes + otherBytes()).toBeLessThanOrEqual(retentionBytes);
    expect(after.sizeRetentions).toBe(1);
    expect(database.blocks().at(-1)!.ulid).toBe(newest);
    await database.close();
  });

  test('a query that began before the cut still reads every sample', async () => {
    const folder = temporaryFolder();
    const database = await open(folder);
    fill(database, T0, T0 + 34 * MINUTE_MS);
    const expected = dumpSamples(database);
    const querier = database.querier(-Infinity, Infinity);
    const matchers = [new Matcher('=~', '__name__', '.+')];
    querier.select([{ matchers, minTimeMs: -Infinity, maxTimeMs: Infinity }]);
    const done = database.maintain();
    await eventually(() => expect(database.blocks().length).toBe(1));
    // The truncation waits for this querier.
    expect(database.stats().head.minTimeMs).toBe(T0);
    querier.close();
    await done;
    expect(dumpSamples(database)).toEqual(expected);
    await database.close();
  });
});
