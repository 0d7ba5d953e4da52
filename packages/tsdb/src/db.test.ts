import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabelSet, Matcher, SampleColumns, type SeriesSet } from '@prometheus-ts/model';
import { Random, temporaryFolder } from '@prometheus-ts/testkit';
import { describe, expect, test } from 'vitest';
import { type Database, openDatabase } from './db.ts';
import type { DatabaseOptions } from './options.ts';

const words = new Uint32Array(2);
const float = new Float64Array(words.buffer);
const SMALL = { seriesLimit: 10_000, memoryLimitBytes: 2 ** 24 };
const T0 = 1_700_000_000_000;

function append(database: Database, lane: number, labels: LabelSet, timeMs: number, value: number): void {
  const appender = database.appender(lane);
  float[0] = value;
  appender.append(appender.series(labels), timeMs, words[0], words[1]);
}

/** Appends `rounds` transactions of `width` series and returns the last time. */
function fill(database: Database, rounds: number, width: number, seed = 1): number {
  const random = new Random(seed);
  const lane = database.openLane();
  let time = 0;
  for (let round = 0; round < rounds; round++) {
    time = T0 + round * 15_000;
    for (let n = 0; n < width; n++) {
      append(database, lane, LabelSet.from({ __name__: 'm', n: `${n}` }), time, random.float() * 100);
    }
    database.appender(lane).commit();
  }
  return time;
}

function dump(database: Database): string[] {
  const querier = database.querier(-Infinity, Infinity);
  try {
    const [set] = querier.select([
      { matchers: [new Matcher('=~', '__name__', '.+')], minTimeMs: -Infinity, maxTimeMs: Infinity },
    ]) as SeriesSet[];
    const columns = new SampleColumns();
    const lines: string[] = [];
    for (let i = 0; i < set.length; i++) {
      set.read(i, -Infinity, Infinity, columns);
      for (let k = 0; k < columns.length; k++) {
        lines.push(
          `${set.labels(i).key} ${columns.times[k]} ${columns.words[2 * k]} ${columns.words[2 * k + 1]}`,
        );
      }
    }
    return lines;
  } finally {
    querier.close();
  }
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
      const expected = dump(first);
      expect(expected.length).toBe(12_000);
      // No close: as if the process were killed. The lock is ours, so give it back by hand.
      rmSync(join(folder, 'lock'));
      const second = await open(folder, { walCompression });
      expect(dump(second)).toEqual(expected);
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
    append(second, 0, LabelSet.from({ __name__: 'm', n: '2' }), last + 1000, 7);
    append(second, 0, LabelSet.from({ __name__: 'new' }), last + 1000, 8);
    second.appender(0).commit();
    const expected = dump(second);
    expect(expected.length).toBe(52);
    await second.close();
    const third = await open(folder);
    expect(dump(third)).toEqual(expected);
    await third.close();
  });

  test('cut at any byte, it has exactly the transactions before', async () => {
    const folder = temporaryFolder();
    const log = join(folder, 'wal', '00000000');
    const database = await open(folder, { walCompression: 'none' });
    const ends: number[] = [];
    const lines: number[] = [];
    for (let round = 0; round < 5; round++) {
      for (let n = 0; n <= round % 2; n++) {
        append(database, 0, LabelSet.from({ __name__: 'm', n: `${n}` }), T0 + round * 1000, round);
      }
      database.appender(0).commit();
      ends.push(readFileSync(log).length);
      lines.push(dump(database).length);
    }
    await database.close();
    const whole = readFileSync(log);
    for (let length = 0; length <= whole.length; length++) {
      const copy = temporaryFolder();
      const again = await openWithLog(copy, whole.subarray(0, length));
      const transactions = ends.filter((end) => end <= length).length;
      // A transaction's series record may have survived without its samples.
      expect(dump(again).length).toBe(transactions === 0 ? 0 : lines[transactions - 1]);
      await again.close();
    }
  });

  test('with any bit flipped, it keeps what is before, names the place, and accepts new samples', async () => {
    const folder = temporaryFolder();
    const database = await open(folder, { walCompression: 'none' });
    fill(database, 3, 2);
    const all = dump(database);
    await database.close();
    const whole = readFileSync(join(folder, 'wal', '00000000'));
    const random = new Random(5);
    for (let at = 0; at < whole.length; at++) {
      const bytes = Buffer.from(whole);
      bytes[at] ^= 1 << random.below(8);
      const copy = temporaryFolder();
      const messages: string[] = [];
      const again = await openWithLog(copy, bytes, (_level, message) => messages.push(message));
      const found = dump(again);
      expect(found.length).toBeLessThan(all.length);
      for (const line of found) expect(all).toContain(line);
      expect(again.stats().wal!.corruptions + (messages.some((m) => m.includes('ends inside')) ? 1 : 0)).toBe(
        1,
      );
      append(again, 0, LabelSet.from({ __name__: 'later' }), T0 + 1e6, 1);
      again.appender(0).commit();
      const expected = dump(again);
      await again.close();
      const third = await open(copy);
      expect(dump(third)).toEqual(expected);
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
