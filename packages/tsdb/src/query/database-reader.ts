// Reads the database from any thread: the shared head in place, blocks through files that this thread opens.
import type { Querier, Queryable } from '@prometheus-ts/model';
import { HeadReader } from '../head/head-reader.ts';
import type { HeadHandle } from '../head/layout.ts';
import { setBlocksGeneration } from '../head/reader-slots.ts';
import { blocksGeneration } from './block-list.ts';
import { BlockStore } from './block-store.ts';
import { DatabaseQuerier } from './querier.ts';

export class DatabaseReader implements Queryable {
  readonly #head: HeadReader;
  readonly #blocks: BlockStore;
  readonly #control: Int32Array;
  /** Generation of the list that #blocks has. */
  #generation = -1;
  /** Generations that open queriers work with, the oldest first. */
  readonly #inUse: number[] = [];

  /** Claims a reader slot of the head. Throws CodedError `head-readers` when there is none. */
  constructor(handle: HeadHandle) {
    this.#head = new HeadReader(handle);
    this.#blocks = new BlockStore(handle);
    this.#control = new Int32Array(handle.buffers.control);
  }

  /** Number of this reader's slot: when its thread dies, the owner gives it to `releaseReader`. */
  get slot(): number {
    return this.#head.slot;
  }

  /**
   * A view of the samples in the time range. Until it is closed it holds back the reuse of freed memory.
   * Throws CodedError `block-corrupt` when a block cannot be opened.
   */
  querier(minTimeMs: number, maxTimeMs: number): Querier {
    const epoch = this.#head.pin();
    const generation = this.#takeList();
    const onClose = () => {
      this.#inUse.splice(this.#inUse.indexOf(generation), 1);
      if (this.#inUse.length > 0) setBlocksGeneration(this.#control, this.slot, this.#inUse[0]);
      this.#head.unpin(epoch);
    };
    try {
      const blocks = this.#blocks.acquire(minTimeMs, maxTimeMs);
      return new DatabaseQuerier({
        head: this.#head,
        blocks,
        onClose: () => {
          this.#blocks.release(blocks);
          onClose();
        },
      });
    } catch (error) {
      onClose();
      throw error;
    }
  }

  close(): void {
    this.#blocks.close();
    this.#head.close();
  }

  /** Takes over the newest list of blocks and announces that this reader works with it. */
  #takeList(): number {
    for (;;) {
      const generation = blocksGeneration(this.#control);
      if (generation & 1) continue;
      if (this.#inUse.length === 0) setBlocksGeneration(this.#control, this.slot, generation);
      // Announced before it is read, and still the newest after: the owner will not delete its blocks.
      if (blocksGeneration(this.#control) !== generation) continue;
      if (generation !== this.#generation && !this.#blocks.refresh(generation)) continue;
      this.#generation = generation;
      this.#inUse.push(generation);
      return generation;
    }
  }
}

/** Opens the database of another thread for reading; the handle comes from `Database.handle`. */
export function openReader(handle: HeadHandle): DatabaseReader {
  return new DatabaseReader(handle);
}
