// Every query of the PromQL compliance suite over a block of a real Prometheus, against what that server said.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { ALL_PARSE_OPTIONS, Engine, encodeResult, type QueryResult } from '@prometheus-ts/promql';
import { corpusPath, describeCorpus } from '@prometheus-ts/testkit';
import { type Database, openDatabase } from '@prometheus-ts/tsdb';
import { afterAll, beforeAll, expect, test } from 'vitest';

interface Recorded {
  readonly query: string;
  /** Seconds. */
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly response: {
    readonly status: 'success' | 'error';
    readonly error?: string;
    readonly data?: { readonly resultType: string; readonly result: readonly RecordedSeries[] };
  };
}

interface RecordedSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [number, string])[];
}

const RELATIVE_ERROR = 1e-9;

describeCorpus('golden/promql-demo', 'the compliance queries', () => {
  let database: Database;
  const engine = new Engine({ parse: ALL_PARSE_OPTIONS });

  beforeAll(async () => {
    const folder = corpusPath('golden/promql-demo/data');
    database = await openDatabase({ folder, readOnly: true, seriesLimit: 1000, memoryLimitBytes: 2 ** 24 });
  });

  afterAll(() => database.close());

  test('all answer as a real Prometheus answered', () => {
    const text = gunzipSync(readFileSync(corpusPath('golden/promql-demo/compliance-results.ndjson.gz')));
    const lines = text.toString().trim().split('\n');
    expect(lines.length).toBe(535);
    const differences = lines.flatMap((line) => {
      const recorded = JSON.parse(line) as Recorded;
      const difference = compare(recorded, database);
      return difference === undefined ? [] : [`${recorded.query}: ${difference}`];
    });
    expect(differences).toEqual([]);
  });

  function compare({ query, start, end, step, response }: Recorded, storage: Database): string | undefined {
    let result: QueryResult;
    try {
      result = engine.range(storage, query, start * 1000, end * 1000, step * 1000) as QueryResult;
    } catch (error) {
      return response.status === 'error' ? undefined : `failed: ${(error as Error).message}`;
    }
    if (response.status === 'error') return `should have failed: ${response.error}`;
    const actual = JSON.parse(Buffer.from(encodeResult(result)).toString()) as NonNullable<
      Recorded['response']['data']
    >;
    return compareSeries(actual.result, response.data!.result);
  }
});

function compareSeries(
  actual: readonly RecordedSeries[],
  expected: readonly RecordedSeries[],
): string | undefined {
  if (actual.length !== expected.length) return `${actual.length} series instead of ${expected.length}`;
  const byLabels = new Map(actual.map((series) => [labelKey(series.metric), series]));
  for (const series of expected) {
    const key = labelKey(series.metric);
    const found = byLabels.get(key);
    if (found === undefined) return `no series ${key}`;
    if (found.values.length !== series.values.length) {
      return `${key}: ${found.values.length} points instead of ${series.values.length}`;
    }
    for (let i = 0; i < series.values.length; i++) {
      const [time, value] = series.values[i]!;
      const [foundTime, foundValue] = found.values[i]!;
      if (time !== foundTime) return `${key}: a point at ${foundTime} instead of ${time}`;
      if (!isClose(toNumber(foundValue), toNumber(value))) {
        return `${key} at ${time}: ${foundValue} instead of ${value}`;
      }
    }
  }
  return undefined;
}

function labelKey(metric: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(metric).sort());
}

function toNumber(text: string): number {
  return Number(text.replace('Inf', 'Infinity'));
}

function isClose(a: number, b: number): boolean {
  if (Object.is(a, b) || a === b) return true;
  return Math.abs(a - b) <= RELATIVE_ERROR * Math.max(Math.abs(a), Math.abs(b));
}
