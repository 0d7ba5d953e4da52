// Reads the database from a thread that does not own it.
import type { Querier, Queryable } from '@prometheus-ts/model';
import { HeadReader } from '../head/head-reader.ts';
import type { HeadHandle } from '../head/layout.ts';
import { DatabaseQuerier } from './querier.ts';

export class DatabaseReader implements Queryable {
  readonly #head: HeadReader;

  constructor(handle: HeadHandle) {
    this.#head = new HeadReader(handle);
  }

  /** Number of this reader's slot: when its thread dies, the owner gives it to `releaseReader`. */
  get slot(): number {
    return this.#head.slot;
  }

  /** Holds back the reuse of freed memory until the querier is closed. */
  querier(_minTimeMs: number, _maxTimeMs: number): Querier {
    return new DatabaseQuerier(this.#head);
  }

  close(): void {
    this.#head.close();
  }
}

/** Opens the database of another thread for reading; the handle comes from `Database.handle`. */
export function openReader(handle: HeadHandle): DatabaseReader {
  return new DatabaseReader(handle);
}
