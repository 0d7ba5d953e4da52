// Runs in the maintenance thread: takes jobs one by one and answers each with its result or its error.
import { parentPort, workerData } from 'node:worker_threads';
import { CodedError, type ErrorPlace } from '@prometheus-ts/model';
import type { HeadHandle } from '../head/layout.ts';
import { type Job, type JobResult, runJob } from './jobs.ts';

export type JobAnswer =
  | { readonly ok: true; readonly result: JobResult }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly place: ErrorPlace };

/** To be called in a thread whose workerData is a HeadHandle. */
export function runMaintenanceWorker(): void {
  const handle = workerData as HeadHandle;
  parentPort!.on('message', (job: Job) => {
    let answer: JobAnswer;
    try {
      answer = { ok: true, result: runJob(handle, job) };
    } catch (error) {
      answer = failedAnswer(error);
    }
    parentPort!.postMessage(answer);
  });
}

/** An error as it travels between threads. */
export function failedAnswer(error: unknown): JobAnswer {
  const { message } = error as Error;
  return error instanceof CodedError
    ? { ok: false, code: error.code, message, place: error.place }
    : { ok: false, code: 'maintenance', message, place: {} };
}
