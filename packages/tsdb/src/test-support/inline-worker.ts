// Does the maintenance thread's jobs in the calling thread, for tests that are not about threads.
import { EventEmitter } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { type Job, runJob } from '../maintenance/jobs.ts';
import type { StartWorker } from '../maintenance/thread.ts';
import { failedAnswer, type JobAnswer } from '../maintenance/worker-main.ts';

export const startInlineWorker: StartWorker = (handle) => {
  const worker = Object.assign(new EventEmitter(), {
    postMessage(job: Job) {
      let answer: JobAnswer;
      try {
        answer = { ok: true, result: runJob(handle, job) };
      } catch (error) {
        answer = failedAnswer(error);
      }
      setImmediate(() => worker.emit('message', answer));
    },
    terminate: async () => 0,
  });
  return worker as unknown as Worker;
};
