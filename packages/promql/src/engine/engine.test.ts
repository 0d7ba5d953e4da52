import type { Queryable, SelectRequest } from '@prometheus-ts/model';
import { describe, expect, test } from 'vitest';
import { ALL_PARSE_OPTIONS } from '../parse/options.ts';
import type { QueryResult } from '../result/value.ts';
import { MemoryStorage } from '../script/memory-storage.ts';
import { parseScript } from '../script/parse-script.ts';
import { loadSeries } from '../script/run.ts';
import { Engine } from './engine.ts';
import type { EngineOptions, QueryContext } from './options.ts';
import { QueryError } from './query-error.ts';
import { pointsOf } from './script-engine.ts';

function load(script: string): MemoryStorage {
  const storage = new MemoryStorage();
  for (const command of parseScript(script)) {
    if (command.kind === 'load') expect(loadSeries(command, storage)).toBeUndefined();
  }
  return storage;
}

const storage = load(`
load 10s
  one 1+1x100
  three{a="1",b="1"} 1+1x100
  three{a="2",b="2"} 1+1x100
  three{a="3",b="2"} 1+1x100
  requests_total{code="200"} 0+5x100
  requests_total{code="500"} 0+1x100
`);

function engineWith(options: EngineOptions = {}): Engine {
  return new Engine({ parse: ALL_PARSE_OPTIONS, ...options });
}

/** Seconds; without `end` an instant query. */
interface When {
  readonly start: number;
  readonly end?: number;
  readonly step?: number;
}

function run(engine: Engine, query: string, when: When, context: QueryContext = {}): QueryResult {
  const { start, end, step } = when;
  const result =
    end === undefined
      ? engine.instant(storage, query, start * 1000, context)
      : engine.range(storage, query, start * 1000, end * 1000, step! * 1000, context);
  return result as QueryResult;
}

function failureOf(body: () => unknown): QueryError {
  try {
    body();
  } catch (error) {
    expect(error).toBeInstanceOf(QueryError);
    return error as QueryError;
  }
  throw new Error('did not fail');
}

describe('samples are counted as upstream counts them', () => {
  // Figures of the reference implementation's own tests.
  test.each<[query: string, when: When, total: number, read: number, peak: number]>([
    ['1', { start: 21 }, 0, 0, 1],
    ['one', { start: 21 }, 1, 1, 1],
    ['timestamp(one)', { start: 21 }, 1, 1, 2],
    ['three', { start: 21 }, 3, 3, 3],
    ['one[60s]', { start: 201 }, 6, 6, 6],
    ['max_over_time(one[60s])', { start: 201 }, 6, 6, 7],
    ['max_over_time(one[60s])[20s:5s]', { start: 201 }, 24, 8, 10],
    ['sum by (b) (max_over_time(three[60s] @ 30))', { start: 201 }, 12, 12, 7],
    ['max_over_time(three[60s:5s])', { start: 201 }, 36, 36, 51],
    ['one', { start: 201, end: 220, step: 5 }, 4, 4, 4],
    ['max_over_time(three[60s])', { start: 201, end: 220, step: 5 }, 72, 21, 18],
    ['max_over_time(three[60s] @ 30)', { start: 201, end: 220, step: 5 }, 48, 12, 12],
    ['max_over_time(one[60s:5s])', { start: 201, end: 220, step: 5 }, 48, 15, 31],
    ['rate(sum_over_time(one[30s])[1m:30s])', { start: 240 }, 2, 6, 5],
  ])('%s at %o', (query, when, total, read, peak) => {
    const { samples } = run(engineWith(), query, when).stats;
    expect([samples.totalQueryableSamples, samples.samplesRead, samples.peakSamples]).toEqual([
      total,
      read,
      peak,
    ]);
    run(engineWith({ maxSamples: peak }), query, when);
    const failure = failureOf(() => run(engineWith({ maxSamples: peak - 1 || -1 }), query, when));
    expect(failure.message).toBe(
      'query processing would load too many samples into memory in query execution',
    );
    expect(failure.code).toBe('query_too_many_samples');
  });

  test('step by step, where both engine and query ask for it', () => {
    const when = { start: 201, end: 211, step: 5 };
    const { samples } = run(engineWith({ perStepStats: true }), 'count_over_time(one[20s])', when, {
      perStepStats: true,
    }).stats;
    expect(samples.totalQueryableSamplesPerStep).toEqual([
      [201, 2],
      [206, 2],
      [211, 2],
    ]);
    expect(samples.samplesReadPerStep).toEqual([
      [201, 2],
      [206, 0],
      [211, 1],
    ]);
    expect(run(engineWith(), 'one', when, { perStepStats: true }).stats.samples).not.toHaveProperty(
      'samplesReadPerStep',
    );
  });
});

describe('a query stops', () => {
  test('when its cancel word is set', () => {
    const cancel = new Int32Array(new SharedArrayBuffer(4));
    Atomics.store(cancel, 0, 1);
    const failure = failureOf(() => run(engineWith(), 'sum(three)', { start: 100 }, { cancel }));
    expect(failure.message).toBe('query was canceled in expression evaluation');
    expect(failure.code).toBe('query_canceled');
  });

  test('when its time is over', () => {
    const failure = failureOf(() => run(engineWith(), 'one', { start: 100 }, { timeoutMs: -1 }));
    expect(failure.message).toBe('query timed out in expression evaluation');
    expect(failure.code).toBe('query_timeout');
  });

  test('when it keeps too many bytes', () => {
    const when = { start: 0, end: 900, step: 1 };
    const failure = failureOf(() => run(engineWith({ maxBytes: 10_000 }), 'three', when));
    expect(failure.code).toBe('query_too_many_bytes');
    run(engineWith({ maxBytes: 100_000 }), 'three', when);
  });
});

