// Directories of a real Prometheus open here and return what it returned.
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { LabelSet, Matcher, SampleColumns, type SeriesSet } from '@prometheus-ts/model';
import { corpusPath, describeCorpus, ManualClock, temporaryFolder } from '@prometheus-ts/testkit';
import { expect, test } from 'vitest';
import { type Database, openDatabase } from './db.ts';
import { startInlineWorker } from './test-support/inline-worker.ts';

const EVERYTHING = [new Matcher('=~', '__name__', '.+')];

function select(
  database: Database,
  minTimeMs = -Infinity,
  maxTimeMs = Infinity,
): Map<string, [number, number][]> {
  const querier = database.querier(minTimeMs, maxTimeMs);
  const [set] = querier.select([{ matchers: EVERYTHING, minTimeMs, maxTimeMs }]) as SeriesSet[];
  const columns = new SampleColumns();
  const found = new Map<string, [number, number][]>();
  for (let i = 0; i < set.length; i++) {
    set.read(i, minTimeMs, maxTimeMs, columns);
    const rows: [number, number][] = [];
    for (let k = 0; k < columns.length; k++) {
      if (!columns.isStale(k)) rows.push([columns.times[k], columns.values[k]]);
    }
    found.set(set.labels(i).key, rows);
  }
  querier.close();
  return found;
}

describeCorpus('golden/promql-demo', 'the block of golden/promql-demo', () => {
  test('opens read-only with its 285 series at 5 s', async () => {
    const folder = corpusPath('golden', 'promql-demo', 'data');
    const database = await openDatabase({
      folder,
      readOnly: true,
      seriesLimit: 1000,
      memoryLimitBytes: 2 ** 24,
    });
    const found = select(database);
    expect(found.size).toBe(285);
    let samples = 0;
    for (const rows of found.values()) {
      samples += rows.length;
      expect(rows.every(([time], i) => i === 0 || time > rows[i - 1][0])).toBe(true);
    }
    // 409,140 are stored; staleness markers were left out here.
    expect(samples).toBeGreaterThan(400_000);
    expect(existsSync(join(folder, 'lock'))).toBe(false);
    await database.close();
  });
});

/** What the original answered: label set key → rows, in the words of its JSON. */
function expectedLive(): Map<string, string[]> {
  const lines = gunzipSync(readFileSync(corpusPath('golden', 'tsdb-live', 'samples.ndjson.gz'))).toString(
    'utf8',
  );
  const expected = new Map<string, string[]>();
  for (const line of lines.trim().split('\n')) {
    const { metric, values } = JSON.parse(line) as {
      metric: Record<string, string>;
      values: [number, string][];
    };
    expected.set(
      LabelSet.from(metric).key,
      values.map(([seconds, value]) => `${Math.round(seconds * 1000)} ${toNumber(value)}`),
    );
  }
  return expected;
}

function toNumber(value: string): string {
  const number = value.endsWith('Inf') ? Number(value.replace('Inf', 'Infinity')) : Number(value);
  return Object.is(number, -0) ? '-0' : String(number);
}

function openLive(folder: string): Promise<Database> {
  return openDatabase({
    folder,
    clock: new ManualClock(1_795_167_300_000),
    minBlockMs: 60_000,
    maxBlockMs: 540_000,
    retentionMs: 0,
    outOfOrderWindowMs: 600_000,
    seriesLimit: 1000,
    memoryLimitBytes: 2 ** 25,
    maintenance: false,
    startWorker: startInlineWorker,
  });
}

/** Compares with the original; `found` may have series that the original had no sample of in its last hour. */
function expectLive(database: Database): void {
  const expected = expectedLive();
  const found = select(database);
  for (const [key, rows] of expected) {
    const ours = (found.get(key) ?? []).map(
      ([time, value]) => `${time} ${Object.is(value, -0) ? '-0' : value}`,
    );
    expect(ours, key).toEqual(rows);
  }
}

describeCorpus('golden/tsdb-live', 'the killed database of golden/tsdb-live', () => {
  test('has every sample: blocks, log, out-of-order log, head chunks, tombstones', async () => {
    const folder = join(temporaryFolder(), 'data');
    cpSync(corpusPath('golden', 'tsdb-live', 'data'), folder, { recursive: true });
    const database = await openLive(folder);
    expectLive(database);
    await database.close();
  });

  test('still has them after restarts, cuts and compaction of ours', async () => {
    const folder = join(temporaryFolder(), 'data');
    cpSync(corpusPath('golden', 'tsdb-live', 'data'), folder, { recursive: true });
    let database = await openLive(folder);
    await database.maintain();
    expectLive(database);
    rmSync(join(folder, 'lock'));
    database = await openLive(folder);
    expectLive(database);
    await database.maintain();
    expectLive(database);
    await database.close();
  });
});

describeCorpus('tsdb', 'an index of format 1', () => {
  test('gives the series and samples of its block', async () => {
    const folder = join(temporaryFolder(), 'data');
    cpSync(corpusPath('tsdb', 'index_format_v1'), join(folder, '01D2EEWXZ9WNJXVHVDVAAPWJ4C'), {
      recursive: true,
    });
    const database = await openDatabase({
      folder,
      readOnly: true,
      seriesLimit: 100,
      memoryLimitBytes: 2 ** 24,
    });
    const querier = database.querier(-Infinity, Infinity);
    const { names } = querier.labelNames({ matchers: [], limit: 0 }) as { names: readonly string[] };
    expect(names).toEqual(['bar', 'foo']);
    const request = { matchers: [new Matcher('=', 'foo', 'bar')], minTimeMs: -Infinity, maxTimeMs: Infinity };
    const [set] = querier.select([request]) as SeriesSet[];
    expect(set.length).toBeGreaterThan(0);
    const columns = new SampleColumns();
    for (let i = 0; i < set.length; i++) {
      expect(set.labels(i).get('foo')).toBe('bar');
      set.read(i, -Infinity, Infinity, columns);
      expect(columns.length).toBeGreaterThan(0);
    }
    querier.close();
    await database.close();
  });
});
