// The maintenance thread as its owner sees it. It is started for the first job and ended when there is
// nothing more to do, so that its memory is not held between one cut and the next.
import { Worker } from 'node:worker_threads';
import { CodedError } from '@prometheus-ts/model';
import type { HeadHandle } from '../head/layout.ts';
import { MAINTENANCE_SLOT, releaseReader } from '../head/reader-slots.ts';
import type { Job, JobResult } from './jobs.ts';
import type { JobAnswer } from './worker-main.ts';

/** Starts a thread that calls `runMaintenanceWorker`. */
export type StartWorker = (workerData: HeadHandle) => Worker;

export const startOwnWorker: StartWorker = (workerData) =>
  new Worker(new URL('./worker.ts', import.meta.url), { workerData, name: 'maintenance' });

export class MaintenanceThread {
  readonly #handle: HeadHandle;
  readonly #start: StartWorker;
  #worker: Worker | undefined;

  constructor(handle: HeadHandle, start: StartWorker) {
    this.#handle = handle;
    this.#start = start;
  }

  /** Does a job; one at a time. Throws the CodedError that the job ended with, or `maintenance`. */
  async run(job: Job): Promise<JobResult> {
    this.#worker ??= this.#start(this.#handle);
    const worker = this.#worker;
    const answer = await new Promise<JobAnswer>((resolve, reject) => {
      const fail = (error: unknown) => {
        this.#worker = undefined;
        // Whatever it was reading, nobody reads it any more.
        releaseReader(this.#handle, MAINTENANCE_SLOT);
        reject(error);
      };
      const exited = () => fail(new CodedError('maintenance', 'the maintenance thread ended unexpectedly'));
      worker.once('message', (message: JobAnswer) => {
        worker.removeListener('error', fail);
        worker.removeListener('exit', exited);
        resolve(message);
      });
      worker.once('error', fail);
      worker.once('exit', exited);
      worker.postMessage(job);
    });
    if (answer.ok) return answer.result;
    throw new CodedError(answer.code, answer.message, { place: answer.place });
  }

  /** Ends the thread; the next job starts another. */
  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    worker?.removeAllListeners();
    await worker?.terminate();
  }
}
