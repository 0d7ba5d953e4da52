// The writer of the stress test: appends, cuts chunks, drops old ones, removes series and makes new ones in
// their memory, while reader threads check what they see.
import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import { type Appender, AppendOutcome, LabelSet } from '@prometheus-ts/model';
import { Random } from '@prometheus-ts/testkit';
import { Head } from '../../head/head.ts';
import { reserveHead } from '../../head/layout.ts';
import { type StressReport, sampleWords } from './formula.ts';

const LANES = 4;
const SERIES_PER_LANE = 24;
const SHORT_LIVED = 6;
/** Samples that stay in the head; what is older is truncated. */
const KEPT_MS = 110_000;

const CHUNKS_REMOVED_MIN = 200;

export interface StressResult {
  readonly reports: readonly StressReport[];
  readonly commits: number;
  readonly seriesRemoved: number;
  readonly chunksRemoved: number;
}

/** Runs for `durationMs` with `readers` threads, longer on a busy machine until enough chunks were freed. */
export async function runStress(durationMs: number, readers: number, seed: number): Promise<StressResult> {
  // Little memory, so that what is freed is soon used again.
  const handle = reserveHead({ folder: '', seriesLimit: 1000, memoryLimitBytes: 6 * 2 ** 20 });
  const head = new Head(handle, { chunkRangeMs: 100_000 });
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const started = Array.from({ length: readers }, () => startReader({ handle, stop }));
  await Promise.all(started.map(({ ready }) => ready));
  const random = new Random(seed);
  const lanes = Array.from({ length: LANES }, () => head.openLane());
  const times = lanes.map(() => 1_000_000);
  let commits = 0;
  let generation = 0;
  const end = performance.now() + durationMs;
  while (performance.now() < end || head.stats().chunksRemoved < CHUNKS_REMOVED_MIN) {
    for (let burst = 0; burst < 30; burst++) {
      const n = random.below(LANES);
      times[n] += 1000;
      const appender = appendAll(head, lanes[n], n, times[n], generation);
      if (random.below(20) === 0) {
        appender.rollback();
        times[n] -= 1000;
      } else {
        appender.commit();
        commits++;
      }
    }
    if (random.below(2) === 0) generation++;
    await head.truncate(Math.min(...times) - KEPT_MS);
    // Keep the lanes together, so that none falls out of what is truncated.
    const newest = Math.max(...times);
    for (let n = 0; n < LANES; n++)
      if (newest - times[n] > 20_000) {
        while (times[n] < newest) {
          times[n] += 1000;
          appendAll(head, lanes[n], n, times[n], generation).commit();
        }
      }
  }
  Atomics.store(stop, 0, 1);
  const reports = await Promise.all(started.map(({ report }) => report));
  const { seriesRemoved, chunksRemoved } = head.stats();
  return { reports, commits, seriesRemoved, chunksRemoved };
}

/** One transaction of lane `n`: a sample of each of its series. */
function appendAll(head: Head, lane: number, n: number, timeMs: number, generation: number): Appender {
  const appender = head.appender(lane);
  for (let k = 0; k < SERIES_PER_LANE + SHORT_LIVED; k++) {
    const lasting = k < SERIES_PER_LANE;
    const id = lasting ? n * 1000 + k : 100_000 + generation * 1000 + n * 100 + k;
    const ref = appender.series(
      LabelSet.from({ __name__: 'stress', lane: `${n}`, id: `${id}`, lasting: lasting ? 'yes' : 'no' }),
    );
    const [low, high] = sampleWords(id, timeMs);
    assert.equal(appender.append(ref, timeMs, low, high), AppendOutcome.appended);
  }
  return appender;
}

function startReader(workerData: unknown): { ready: Promise<void>; report: Promise<StressReport> } {
  const worker = new Worker(new URL('./reader-worker.ts', import.meta.url), { workerData });
  const ready = Promise.withResolvers<void>();
  const report = Promise.withResolvers<StressReport>();
  worker.on('message', (message: 'ready' | StressReport) => {
    if (message === 'ready') ready.resolve();
    else report.resolve(message);
  });
  worker.once('error', (error) => {
    ready.reject(error);
    report.reject(error);
  });
  return { ready: ready.promise, report: report.promise };
}
