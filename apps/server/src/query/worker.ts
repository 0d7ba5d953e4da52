// The thread that runs queries over the shared head. It reads what the main thread writes, never writes
// itself, and sends back whole bodies. Its priority is lowered where the system allows, so that scrapes come
// first.
import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { openReader } from '@prometheus-ts/tsdb';
import type { FromWorker, ToWorker, WorkerData } from './messages.ts';
import { TaskRunner } from './task-runner.ts';

const LOWER_PRIORITY = 10;

const data = workerData as WorkerData;
const port = parentPort!;
const reader = openReader(data.handle);
const runner = new TaskRunner(reader, data);

port.on('message', async (message: ToWorker) => {
  switch (message.kind) {
    case 'evaluation-interval':
      runner.evaluationIntervalMs = message.ms;
      break;
    case 'task': {
      const outcome = await runner.run(message.task, message.options);
      if ('answer' in outcome) send({ kind: 'answer', id: message.id, answer: outcome.answer });
      else send({ kind: 'failure', id: message.id, failure: outcome.failure });
    }
  }
});

function send(message: FromWorker): void {
  port.postMessage(message, message.kind === 'answer' ? [message.answer.body.buffer] : []);
}

/** On Linux a thread has a priority of its own, under its own number. */
function lowerPriority(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1)), LOWER_PRIORITY);
  } catch {
    // Only a matter of comfort: queries then compete with scrapes on equal terms.
  }
}

lowerPriority();
send({ kind: 'ready', slot: reader.slot });
