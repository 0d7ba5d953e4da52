// The blocks that one thread has open. A block that left the list is closed when the last query that uses it
// is over; its files may be gone by then, an open file outlives its name.
import { join } from 'node:path';
import { Block } from '../block/block.ts';
import { PageCache } from '../fs/page-cache.ts';
import type { HeadHandle } from '../head/layout.ts';
import { type ListedBlock, readBlocks } from './block-list.ts';

const CACHE_BYTES = 32 * 2 ** 20;

export interface OpenBlock {
  readonly block: Block;
  readonly tombstones: number;
  users: number;
  listed: boolean;
}

export class BlockStore {
  readonly #handle: HeadHandle;
  readonly #cache = new PageCache(CACHE_BYTES);
  #listed: ListedBlock[] = [];
  #open = new Map<string, OpenBlock>();

  constructor(handle: HeadHandle) {
    this.#handle = handle;
  }

  /** Takes over the list of a generation; false when it was replaced meanwhile. */
  refresh(generation: number): boolean {
    const listed = readBlocks(this.#handle, generation);
    if (!listed) return false;
    this.#listed = listed;
    const wanted = new Map(listed.map(({ ulid, tombstones }) => [ulid, tombstones]));
    for (const [ulid, open] of this.#open) {
      if (wanted.get(ulid) === open.tombstones) continue;
      open.listed = false;
      this.#open.delete(ulid);
      if (open.users === 0) open.block.close();
    }
    return true;
  }

  /**
   * The blocks with samples in the time range, those with older samples first, until `release` gets them.
   * Throws CodedError `block-corrupt`, or what the system says, when one cannot be opened.
   */
  acquire(minTimeMs: number, maxTimeMs: number): OpenBlock[] {
    const found: OpenBlock[] = [];
    try {
      for (const { ulid, tombstones } of this.#listed) {
        const open = this.#get(ulid, tombstones);
        if (!open.block.overlaps(minTimeMs, maxTimeMs)) continue;
        open.users++;
        found.push(open);
      }
    } catch (error) {
      this.release(found);
      throw error;
    }
    return found.sort((a, b) => a.block.meta.minTime - b.block.meta.minTime);
  }

  release(blocks: readonly OpenBlock[]): void {
    for (const open of blocks) {
      open.users--;
      if (open.users === 0 && !open.listed) open.block.close();
    }
  }

  close(): void {
    for (const { block } of this.#open.values()) block.close();
    this.#open.clear();
  }

  #get(ulid: string, tombstones: number): OpenBlock {
    let open = this.#open.get(ulid);
    if (!open) {
      const block = new Block(join(this.#handle.folder, ulid), this.#cache);
      open = { block, tombstones, users: 0, listed: true };
      this.#open.set(ulid, open);
    }
    return open;
  }
}
