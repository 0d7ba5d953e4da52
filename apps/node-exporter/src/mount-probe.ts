// File system calls that may never return (a dead NFS server, a FUSE daemon that hangs), kept out of this
// process: a helper with a thread pool of its own makes them, so that neither our four libuv threads nor the
// event loop can be blocked. Invariants: at most one helper; at most one call under way for a path; a path
// whose call passed its deadline is stuck, gets no further call until that one returns, and answers at once.
import { type ChildProcess, spawn } from 'node:child_process';
import type { StatsFs } from 'node:fs';
import { CodedError } from '@prometheus-ts/model';
import { HELPER_THREADS, type ProbeAnswer, type ProbeRequest } from './mount-probe-protocol.ts';

/** Numbers of `statfs`, as plain numbers. */
export type MountStats = Pick<StatsFs, 'bsize' | 'blocks' | 'bfree' | 'bavail' | 'files' | 'ffree'>;

/** The call did not return within its deadline, now or in an earlier scrape. */
export class MountStuck extends CodedError {
  constructor(path: string) {
    super('mount_stuck', `${path} does not answer`, {
      place: { file: path },
      hint: 'check the server or daemon behind this mount, or exclude it with --collector.filesystem.mount-points-exclude',
    });
    this.name = 'MountStuck';
  }
}

interface Waiting {
  readonly answer: Promise<ProbeAnswer>;
  readonly resolve: (answer: ProbeAnswer) => void;
}

export class MountProbe {
  readonly #command: readonly string[];
  readonly #waiting = new Map<string, Waiting>();
  readonly #stuck = new Set<string>();
  #helper: ChildProcess | undefined;

  /** `command` starts the helper: a program and its arguments. */
  constructor(command: readonly string[]) {
    this.#command = command;
  }

  /** Paths whose calls have passed their deadline and have not returned. */
  get stuckPaths(): readonly string[] {
    return [...this.#stuck].map((key) => key.slice(key.indexOf(' ') + 1));
  }

  /** `statfs` of a path. Throws MountStuck, or an error with Node's `code`. */
  async statfs(path: string, deadlineMs: number): Promise<MountStats> {
    const answer = await this.#ask({ operation: 'statfs', path }, deadlineMs);
    if (answer.stats === undefined) throw systemError(answer, path);
    return answer.stats;
  }

  /** Names in a folder. Throws as `statfs`. */
  async list(path: string, deadlineMs: number): Promise<string[]> {
    const answer = await this.#ask({ operation: 'list', path }, deadlineMs);
    if (answer.names === undefined) throw systemError(answer, path);
    return answer.names;
  }

  /** Content and modification time of a regular file. Throws as `statfs`. */
  async read(path: string, deadlineMs: number): Promise<{ text: string; mtimeMs: number }> {
    const answer = await this.#ask({ operation: 'read', path }, deadlineMs);
    if (answer.text === undefined || answer.mtimeMs === undefined) throw systemError(answer, path);
    return { text: answer.text, mtimeMs: answer.mtimeMs };
  }

  close(): void {
    // SIGKILL: threads inside hung system calls would keep the helper from leaving in order.
    this.#helper?.kill('SIGKILL');
    this.#helper = undefined;
  }

  async #ask(request: Omit<ProbeRequest, 'id'>, deadlineMs: number): Promise<ProbeAnswer> {
    const key = `${request.operation} ${request.path}`;
    if (this.#stuck.has(key)) throw new MountStuck(request.path);
    let waiting = this.#waiting.get(key);
    if (waiting === undefined) {
      if (this.#waiting.size >= HELPER_THREADS) throw new MountStuck(request.path);
      const { promise, resolve } = Promise.withResolvers<ProbeAnswer>();
      waiting = { answer: promise, resolve };
      this.#waiting.set(key, waiting);
      this.#start().stdin!.write(`${JSON.stringify({ id: key, ...request })}\n`);
    }
    return await this.#withDeadline(waiting.answer, key, request.path, deadlineMs);
  }

  #withDeadline(
    answer: Promise<ProbeAnswer>,
    key: string,
    path: string,
    deadlineMs: number,
  ): Promise<ProbeAnswer> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        if (this.#waiting.has(key)) this.#stuck.add(key);
        reject(new MountStuck(path));
      }, deadlineMs);
      answer.then((value) => {
        clearTimeout(timer);
        resolve(value);
      });
    });
  }

  #start(): ChildProcess {
    if (this.#helper !== undefined) return this.#helper;
    const helper = spawn(this.#command[0]!, this.#command.slice(1), {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, UV_THREADPOOL_SIZE: String(HELPER_THREADS) },
    });
    this.#helper = helper;
    let rest = '';
    helper.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop()!;
      for (const part of parts) this.#settle(JSON.parse(part) as ProbeAnswer);
    });
    const fail = (message: string) => {
      if (this.#helper === helper) this.#helper = undefined;
      for (const id of [...this.#waiting.keys()]) this.#settle({ id, code: 'EPIPE', message });
    };
    helper.on('error', (error) => fail(error.message));
    helper.on('exit', () => fail('the helper for mounts ended'));
    helper.stdin.on('error', () => {});
    for (const stream of [helper.stdin, helper.stdout] as unknown as { unref?(): void }[]) stream.unref?.();
    helper.unref();
    return helper;
  }

  #settle(answer: ProbeAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    this.#stuck.delete(answer.id);
    waiting?.resolve(answer);
  }
}

function systemError(answer: ProbeAnswer, path: string): Error {
  const error: NodeJS.ErrnoException = new Error(answer.message ?? `${path}: no answer`);
  if (answer.code !== undefined) error.code = answer.code;
  error.path = path;
  error.syscall = 'probe';
  return error;
}
