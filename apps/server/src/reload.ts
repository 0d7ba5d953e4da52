// Reloading the configuration: one at a time, all or nothing, and visible in log, metrics and API. Automatic
// reload looks at the content of the file and of the files it names.
import type { Logger } from '@prometheus-ts/log';
import type { Clock, Timer } from '@prometheus-ts/model';
import { Gauge, type Registry } from 'prom-client';
import type { Hint } from './api/hint.ts';
import { configChecksum } from './config/checksum.ts';

export interface ReloaderOptions {
  readonly file: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly registry: Registry;
  /** Reads the file, checks everything, and switches over. Throws when nothing was changed. */
  readonly load: () => Promise<void>;
  /** Told how each reload ended. */
  readonly finished: (successful: boolean) => void;
  /** 0 for no automatic reload. */
  readonly autoReloadMs: number;
}

export class Reloader {
  readonly #options: ReloaderOptions;
  #queue: Promise<unknown> = Promise.resolve();
  #checksum: string | undefined;
  #timer: Timer | undefined;
  #stopped = false;
  #lastError: Error | undefined;
  #lastSuccessMs = 0;

  constructor(options: ReloaderOptions) {
    this.#options = options;
    const registers = [options.registry];
    const reloader = this;
    new Gauge({
      name: 'prometheus_config_last_reload_successful',
      help: 'Whether the last reload of the configuration succeeded.',
      registers,
      collect() {
        this.set(reloader.successful ? 1 : 0);
      },
    });
    new Gauge({
      name: 'prometheus_config_last_reload_success_timestamp_seconds',
      help: 'When the configuration was last reloaded with success.',
      registers,
      collect() {
        this.set(reloader.lastSuccessMs / 1000);
      },
    });
  }

  get successful(): boolean {
    return this.#lastError === undefined && this.#lastSuccessMs > 0;
  }

  /** Milliseconds, 0 before the first. */
  get lastSuccessMs(): number {
    return this.#lastSuccessMs;
  }

  get lastError(): Error | undefined {
    return this.#lastError;
  }

  /** Reloads after those that were asked for before. Rejects with the reason when the old state goes on. */
  reload(): Promise<void> {
    const done = this.#queue.then(() => this.#reload());
    this.#queue = done.catch(() => {});
    return done;
  }

  /** Looks for changes from now on. */
  startAutoReload(): void {
    if (this.#options.autoReloadMs > 0) this.#scheduleCheck();
  }

  /** Waits for a reload under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#queue;
  }

  /** What the API says beside the configuration: that the file is newer, that the last reload failed. */
  notes(): Hint[] {
    const notes: Hint[] = [];
    if (this.#lastError) {
      const text = `the last reload failed, the configuration before it is in use: ${this.#lastError.message}`;
      notes.push({ code: 'config-reload-failed', text });
    }
    const onDisk = this.#readChecksum();
    if (onDisk !== undefined && onDisk !== this.#checksum) {
      const text =
        'the configuration file has changed since it was loaded; reload to use it (SIGHUP or POST /-/reload)';
      notes.push({ code: 'config-file-newer', text });
    }
    return notes;
  }

  async #reload(): Promise<void> {
    const { log, file, load, clock } = this.#options;
    log.info('Loading configuration file', { filename: file });
    const startMs = performance.now();
    const checksum = this.#readChecksum();
    try {
      await load();
    } catch (error) {
      this.#lastError = error as Error;
      this.#options.finished(false);
      throw error;
    }
    this.#checksum = checksum;
    this.#lastError = undefined;
    this.#options.finished(true);
    this.#lastSuccessMs = clock.nowMs();
    const totalDuration = `${((performance.now() - startMs) / 1000).toFixed(3)}s`;
    log.info('Completed loading of configuration file', { filename: file, totalDuration });
  }

  #readChecksum(): string | undefined {
    try {
      return configChecksum(this.#options.file);
    } catch {
      return undefined;
    }
  }

  #scheduleCheck(): void {
    const { clock, autoReloadMs, log } = this.#options;
    let tried: string | undefined = this.#checksum;
    const check = async () => {
      const current = this.#readChecksum();
      if (current !== undefined && current !== this.#checksum && current !== tried) {
        tried = current;
        log.info('Configuration file change detected, reloading the configuration.');
        await this.reload().catch((error: unknown) => log.error('Error reloading config', { err: error }));
      }
      if (!this.#stopped) this.#timer = clock.after(autoReloadMs, check);
    };
    this.#timer = clock.after(autoReloadMs, check);
  }
}
