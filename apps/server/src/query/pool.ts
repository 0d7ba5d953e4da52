// Query workers as the main thread sees them. Tasks wait in order of arrival; worker 0 takes short ones only,
// so that one long query cannot hold them all up. A task is stopped through the shared cancel word of its
// worker, because a busy worker reads no messages. A worker that dies, or that does not heed its cancel word
// in time, is replaced, and its claim on the head is released.
import type { Worker } from 'node:worker_threads';
import type { Logger } from '@prometheus-ts/log';
import { type Database, releaseReader } from '@prometheus-ts/tsdb';
import { startWorker } from '../worker-entry.ts';
import { QueryHistory } from './lanes.ts';
import type {
  Encoding,
  FromWorker,
  QueryLimits,
  Task,
  TaskAnswer,
  TaskFailure,
  ToWorker,
  WorkerData,
} from './messages.ts';
import { TaskRunner } from './task-runner.ts';

/** Time for a worker to notice that it should stop before it is ended. */
const HEED_WITHIN_MS = 10_000;
/** A query that takes the main thread longer than this goes to a worker the next time. */
const TOO_LONG_HERE_MS = 10;
/** Pause before a worker that could not even start is started again. */
const RESTART_PAUSE_MS = 1_000;

export interface QueryPoolOptions {
  readonly database: Database;
  /** At least two are started. */
  readonly workers: number;
  readonly limits: QueryLimits;
  readonly evaluationIntervalMs: number;
  readonly features: readonly string[];
  readonly log: Logger;
  /** For tests; default: a thread with the program of query workers. */
  readonly start?: (data: WorkerData) => Worker;
}

export type TaskOutcome =
  | { readonly ok: true; readonly answer: TaskAnswer; readonly queuedSeconds: number }
  | { readonly ok: false; readonly failure: TaskFailure };

/** A task on its way. */
export interface RunningTask {
  readonly outcome: Promise<TaskOutcome>;
  /** Stops it; the outcome is then a failure of type `canceled`, unless it was done already. */
  cancel(): void;
}

interface Job {
  readonly id: number;
  readonly task: Task;
  readonly encoding: Encoding;
  readonly steps: number;
  readonly short: boolean;
  readonly arrivedMs: number;
  /** On the clock of `performance.now()`. */
  readonly deadlineMs: number;
  readonly settle: (outcome: TaskOutcome) => void;
  startedMs: number;
  timer: NodeJS.Timeout | undefined;
}

interface Member {
  readonly worker: Worker;
  readonly cancel: Int32Array<SharedArrayBuffer>;
  /** Its claim on the head; -1 until it said so. */
  slot: number;
  job: Job | undefined;
}

export class QueryPool {
  readonly #options: QueryPoolOptions;
  readonly #members: Member[] = [];
  readonly #waiting: Job[] = [];
  readonly #history = new QueryHistory();
  /** Runs tiny queries on this thread. */
  readonly #here: TaskRunner;
  #evaluationIntervalMs: number;
  #nextId = 1;
  #closed = false;

  constructor(options: QueryPoolOptions) {
    this.#options = options;
    this.#evaluationIntervalMs = options.evaluationIntervalMs;
    this.#here = new TaskRunner(options.database, this.#workerData());
    for (let i = 0; i < Math.max(2, options.workers); i++) this.#members.push(this.#start());
  }

  /** Tasks that run at this moment. */
  get running(): number {
    return this.#members.filter((member) => member.job).length;
  }

  /** Tasks that wait for a worker. */
  get waiting(): number {
    return this.#waiting.length;
  }

