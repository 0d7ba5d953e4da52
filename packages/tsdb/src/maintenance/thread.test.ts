import { Worker } from 'node:worker_threads';
import { LabelSet } from '@prometheus-ts/model';
import { ManualClock, temporaryFolder } from '@prometheus-ts/testkit';
import { expect, test } from 'vitest';
import { openDatabase } from '../db.ts';
import { startInlineWorker } from '../test-support/inline-worker.ts';
import { appendFloat, dumpSamples } from '../test-support/samples.ts';
import type { StartWorker } from './thread.ts';

/** Takes the maintenance thread's reader slot, begins to read, and dies. */
const DIES = `
  const { parentPort, workerData } = require('node:worker_threads');
  parentPort.once('message', () => {
    const control = new Int32Array(workerData.buffers.control);
    Atomics.store(control, 256 + 63 * 16, 2);
    process.exit(1);
  });`;

test('a thread that dies in the middle of a cut holds nothing back: the next run does the work', async () => {
  const blockMs = 600_000;
  const start = Math.floor(1_700_000_000_000 / blockMs) * blockMs;
  let deaths = 0;
  const startWorker: StartWorker = (handle) => {
    if (deaths > 0) return startInlineWorker(handle);
    deaths++;
    return new Worker(DIES, { eval: true, workerData: handle });
  };
  const messages: string[] = [];
  const database = await openDatabase({
    folder: temporaryFolder(),
    clock: new ManualClock(start),
    seriesLimit: 100,
    memoryLimitBytes: 2 ** 24,
    minBlockMs: blockMs,
    maintenance: false,
    startWorker,
    log: (level, message) => void messages.push(`${level} ${message}`),
  });
  for (let time = start; time < start + 2 * blockMs; time += 30_000) {
    appendFloat(database, 0, LabelSet.from({ __name__: 'm' }), time, 1);
    database.appender(0).commit();
  }
  const expected = dumpSamples(database);
  await database.maintain();
  expect(messages).toContain('error Compaction failed');
  expect(database.stats().compactionsFailed).toBe(1);
  await database.maintain();
  expect(database.blocks().length).toBe(1);
  expect(dumpSamples(database)).toEqual(expected);
  await database.close();
});
