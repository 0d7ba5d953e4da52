// A reader of the stress test: checks without pause that every series it selects is what the writer's formula
// says, and that the series of a lane all end with the same transaction.
import { parentPort, workerData } from 'node:worker_threads';
import { Matcher, SampleColumns } from '@prometheus-ts/model';
import { HeadReader } from '../../head/head-reader.ts';
import type { HeadHandle } from '../../head/layout.ts';
import { type StressReport, sampleWords } from './formula.ts';

const { handle, stop } = workerData as { handle: HeadHandle; stop: Int32Array };
const reader = new HeadReader(handle);
const report: StressReport = { selects: 0, reads: 0, samples: 0, wrong: [] };
const columns = new SampleColumns();

function wrong(text: string): void {
  if (report.wrong.length < 10) report.wrong.push(text);
}

/** Newest transaction that each lane was seen with, over all selections: it never goes back. */
const newestOfLane = new Map<string, number>();

function checkOnce(matcher: Matcher): void {
  const epoch = reader.pin();
  const [set] = reader.select([{ matchers: [matcher], minTimeMs: -Infinity, maxTimeMs: Infinity }]);
  report.selects++;
  const endOfLane = new Map<string, number>();
  for (let i = 0; i < set.length; i++) {
    const labels = set.labels(i);
    const id = Number(labels.get('id'));
    const lane = labels.get('lane');
    set.read(i, -Infinity, Infinity, columns);
    report.reads++;
    report.samples += columns.length;
    for (let k = 0; k < columns.length; k++) {
      const time = columns.times[k];
      const [low, high] = sampleWords(id, time);
      if (columns.words[2 * k] !== low || columns.words[2 * k + 1] !== high) wrong(`series ${id} at ${time}`);
      if (k > 0 && time !== columns.times[k - 1] + 1000) wrong(`series ${id} has a gap before ${time}`);
    }
    if (columns.length === 0) continue;
    const last = columns.times[columns.length - 1];
    if (labels.get('lasting') === 'yes') {
      const end = endOfLane.get(lane);
      if (end !== undefined && end !== last) wrong(`lane ${lane} is torn: ${end} and ${last}`);
      endOfLane.set(lane, last);
    }
  }
  for (const [lane, end] of endOfLane) {
    if (end < (newestOfLane.get(lane) ?? 0)) wrong(`lane ${lane} went back to ${end}`);
    newestOfLane.set(lane, end);
  }
  reader.unpin(epoch);
}

const matchers = [
  new Matcher('=', '__name__', 'stress'),
  new Matcher('=~', 'lane', '[13]'),
  new Matcher('!=', 'lane', '2'),
  new Matcher('=', 'lasting', 'no'),
];
parentPort!.postMessage('ready');
try {
  while (Atomics.load(stop, 0) === 0) for (const matcher of matchers) checkOnce(matcher);
} catch (error) {
  wrong(String((error as Error).stack));
}
reader.close();
parentPort!.postMessage(report);
