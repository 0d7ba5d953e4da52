import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabelSet } from '@prometheus-ts/model';
import { Random, temporaryFolder } from '@prometheus-ts/testkit';
import { describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../db.ts';
import { appendFloat, dumpSamples } from '../test-support/samples.ts';

const T0 = 1_700_000_000_000;

function open(folder: string, chunkCacheBytes: number): Promise<Database> {
  return openDatabase({
    folder,
    chunkCacheBytes,
    seriesLimit: 1000,
    memoryLimitBytes: 2 ** 24,
    minBlockMs: 1_800_000,
    maintenance: false,
  });
}

function fill(database: Database, rounds: number, seed: number): void {
  const random = new Random(seed);
  for (let round = 0; round < rounds; round++) {
    for (let n = 0; n < 40; n++) {
      const labels = LabelSet.from({ __name__: 'm', n: `${n}` });
      appendFloat(database, 0, labels, T0 + round * 15_000, random.below(3) === 0 ? random.float() : round);
    }
    database.appender(0).commit();
  }
}

describe('the chunk files of the head', () => {
  test('a query reads the same whether full chunks are in memory or in files', async () => {
    const cached = await open(temporaryFolder(), 2 ** 24);
    const filed = await open(temporaryFolder(), 0);
    for (const database of [cached, filed]) fill(database, 3000, 3);
    expect(dumpSamples(filed)).toEqual(dumpSamples(cached));
    expect(filed.stats().head.arenaBytes).toBeLessThan(cached.stats().head.arenaBytes * 0.6);
    await cached.close();
    await filed.close();
  });

  test('a restart takes chunks from the files and the rest from the log', async () => {
    const folder = temporaryFolder();
    const first = await open(folder, 0);
    fill(first, 1200, 4);
    const expected = dumpSamples(first);
    const { chunkCount } = first.stats().head;
    await first.close();
    const second = await open(folder, 0);
    expect(dumpSamples(second)).toEqual(expected);
    expect(second.stats().head.chunkCount).toBe(chunkCount);
    expect(second.stats().head.chunksCreated).toBe(40);
    await second.close();
  });

  test('a damaged file is dropped and its samples come back from the log', async () => {
    const folder = temporaryFolder();
    const first = await open(folder, 0);
    fill(first, 600, 5);
    const expected = dumpSamples(first);
    await first.close();
    const chunks = join(folder, 'chunks_head');
    const [name] = readdirSync(chunks);
    const whole = readFileSync(join(chunks, name));
    const random = new Random(6);
    for (let round = 0; round < 12; round++) {
      const bytes = Buffer.from(whole);
      if (round % 3 === 0) writeFileSync(join(chunks, name), bytes.subarray(0, random.below(bytes.length)));
      else {
        bytes[random.below(bytes.length)] ^= 1 << random.below(8);
        writeFileSync(join(chunks, name), bytes);
      }
      const again = await openDatabase({
        folder,
        readOnly: true,
        seriesLimit: 1000,
        memoryLimitBytes: 2 ** 24,
        minBlockMs: 1_800_000,
      });
      expect(dumpSamples(again)).toEqual(expected);
      await again.close();
    }
  });
});
