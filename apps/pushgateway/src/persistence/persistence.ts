// When the persistence file is written: some time after a change, never sooner after the last writing than the
// interval, and always when the program stops.
import type { Logger } from '@prometheus-ts/log';
import type { Clock, Timer } from '@prometheus-ts/model';
import type { GroupStore } from '../store/group-store.ts';
import { captureGroup } from './group-codec.ts';
import { readSnapshot, writeSnapshot } from './snapshot-file.ts';

export interface PersistenceOptions {
  readonly file: string;
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

export class Persistence {
  readonly #options: PersistenceOptions;
  readonly #store: GroupStore;
  /** When the last writing began, or the program. */
  #lastMs: number;
  #changed = false;
  #timer: Timer | undefined;
  #writing: Promise<void> | undefined;

  private constructor(options: PersistenceOptions, store: GroupStore) {
    this.#options = options;
    this.#store = store;
    this.#lastMs = options.clock.nowMs();
  }

  /** Restores the groups into the store. Rejects with CodedError, and then nothing is ever written. */
  static async load(options: PersistenceOptions, store: GroupStore): Promise<Persistence> {
    await readSnapshot(options.file, (group) => store.restore(group));
    return new Persistence(options, store);
  }

  /** Says that the store is not as it was. */
  changed(): void {
    this.#changed = true;
    this.#schedule();
  }

  /** Writes the file for the last time; rejects where that fails. */
  async close(): Promise<void> {
    this.#timer?.cancel();
    await this.#writing;
    await this.#write();
  }

  #schedule(): void {
    if (this.#timer || this.#writing) return;
    const { clock, intervalMs } = this.#options;
    const delayMs = Math.max(0, this.#lastMs + intervalMs - clock.nowMs());
    this.#timer = clock.after(delayMs, () => {
      this.#timer = undefined;
      this.#writing = this.#writeLogged();
    });
  }

  async #writeLogged(): Promise<void> {
    const { file, log } = this.#options;
    try {
      await this.#write();
      log.info('metrics persisted', { file });
    } catch (error) {
      this.#changed = true;
      log.error('error persisting metrics', { file, err: error });
    }
    this.#writing = undefined;
    if (this.#changed) this.#schedule();
  }

  async #write(): Promise<void> {
    this.#lastMs = this.#options.clock.nowMs();
    this.#changed = false;
    await writeSnapshot(this.#options.file, Array.from(this.#store.groups(), captureGroup));
  }
}
