// Programs under test: ours from source, ours as binaries, and the peers. Everything started here is ended by
// pid when its owner stops it, and at the latest when the test process exits.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/root.ts';

export interface DaemonOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Polled until it answers 200. */
  readonly readyUrl: string;
  readonly readyHeaders?: Readonly<Record<string, string>>;
  readonly readyWithinMs?: number;
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A started program: its output so far, its signals, its end. */
export class Daemon {
  readonly pid: number;
  #child: ChildProcess;
  #output: string[] = [];
  readonly #exit: Promise<number | NodeJS.Signals>;

  private constructor(options: DaemonOptions) {
    this.#child = spawn(options.command, options.args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
      cwd: options.cwd,
    });
    running.add(this.#child);
    const keep = (data: Buffer) => {
      this.#output.push(data.toString());
      if (this.#output.length > 10_000) this.#output.splice(0, 5_000);
    };
    this.#child.stdout!.on('data', keep);
    this.#child.stderr!.on('data', keep);
    this.#exit = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        this.#output.push(String(error));
        resolve(-1);
      });
      this.#child.once('exit', (code, signal) => {
        running.delete(this.#child);
        resolve(code ?? signal!);
      });
    });
    this.pid = this.#child.pid ?? -1;
  }

  /** Starts a program and waits until it is ready; throws with its output when it is not in time. */
  static async start(options: DaemonOptions): Promise<Daemon> {
    const daemon = new Daemon(options);
    const deadline = Date.now() + (options.readyWithinMs ?? 30_000);
    for (;;) {
      const ready = await fetch(options.readyUrl, { headers: options.readyHeaders ?? {} }).then(
        (response) => response.ok,
        () => false,
      );
      if (ready) return daemon;
      if (daemon.ended) throw new Error(`${options.command} ended before it was ready:\n${daemon.output}`);
      if (Date.now() > deadline) {
        await daemon.kill();
        throw new Error(`${options.command} was not ready in time:\n${daemon.output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Runs a program that is expected to end by itself. */
  static async runToEnd(
    options: Omit<DaemonOptions, 'readyUrl'>,
  ): Promise<{ code: number | NodeJS.Signals; output: string }> {
    const daemon = new Daemon({ ...options, readyUrl: '' });
    const timer = setTimeout(() => daemon.#child.kill('SIGKILL'), options.readyWithinMs ?? 60_000);
    const code = await daemon.#exit;
    clearTimeout(timer);
    return { code, output: daemon.output };
  }

  get output(): string {
    return this.#output.join('');
  }

  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null || this.pid === -1;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** SIGTERM, then the exit code (or the signal that ended it). */
  stop(): Promise<number | NodeJS.Signals> {
    this.#child.kill('SIGTERM');
    return this.#exit;
  }

  kill(): Promise<number | NodeJS.Signals> {
    this.#child.kill('SIGKILL');
    return this.#exit;
  }

  /** User and system CPU used so far by all its threads, seconds. */
  cpuSeconds(): number {
    const fields = readFileSync(`/proc/${this.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }

  /** Resident memory, bytes: `VmRSS`, or another field of /proc/PID/status in kB. */
  memoryBytes(field = 'VmRSS'): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)![1]) * 1024;
  }
}

/** How to start one of our apps: from source, or as the binary that `npm run build` made. */
export function ourCommand(
  app: 'server' | 'node-exporter',
  from: 'source' | 'binary',
): { command: string; args: string[] } {
  const binary = { server: 'prometheus', 'node-exporter': 'node_exporter' }[app];
  if (from === 'binary') return { command: join(root, 'dist/bin', binary), args: [] };
  return { command: process.execPath, args: [join(root, 'apps', app, 'src/main.ts')] };
}
