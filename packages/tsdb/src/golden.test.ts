// Directories of a real Prometheus open here and return what it returned.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Matcher, SampleColumns, type SeriesSet } from '@prometheus-ts/model';
import { corpusPath, describeCorpus } from '@prometheus-ts/testkit';
import { expect, test } from 'vitest';
import { type Database, openDatabase } from './db.ts';

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
    for (const rows of found.values()) {
      for (let i = 1; i < rows.length; i++) expect(rows[i][0] - rows[i - 1][0]).toBeGreaterThan(0);
    }
    expect(existsSync(join(folder, 'lock'))).toBe(false);
    await database.close();
  });
});
