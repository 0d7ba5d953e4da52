import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { createLogger } from '@prometheus-ts/log';
import { LabelSet } from '@prometheus-ts/model';
import { eventually, temporaryFolder } from '@prometheus-ts/testkit';
import { type Database, openDatabase } from '@prometheus-ts/tsdb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startWorker } from '../worker-entry.ts';
import type { LabelTask, QueryTask } from './messages.ts';
import { QueryPool, type TaskOutcome } from './pool.ts';

const START_MS = 1_700_000_000_000;
const SERIES = 200;
const SAMPLES = 600;

interface Fixture {
  readonly pool: QueryPool;
  readonly workers: Worker[];
  readonly log: string[];
}

/** A pool of two workers over a head with some series; `slow` has many samples. */
async function fixture(limits: { maxSamples?: number } = {}): Promise<Fixture> {
  const database = await openDatabase({ folder: join(temporaryFolder(), 'data') });
  fill(database);
  const workers: Worker[] = [];
  const log: string[] = [];
  const pool = new QueryPool({
    database,
    workers: 2,
    limits: { lookbackMs: 300_000, maxSamples: 50_000_000, timeoutMs: 60_000, ...limits },
    evaluationIntervalMs: 60_000,
    features: [],
    log: createLogger({ level: 'debug', write: (line) => log.push(line) }),
    start(data) {
      const worker = startWorker('query', data);
      workers.push(worker);
      return worker;
    },
  });
  onTestFinished(async () => {
    await pool.close();
    await database.close();
  });
  return { pool, workers, log };
}

function fill(database: Database): void {
  const lane = database.openLane();
  const appender = database.appender(lane);
  const value = new Float64Array(1);
  const words = new Int32Array(value.buffer);
  const refs = Array.from({ length: SERIES }, (_, i) =>
    appender.series(LabelSet.from({ __name__: 'slow', i: String(i), group: String(i % 10) })),
  );
  for (let step = 0; step < SAMPLES; step++) {
    value[0] = step;
    for (const ref of refs) appender.append(ref, START_MS + step * 1000, words[0]!, words[1]!);
    appender.commit();
  }
}

const END_MS = START_MS + (SAMPLES - 1) * 1000;

function query(text: string, range?: { stepMs: number }): QueryTask {
  return {
    type: 'query',
    query: text,
    startMs: range ? START_MS : END_MS,
    endMs: END_MS,
    stepMs: range?.stepMs ?? 0,
    limit: 0,
    lookbackMs: 0,
    stats: '',
    warnings: [],
    scrapeIntervalMs: undefined,
  };
}

/** Takes many seconds unless it is stopped, and looks at the cancel word often. */
const ENDLESS = query(
  'sum(quantile_over_time(0.5, slow[1m:1s])) + sum(quantile_over_time(0.9, slow[1m:1s]))',
  {
    stepMs: 10,
  },
);

function bodyOf(outcome: TaskOutcome): { data: { result: unknown[] } } {
  if (!outcome.ok) throw new Error(outcome.failure.message);
  return JSON.parse(Buffer.from(outcome.answer.body).toString());
}

describe('query workers', () => {
  test('answer with the whole body', async () => {
    const { pool } = await fixture();
    const outcome = await pool.run(query('count(slow)'), 'identity').outcome;
    expect(bodyOf(outcome)).toEqual({
      status: 'success',
      data: { resultType: 'vector', result: [{ metric: {}, value: [END_MS / 1000, String(SERIES)] }] },
    });
    const labels: LabelTask = {
      type: 'label-values',
      name: 'group',
      matchers: ['slow'],
      startMs: START_MS,
      endMs: END_MS,
      limit: 0,
    };
    const values = bodyOf(await pool.run(labels, 'identity').outcome).data;
    expect(values).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  });

  test('a short query does not wait for a long one', async () => {
    const { pool } = await fixture();
    const long = [pool.run(ENDLESS, 'identity'), pool.run(ENDLESS, 'identity')];
    const outcome = await pool.run(query('count(slow)'), 'identity', 20_000).outcome;
    expect(outcome.ok).toBe(true);
    expect(pool.running + pool.waiting).toBe(2);
    for (const task of long) task.cancel();
    for (const task of long) expect((await task.outcome).ok).toBe(false);
  });

  test('a canceled query stops, running or waiting', async () => {
    const { pool } = await fixture();
    const running = pool.run(ENDLESS, 'identity');
    const waiting = pool.run(ENDLESS, 'identity');
    await eventually(() => expect(pool.running).toBe(1));
    waiting.cancel();
    running.cancel();
    expect(await waiting.outcome).toMatchObject({
      ok: false,
      failure: { type: 'canceled', message: 'query was canceled in query queue' },
    });
    expect(await running.outcome).toMatchObject({
      ok: false,
      failure: { type: 'canceled', message: 'query was canceled in expression evaluation' },
    });
    expect((await pool.run(query('count(slow)'), 'identity').outcome).ok).toBe(true);
  });

  test('a query that takes too long times out', async () => {
    const { pool } = await fixture();
    const warm = [pool.run(query('up'), 'identity'), pool.run(query('up', { stepMs: 1000 }), 'identity')];
    for (const task of warm) await task.outcome;
    const tasks = [pool.run(ENDLESS, 'identity', 500), pool.run(ENDLESS, 'identity', 100)];
    const failures = await Promise.all(tasks.map((task) => task.outcome));
    expect(failures).toMatchObject([
      { failure: { type: 'timeout', message: 'query timed out in expression evaluation' } },
      { failure: { type: 'timeout', message: 'query timed out in query queue' } },
    ]);
  });

  test('a query that needs too many samples fails with the limit', async () => {
    const { pool } = await fixture({ maxSamples: 1000 });
    const outcome = await pool.run(query('slow[10m]'), 'identity').outcome;
    expect(outcome).toMatchObject({
      ok: false,
      failure: {
        type: 'execution',
        message: 'query processing would load too many samples into memory in query execution',
      },
    });
  });

  test('a worker that dies fails its query and is replaced', async () => {
    const { pool, workers, log } = await fixture();
    const running = pool.run(ENDLESS, 'identity');
    await eventually(() => expect(pool.running).toBe(1));
    await Promise.all(workers.map((worker) => worker.terminate()));
    expect(await running.outcome).toMatchObject({
      ok: false,
      failure: { type: 'internal', message: 'the thread that worked on this request ended unexpectedly' },
    });
    expect((await pool.run(query('count(slow)'), 'identity').outcome).ok).toBe(true);
    await eventually(() => expect(workers).toHaveLength(4));
    expect(log.join()).toContain('A query worker ended; starting another');
  });

  test('closing the pool ends what runs and what waits', async () => {
    const { pool } = await fixture();
    const tasks = [pool.run(ENDLESS, 'identity'), pool.run(ENDLESS, 'identity')];
    await eventually(() => expect(pool.running).toBe(1));
    await pool.close();
    for (const task of tasks) expect(await task.outcome).toMatchObject({ failure: { type: 'canceled' } });
  });
});