describe('what a query reads', () => {
  /** Notes the requests of each `select`, and whether queriers were closed. */
  function watched(inner: Queryable, isRemote = false) {
    const selects: (readonly SelectRequest[])[] = [];
    let open = 0;
    const watching: Queryable = {
      querier: (min, max) => {
        open++;
        const querier = inner.querier(min, max);
        return {
          ...querier,
          select: (requests) => {
            selects.push(requests);
            const sets = querier.select(requests);
            return isRemote ? Promise.resolve(sets) : sets;
          },
          close: () => {
            open--;
            querier.close();
          },
        };
      },
    };
    return { watching, selects, openQueriers: () => open };
  }

  test('is asked for at once, equal selectors once, over the times of all', () => {
    const { watching, selects, openQueriers } = watched(storage);
    const query = 'sum(rate(requests_total[1m])) / (rate(requests_total[5m] offset 1m)) + on () one';
    engineWith().range(watching, query, 600_000, 700_000, 10_000);
    expect(selects.length).toBe(1);
    expect(selects[0]!.map(({ minTimeMs, maxTimeMs }) => [minTimeMs, maxTimeMs])).toEqual([
      [240_001, 700_000],
      [300_001, 700_000],
    ]);
    expect(openQueriers()).toBe(0);
  });

  test('comes with hints', () => {
    const { watching, selects } = watched(storage);
    engineWith().range(watching, 'sum by (code) (rate(requests_total[1m]))', 0, 60_000, 30_000);
    expect(selects[0]![0]!.hints).toEqual({
      func: 'rate',
      rangeMs: 60_000,
      stepMs: 30_000,
      grouping: [],
      by: false,
      limit: 0,
    });
    engineWith().instant(watching, 'count without (a) (three)', 0);
    expect(selects[1]![0]!.hints).toMatchObject({ func: 'count', grouping: ['a'], by: false });
  });

  test('may come later, from remote storage', async () => {
    const { watching, openQueriers } = watched(storage, true);
    const result = engineWith().instant(watching, 'sum(three)', 100_000);
    expect(result).toBeInstanceOf(Promise);
    expect(openQueriers()).toBe(1);
    expect((await result).value).toMatchObject({ type: 'vector', samples: [{ value: 33 }] });
    expect(openQueriers()).toBe(0);
  });

  test('is given back when the query fails', () => {
    const { watching, openQueriers } = watched(storage);
    expect(() => engineWith().instant(watching, 'three * on (b) three', 100_000)).toThrow(/many-to-many/);
    expect(openQueriers()).toBe(0);
  });
});

describe('results', () => {
  test('of a range query are sorted by labels and keep holes', () => {
    const { value } = run(engineWith(), 'three > 10 and three < 13', { start: 80, end: 130, step: 10 });
    expect(value.type).toBe('matrix');
    if (value.type !== 'matrix') return;
    expect(value.series.map((series) => series.labels.get('a'))).toEqual(['1', '2', '3']);
    expect(pointsOf(value.series[0]!).map(({ timeMs, value }) => [timeMs, value])).toEqual([
      [100_000, 11],
      [110_000, 12],
    ]);
  });

  test('of a range vector can only be had at one moment', () => {
    const failure = failureOf(() => run(engineWith(), 'one[1m]', { start: 0, end: 10, step: 5 }));
    expect(failure.code).toBe('query_bad_data');
    expect(failure.message).toBe(
      'invalid expression type "range vector" for range query, must be Scalar or instant Vector',
    );
  });

  test('of an end before the start are empty', () => {
    expect(run(engineWith(), 'one', { start: 10, end: 0, step: 5 }).value).toEqual({
      type: 'matrix',
      series: [],
    });
  });

  test('name where an annotation belongs, and count what is left out', () => {
    const query = 'rate(one[1m]) +\n on () group_left () rate(three[1m])';
    const engine = engineWith();
    const at = { start: 300 };
    expect(failureOf(() => run(engine, query, at)).message).toMatch(
      /^found duplicate series for the match group \{\} on the right hand-side of the operation: \[\{a="\d", b="\d"\}, /,
    );
    const infos = run(engine, 'rate(one[1m]) or rate(three[1m])', at).annotations.infos;
    expect(infos).toEqual([
      'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "one" (1:6)',
      'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "three" (1:23)',
    ]);
    const limited = run(engine, 'rate(one[1m]) or rate(three[1m])', at, { annotationLimit: 1 });
    expect(limited.annotations.infos).toEqual([infos[0], '1 more info annotations omitted']);
  });

  test('of equal annotations the last position counts, also where the right side is read first', () => {
    const { infos } = run(engineWith(), 'rate(one[1m]) / rate(one[2m])', { start: 300 }).annotations;
    expect(infos.length).toBe(1);
    expect(infos[0]).toMatch(/\(1:22\)$/);
  });
});