  setEvaluationInterval(ms: number): void {
    this.#evaluationIntervalMs = ms;
    this.#here.evaluationIntervalMs = ms;
    for (const member of this.#members) this.#tell(member, { kind: 'evaluation-interval', ms });
  }

  /** @param timeoutMs counted from now, waiting included; the server's own limit holds as well */
  run(task: Task, encoding: Encoding, timeoutMs = Number.POSITIVE_INFINITY): RunningTask {
    const steps = stepsOf(task);
    if (task.type !== 'explain' && this.#history.isTiny(nameOf(task), steps)) {
      return { outcome: this.#runHere(task, encoding, timeoutMs), cancel: () => {} };
    }
    const { promise, resolve } = Promise.withResolvers<TaskOutcome>();
    const nowMs = performance.now();
    const limitMs = Math.min(timeoutMs, this.#options.limits.timeoutMs);
    const job: Job = {
      id: this.#nextId++,
      task,
      encoding,
      steps,
      short: this.#history.isShort(nameOf(task), steps),
      arrivedMs: nowMs,
      deadlineMs: nowMs + limitMs,
      settle: resolve,
      startedMs: 0,
      timer: undefined,
    };
    job.timer = setTimeout(() => this.#abandon(job, TIMED_OUT_WAITING), Math.max(0, limitMs));
    this.#waiting.push(job);
    this.#dispatch();
    return { outcome: promise, cancel: () => this.#cancel(job) };
  }

  async #runHere(task: Task, encoding: Encoding, timeoutMs: number): Promise<TaskOutcome> {
    const startMs = performance.now();
    const outcome = await this.#here.run(task, { timeoutMs, queuedMs: 0, encoding });
    const durationMs = performance.now() - startMs;
    if (durationMs > TOO_LONG_HERE_MS) this.#history.record(nameOf(task), stepsOf(task), durationMs);
    if ('failure' in outcome) return failed(outcome.failure);
    return { ok: true, answer: outcome.answer, queuedSeconds: 0 };
  }

  /** Ends the workers; tasks that run or wait fail as canceled. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#waiting.splice(0)) settle(job, failed(CANCELED_WAITING));
    await Promise.all(
      this.#members.map(async (member) => {
        Atomics.store(member.cancel, 0, 1);
        await member.worker.terminate();
        if (member.job) settle(member.job, failed(CANCELED_RUNNING));
        this.#release(member);
      }),
    );
  }

  #start(): Member {
    const data = this.#workerData();
    const worker = (this.#options.start ?? startQueryWorker)(data);
    const member: Member = { worker, cancel: data.cancel, slot: -1, job: undefined };
    member.worker.on('message', (message: FromWorker) => this.#receive(member, message));
    member.worker.on('error', (error) => this.#options.log.error('Query worker failed', { err: error }));
    member.worker.on('exit', () => this.#replace(member));
    return member;
  }

  #workerData(): WorkerData {
    return {
      handle: this.#options.database.handle(),
      limits: this.#options.limits,
      evaluationIntervalMs: this.#evaluationIntervalMs,
      features: this.#options.features,
      cancel: new Int32Array(new SharedArrayBuffer(4)),
    };
  }

  #receive(member: Member, message: FromWorker): void {
    if (message.kind === 'ready') member.slot = message.slot;
    else if (member.job?.id === message.id) {
      const { job } = member;
      member.job = undefined;
      this.#history.record(nameOf(job.task), job.steps, durationMs(job, message));
      const queuedSeconds = (job.startedMs - job.arrivedMs) / 1000;
      settle(
        job,
        message.kind === 'answer'
          ? { ok: true, answer: message.answer, queuedSeconds }
          : failed(message.failure),
      );
    }
    this.#dispatch();
  }

  #dispatch(): void {
    for (let i = 0; i < this.#members.length; i++) {
      const member = this.#members[i]!;
      if (member.slot < 0 || member.job) continue;
      const index = i === 0 ? this.#waiting.findIndex((job) => job.short) : 0;
      const job = this.#waiting[index];
      if (!job) continue;
      this.#waiting.splice(index, 1);
      this.#hand(member, job);
    }
  }

  #hand(member: Member, job: Job): void {
    job.startedMs = performance.now();
    member.job = job;
    Atomics.store(member.cancel, 0, 0);
    const timeoutMs = Math.max(0, job.deadlineMs - job.startedMs);
    clearTimeout(job.timer);
    job.timer = setTimeout(() => this.#abandon(job, TIMED_OUT_RUNNING), timeoutMs + HEED_WITHIN_MS);
    const options = { timeoutMs, queuedMs: job.startedMs - job.arrivedMs, encoding: job.encoding };
    this.#tell(member, { kind: 'task', id: job.id, task: job.task, options });
  }

  #cancel(job: Job): void {
    if (this.#waiting.includes(job)) {
      this.#abandon(job, CANCELED_WAITING);
      return;
    }
    const member = this.#members.find((candidate) => candidate.job === job);
    if (!member) return;
    Atomics.store(member.cancel, 0, 1);
    clearTimeout(job.timer);
    job.timer = setTimeout(() => this.#abandon(job, CANCELED_RUNNING), HEED_WITHIN_MS);
  }

  /** Gives up a task that waits, or one whose worker does not heed; that worker is ended. */
  #abandon(job: Job, failure: TaskFailure): void {
    settle(job, failed(failure));
    const index = this.#waiting.indexOf(job);
    if (index >= 0) {
      this.#waiting.splice(index, 1);
      return;
    }
    const member = this.#members.find((candidate) => candidate.job === job);
    void member?.worker.terminate();
  }

  /** After the end of a worker: its task fails, its epoch is cleared, another takes its place. */
  #replace(member: Member): void {
    if (this.#closed) return;
    if (member.job) settle(member.job, failed(WORKER_ENDED));
    member.job = undefined;
    const started = member.slot >= 0;
    this.#release(member);
    const index = this.#members.indexOf(member);
    this.#options.log.warn('A query worker ended; starting another', { worker: index });
    const restart = () => {
      if (!this.#closed) this.#members[index] = this.#start();
    };
    if (started) restart();
    else setTimeout(restart, RESTART_PAUSE_MS).unref();
  }

  #release(member: Member): void {
    if (member.slot >= 0) releaseReader(this.#options.database.handle(), member.slot);
    member.slot = -1;
  }

  #tell(member: Member, message: ToWorker): void {
    member.worker.postMessage(message);
  }
}

const TIMED_OUT_WAITING = stopped('timeout', 'query timed out in query queue');
const TIMED_OUT_RUNNING = stopped('timeout', 'query timed out in expression evaluation');
const CANCELED_WAITING = stopped('canceled', 'query was canceled in query queue');
const CANCELED_RUNNING = stopped('canceled', 'query was canceled in expression evaluation');
const WORKER_ENDED = stopped('internal', 'the thread that worked on this request ended unexpectedly');

function stopped(type: TaskFailure['type'], message: string): TaskFailure {
  return { type, message, hints: [] };
}

function failed(failure: TaskFailure): TaskOutcome {
  return { ok: false, failure };
}

function settle(job: Job, outcome: TaskOutcome): void {
  clearTimeout(job.timer);
  job.settle(outcome);
}

/** How long the work itself took, as far as the worker says so. */
function durationMs(job: Job, message: FromWorker): number {
  const timings = message.kind === 'answer' ? message.answer.timings : undefined;
  if (!timings) return performance.now() - job.startedMs;
  return (timings.prepare + timings.evaluate + timings.encode) * 1000;
}

function startQueryWorker(data: WorkerData): Worker {
  return startWorker('query', data);
}

function nameOf(task: Task): string {
  if (task.type === 'query') return task.query;
  if (task.type === 'explain') return `explain ${task.query}`;
  const matchers = task.matchers.join(' ');
  return task.type === 'federate' ? `federate ${matchers}` : `${task.type} ${task.name} ${matchers}`;
}

function stepsOf(task: Task): number {
  const isRange = (task.type === 'query' || task.type === 'explain') && task.stepMs > 0;
  return isRange ? Math.floor((task.endMs - task.startMs) / task.stepMs) + 1 : 1;
}
