// What our database writes, Debian's promtool and Prometheus read, sample for sample.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabelSet, Matcher, SampleColumns, type SeriesSet } from '@prometheus-ts/model';
import { describePeers, eventually, freePort, ManualClock, temporaryFolder } from '@prometheus-ts/testkit';
import { type Database, openDatabase } from '@prometheus-ts/tsdb';
import { expect, test } from 'vitest';

const MINUTE_MS = 60_000;
const BLOCK_MS = 10 * MINUTE_MS;
/** Recent, so that Prometheus does not find the samples too old to look at. */
const T0 = Math.floor((Date.now() - 6 * BLOCK_MS) / BLOCK_MS) * BLOCK_MS;
const words = new Uint32Array(2);
const float = new Float64Array(words.buffer);

function open(folder: string, walCompression: 'none' | 'snappy' = 'snappy'): Promise<Database> {
  return openDatabase({
    folder,
    walCompression,
    clock: new ManualClock(Date.now()),
    minBlockMs: BLOCK_MS,
    maxBlockMs: BLOCK_MS,
    retentionMs: 0,
    seriesLimit: 10_000,
    memoryLimitBytes: 2 ** 26,
    maintenance: false,
  });
}

/** Every kind of value and label, one sample a series every 10 s. */
function fill(database: Database, toMs: number): void {
  const appender = database.appender(database.openLane());
  for (let time = T0; time < toMs; time += 10_000) {
    const step = (time - T0) / 10_000;
    const values = [
      step,
      Math.sin(step),
      step % 7 === 0 ? NaN : 5e-324,
      step % 2 ? Infinity : -0,
      1e300 / (step + 1),
    ];
    for (let n = 0; n < 40; n++) {
      float[0] = values[n % values.length];
      const labels = LabelSet.from({
        __name__: 'm',
        n: `${n}`,
        odd: `ä"\\\n${n}`,
        only: n === 3 ? 'three' : '',
      });
      appender.append(appender.series(labels), time, words[0], words[1]);
    }
    appender.commit();
  }
}

/** Ours in the layout of `promtool tsdb dump`, without staleness markers. */
function dump(database: Database): Map<string, string[]> {
  const querier = database.querier(-Infinity, Infinity);
  const matchers = [new Matcher('=~', '__name__', '.+')];
  const [set] = querier.select([{ matchers, minTimeMs: -Infinity, maxTimeMs: Infinity }]) as SeriesSet[];
  const columns = new SampleColumns();
  const found = new Map<string, string[]>();
  for (let i = 0; i < set.length; i++) {
    set.read(i, -Infinity, Infinity, columns);
    const rows: string[] = [];
    for (let k = 0; k < columns.length; k++) rows.push(`${columns.times[k]} ${goFloat(columns.values[k])}`);
    found.set(set.labels(i).get('n'), rows);
  }
  querier.close();
  return found;
}

function goFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

function promtoolDump(folder: string): Map<string, string[]> {
  const text = execFileSync('promtool', ['tsdb', 'dump', folder], { encoding: 'utf8', maxBuffer: 2 ** 30 });
  const found = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const match = /^\{.*, n="(\d+)", .*\} (\S+) (\d+)$/.exec(line);
    if (!match) continue;
    const [, n, value, time] = match;
    const rows = found.get(n) ?? [];
    rows.push(`${time} ${goFloat(value === 'NaN' ? NaN : Number(value.replace('Inf', 'Infinity')))}`);
    found.set(n, rows);
  }
  return found;
}

describePeers(['promtool', 'prometheus'], 'a database of ours under the original programs', () => {
  test.each(['none', 'snappy'] as const)('promtool reads our log (%s)', async (compression) => {
    const folder = temporaryFolder();
    const database = await open(folder, compression);
    fill(database, T0 + 5 * MINUTE_MS);
    const expected = dump(database);
    expect(promtoolDump(folder)).toEqual(expected);
    await database.close();
  });

  test('promtool reads our blocks and our log together, lists and analyzes them', async () => {
    const folder = temporaryFolder();
    const database = await open(folder);
    fill(database, T0 + 45 * MINUTE_MS);
    await database.maintain();
    expect(database.blocks().length).toBeGreaterThan(2);
    const expected = dump(database);
    await database.close();
    expect(promtoolDump(folder)).toEqual(expected);
    const list = execFileSync('promtool', ['tsdb', 'list', folder], { encoding: 'utf8' });
    for (const { ulid, stats } of database.blocks()) {
      expect(list).toMatch(
        new RegExp(`${ulid}.* ${stats.numSamples} +${stats.numChunks} +${stats.numSeries} `),
      );
    }
    const analysis = execFileSync('promtool', ['tsdb', 'analyze', folder], { encoding: 'utf8' });
    expect(analysis).toContain('Highest cardinality metric names:\n40 m\n');
  });

  test('Prometheus opens the folder without a complaint and answers with our samples', async () => {
    const folder = temporaryFolder();
    const database = await open(folder);
    fill(database, T0 + 45 * MINUTE_MS);
    await database.maintain();
    const expected = dump(database);
    await database.close();
    const data = join(temporaryFolder(), 'data');
    mkdirSync(data);
    cpSync(folder, data, { recursive: true });
    const config = join(data, '..', 'prometheus.yml');
    writeFileSync(config, 'global: {}\n');
    const port = await freePort();
    const child = spawn(
      'prometheus',
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${data}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--storage.tsdb.min-block-duration=10m',
        '--storage.tsdb.max-block-duration=10m',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let log = '';
    child.stderr.on('data', (chunk) => (log += chunk));
    try {
      const seconds = Math.ceil((Date.now() - T0) / 1000) + 60;
      const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(`m[${seconds}s]`)}`;
      const answer = await eventually(async () => {
        const response = await fetch(url);
        expect(response.status).toBe(200);
        return (await response.json()) as {
          data: { result: { metric: { n: string }; values: [number, string][] }[] };
        };
      }, 30_000);
      const found = new Map<string, string[]>();
      for (const { metric, values } of answer.data.result) {
        found.set(
          metric.n,
          values.map(([time, value]) => {
            const number = value === 'NaN' ? NaN : Number(value.replace('Inf', 'Infinity'));
            return `${Math.round(time * 1000)} ${goFloat(number)}`;
          }),
        );
      }
      expect(found).toEqual(expected);
      expect(log).not.toMatch(/level=(warn|error)(?!.*lockfile)/);
    } finally {
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
      rmSync(data, { recursive: true, force: true });
    }
  });
});
