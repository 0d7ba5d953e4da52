import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabelSet } from '@prometheus-ts/model';
import { Random, temporaryFolder } from '@prometheus-ts/testkit';
import { describe, expect, test } from 'vitest';
import { type Database, openDatabase } from './db.ts';
import type { DatabaseOptions } from './options.ts';
import { appendFloat, dumpSamples } from './test-support/samples.ts';

const SMALL = { seriesLimit: 10_000, memoryLimitBytes: 2 ** 24 };
const T0 = 1_700_000_000_000;

/** Appends `rounds` transactions of `width` series and returns the last time. */
function fill(database: Database, rounds: number, width: number, seed = 1): number {
  const random = new Random(seed);
  const lane = database.openLane();
  let time = 0;
  for (let round = 0; round < rounds; round++) {
    time = T0 + round * 15_000;
    for (let n = 0; n < width; n++) {
      appendFloat(database, lane, LabelSet.from({ __name__: 'm', n: `${n}` }), time, random.float() * 100);
    }
    database.appender(lane).commit();
  }
  return time;
}

function open(folder: string, options: Partial<DatabaseOptions> = {}): Promise<Database> {
  return openDatabase({ folder, ...SMALL, ...options });
}

describe('the write-ahead log', () => {
  test.each(['none', 'snappy', 'zstd'] as const)(
    'everything committed is there after a crash (%s)',
    async (walCompression) => {
      const folder = temporaryFolder();
      const first = await open(folder, { walCompression, walSegmentBytes: 32 * 1024 * 4 });
      fill(first, 300, 40);
      const expected = dumpSamples(first);
      expect(expected.length).toBe(12_000);
      // No close: as if the process were killed. The lock is ours, so give it back by hand.
      rmSync(join(folder, 'lock'));
      const second = await open(folder, { walCompression });
      expect(dumpSamples(second)).toEqual(expected);
      expect(second.stats().wal!.corruptions).toBe(0);
      await second.close();
      await first.close().catch(() => {});
    },
  );

  test('goes on where it was: a third start has the samples of both runs', async () => {
    const folder = temporaryFolder();
    const first = await open(folder);
    const last = fill(first, 10, 5);
    await first.close();
    const second = await open(folder);
    appendFloat(second, 0, LabelSet.from({ __name__: 'm', n: '2' }), last + 1000, 7);
    appendFloat(second, 0, LabelSet.from({ __name__: 'new' }), last + 1000, 8);
    second.appender(0).commit();
    const expected = dumpSamples(second);
    expect(expected.length).toBe(52);
    await second.close();
    const third = await open(folder);
    expect(dumpSamples(third)).toEqual(expected);
    await third.close();
  });

  test('cut at any byte, it has exactly the transactions before', async () => {
    const folder = temporaryFolder();
    const log = join(folder, 'wal', '00000000');
    const database = await open(folder, { walCompression: 'none' });
    const ends: number[] = [];
    const lines: number[] = [];
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n <= round % 2; n++) {
        appendFloat(database, 0, LabelSet.from({ __name__: 'm', n: `${n}` }), T0 + round * 1000, round);
      }
      database.appender(0).commit();
      ends.push(readFileSync(log).length);
      lines.push(dumpSamples(database).length);
    }
    await database.close();
    const whole = readFileSync(log);
    for (let length = 0; length <= whole.length; length++) {
      const copy = temporaryFolder();
      const again = await openWithLog(copy, whole.subarray(0, length));
      const transactions = ends.filter((end) => end <= length).length;
      // A transaction's series record may have survived without its samples.
      expect(dumpSamples(again).length).toBe(transactions === 0 ? 0 : lines[transactions - 1]);
      await again.close();
    }
  });

  test('with any bit flipped, it keeps what is before, names the place, and accepts new samples', async () => {
    const folder = temporaryFolder();
    const database = await open(folder, { walCompression: 'none' });
    fill(database, 2, 2);
    const all = dumpSamples(database);
    await database.close();
    const whole = readFileSync(join(folder, 'wal', '00000000'));
    const random = new Random(5);
    for (let at = 0; at < whole.length; at++) {
      const bytes = Buffer.from(whole);
      bytes[at] ^= 1 << random.below(8);
      const copy = temporaryFolder();
      const messages: string[] = [];
      const again = await openWithLog(copy, bytes, (_level, message) => messages.push(message));
      const found = dumpSamples(again);
      expect(found.length).toBeLessThan(all.length);
      for (const line of found) expect(all).toContain(line);
      expect(again.stats().wal!.corruptions + (messages.some((m) => m.includes('ends inside')) ? 1 : 0)).toBe(
        1,
      );
      appendFloat(again, 0, LabelSet.from({ __name__: 'later' }), T0 + 1e6, 1);
      again.appender(0).commit();
      const expected = dumpSamples(again);
      await again.close();
      const third = await open(copy);
      expect(dumpSamples(third)).toEqual(expected);
      expect(third.stats().wal!.corruptions).toBe(0);
      await third.close();
    }
  });
});

async function openWithLog(
  folder: string,
  log: Uint8Array,
  onLog?: DatabaseOptions['log'],
): Promise<Database> {
  mkdirSync(join(folder, 'wal'));
  writeFileSync(join(folder, 'wal', '00000000'), log);
  return open(folder, { log: onLog, seriesLimit: 100, memoryLimitBytes: 2 ** 22 });
}

describe('the data folder', () => {
  test('cannot be opened twice, and says who has it', async () => {
    const folder = temporaryFolder();
    const database = await open(folder);
    await expect(open(folder)).rejects.toMatchObject({
      code: 'folder-locked',
      message: expect.stringContaining(`${process.pid}`),
    });
    await database.close();
    await (await open(folder)).close();
    expect(readdirSync(folder)).not.toContain('lock');
  });
});
