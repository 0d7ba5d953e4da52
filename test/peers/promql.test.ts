// The same random queries to Debian's Prometheus and to our engine, on the same block. Where the two differ,
// the change from 2.42 to 3.14 that explains it is named here.
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Engine, encodeResult, type QueryResult } from '@prometheus-ts/promql';
import {
  corpusPath,
  describeCorpus,
  describePeers,
  makeTemporaryFolder,
  Random,
} from '@prometheus-ts/testkit';
import { type Database, openDatabase } from '@prometheus-ts/tsdb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PrometheusUnderTest, type SeriesAnswer } from '../support/prometheus.ts';
import { DemoExpressions, PHASE_SECONDS } from '../support/promql-expressions.ts';

/** Of each seed; another seed for all of them by PROMQL_SEED. */
const EXPRESSIONS = Number(process.env['PROMQL_EXPRESSIONS'] ?? 1000);
const SEEDS = process.env['PROMQL_SEED'] ? [Number(process.env['PROMQL_SEED'])] : [2042, 314, 7];
/** In the middle of the two hours of data, aligned so that no window begins at a sample. */
const START = 1_767_220_200 + PHASE_SECONDS;
const RELATIVE_ERROR = 1e-9;

type Answer = readonly SeriesAnswer[] | 'error';

describeCorpus('golden/promql-demo', 'random queries', () => {
  describePeers(['prometheus'], 'answered by Debian’s Prometheus and by ours', () => {
    const folder = makeTemporaryFolder();
    let peer: PrometheusUnderTest;
    let database: Database;
    const engine = new Engine();

    beforeAll(async () => {
      cpSync(corpusPath('golden/promql-demo/data'), join(folder, 'data'), { recursive: true });
      peer = await PrometheusUnderTest.start({
        flavour: 'peer',
        folder,
        config: 'global: { evaluation_interval: 1m }\n',
        flags: ['--storage.tsdb.retention.time=100y'],
      });
      database = await openDatabase({
        folder: corpusPath('golden/promql-demo/data'),
        readOnly: true,
        seriesLimit: 1000,
        memoryLimitBytes: 2 ** 24,
      });
    });

    afterAll(async () => {
      await peer?.daemon.stop();
      await database?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    test.each(SEEDS)(`agree on ${EXPRESSIONS} expressions (seed %i)`, { timeout: 300_000 }, async (seed) => {
      const random = new Random(seed);
      const maker = new DemoExpressions(random, START);
      const differences: string[] = [];
      for (let i = 0; i < EXPRESSIONS; i++) {
        const query = maker.vector(1 + random.below(3));
        const step = 30 * (1 + random.below(10));
        const start = START + 30 * random.below(30);
        const end = start + step * random.below(8);
        const theirs = await peer.queryRange(query, start, end, step).catch(() => 'error' as const);
        const difference = compare(ask(query, start, end, step), theirs);
        if (difference === undefined || isKnown(query, difference)) continue;
        differences.push(`${start}..${end}/${step} ${query}: ${difference}`);
      }
      expect(differences).toEqual([]);
    });

    function ask(query: string, start: number, end: number, step: number): Answer {
      try {
        const result = engine.range(database, query, start * 1000, end * 1000, step * 1000) as QueryResult;
        return JSON.parse(Buffer.from(encodeResult(result)).toString()).result;
      } catch (error) {
        if ((error as Error).name !== 'QueryError') throw error;
        return 'error';
      }
    }
  });
});

/** What 3.14 does otherwise than 2.42, by decision of the original. */
const CHANGES: readonly { readonly why: string; readonly query: RegExp; readonly difference: RegExp }[] = [
  {
    why: 'atan2 drops the metric name, as all arithmetic does; its last digit is the mathematics library’s',
    query: / atan2 /,
    difference: /./,
  },
  {
    why: 'several matches in one-to-one matching are refused also where the comparison does not hold',
    query: / (==|!=|<|>|<=|>=) (on|ignoring)? ?\(/,
    difference: /only ours fails/,
  },
  {
    why: 'a function of the time over a range fixed by @ answers at every step, not only at the first',
    query: /predict_linear\(.* @ /,
    difference: /instead of|series/,
  },
  {
    why: 'the deviation of a single NaN is NaN, no longer 0',
    query: /stddev|stdvar/,
    difference: /NaN instead of 0/,
  },
  {
    why: 'averages are summed before they are divided; of a remainder or a sine the last digits are all there is',
    query: /(avg|stddev|stdvar).*(%|\b(sin|cos|tan)\()|(%|\b(sin|cos|tan)\().*(avg|stddev|stdvar)/,
    difference: /instead of/,
  },
];

function isKnown(query: string, difference: string): boolean {
  return CHANGES.some((change) => change.query.test(query) && change.difference.test(difference));
}

function compare(ours: Answer, theirs: Answer): string | undefined {
  if (ours === 'error' || theirs === 'error') {
    return ours === theirs ? undefined : `${ours === 'error' ? 'only ours' : 'only theirs'} fails`;
  }
  if (ours.length !== theirs.length) return `${ours.length} series instead of ${theirs.length}`;
  const byLabels = new Map(ours.map((series) => [keyOf(series), series]));
  for (const series of theirs) {
    const key = keyOf(series);
    const found = byLabels.get(key);
    if (found === undefined) return `no series ${key}`;
    const [a, b] = [found.values!, series.values!];
    if (a.length !== b.length) return `${key}: ${a.length} points instead of ${b.length}`;
    for (let i = 0; i < b.length; i++) {
      if (a[i]![0] !== b[i]![0]) return `${key}: a point at ${a[i]![0]} instead of ${b[i]![0]}`;
      if (!isClose(toNumber(a[i]![1]), toNumber(b[i]![1]))) {
        return `${key} at ${b[i]![0]}: ${a[i]![1]} instead of ${b[i]![1]}`;
      }
    }
  }
  return undefined;
}

function keyOf({ metric }: SeriesAnswer): string {
  return JSON.stringify(Object.entries(metric).sort());
}

function toNumber(text: string): number {
  return Number(text.replace('Inf', 'Infinity'));
}

function isClose(a: number, b: number): boolean {
  if (Object.is(a, b) || a === b) return true;
  return Math.abs(a - b) <= RELATIVE_ERROR * Math.max(Math.abs(a), Math.abs(b));
}
