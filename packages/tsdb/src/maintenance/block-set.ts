// The blocks that are in use, as the owner keeps them: loads what is in the folder, publishes the list to
// readers, deletes what is superseded or expired when no query needs it any more.
import { readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { listBlockFolders } from '../block/list-blocks.ts';
import { type BlockMeta, readMeta } from '../block/meta.ts';
import type { SizedBlock } from '../compact/retention.ts';
import { BEING_CREATED, BEING_DELETED } from '../filenames.ts';
import { folderSize } from '../fs/folder-size.ts';
import type { HeadHandle } from '../head/layout.ts';
import { allReadersHave } from '../head/reader-slots.ts';
import type { LogFunction } from '../options.ts';
import { publishBlocks } from '../query/block-list.ts';

const POLL_MS = 10;

interface UsedBlock extends SizedBlock {
  /** Rises when the block's tombstones change. */
  tombstones: number;
}

export class BlockSet {
  readonly #handle: HeadHandle;
  readonly #log: LogFunction;
  #blocks = new Map<string, UsedBlock>();
  #generation = 0;

  constructor(handle: HeadHandle, log: LogFunction) {
    this.#handle = handle;
    this.#log = log;
  }

  /** In order of their times. */
  get metas(): BlockMeta[] {
    return this.sized.map(({ meta }) => meta);
  }

  get sized(): SizedBlock[] {
    return [...this.#blocks.values()].sort((a, b) => a.meta.minTime - b.meta.minTime);
  }

  get sizeBytes(): number {
    let sum = 0;
    for (const { sizeBytes } of this.#blocks.values()) sum += sizeBytes;
    return sum;
  }

  /** Takes in what lies in the folder. A block that cannot be read is logged and left alone. */
  load(): void {
    const found = new Map<string, UsedBlock>();
    for (const folder of listBlockFolders(this.#handle.folder)) {
      const ulid = basename(folder);
      try {
        const tombstones = this.#blocks.get(ulid)?.tombstones ?? 0;
        // A block is known by its folder's name, whatever its meta file says.
        found.set(ulid, { meta: { ...readMeta(folder), ulid }, sizeBytes: folderSize(folder), tombstones });
      } catch (error) {
        this.#log('error', 'Failed to open a block', { block: folder, err: error });
      }
    }
    this.#blocks = found;
  }

  /** Names of blocks that went into another one and were not deleted yet. */
  superseded(): Set<string> {
    const parents = new Set<string>();
    for (const { meta } of this.#blocks.values()) {
      for (const { ulid } of meta.compaction.parents ?? []) if (this.#blocks.has(ulid)) parents.add(ulid);
    }
    return parents;
  }

  /** Tells every reader the list as it is, without the blocks in `leaving`. */
  publish(leaving: ReadonlySet<string> = new Set()): void {
    const listed = this.sized
      .filter(({ meta }) => !leaving.has(meta.ulid))
      .map(({ meta }) => ({ ulid: meta.ulid, tombstones: this.#blocks.get(meta.ulid)!.tombstones }));
    this.#generation = publishBlocks(this.#handle, listed);
  }

  /** Resolves when no query works with an older list than the one published last. */
  async readersHaveList(): Promise<void> {
    const control = new Int32Array(this.#handle.buffers.control);
    while (!allReadersHave(control, this.#generation)) await sleep(POLL_MS);
  }

  /** Takes blocks out of use and deletes them, queries that still read them first. */
  async remove(ulids: ReadonlySet<string>): Promise<void> {
    if (ulids.size === 0) return;
    this.publish(ulids);
    await this.readersHaveList();
    for (const ulid of ulids) {
      this.#blocks.delete(ulid);
      deleteBlock(this.#handle.folder, ulid);
      this.#log('info', 'Deleting obsolete block', { block: ulid });
    }
  }

  /** After a block's tombstones or meta file were written anew. */
  changed(ulid: string): void {
    const block = this.#blocks.get(ulid);
    if (!block) return;
    const folder = join(this.#handle.folder, ulid);
    this.#blocks.set(ulid, {
      meta: { ...readMeta(folder), ulid },
      sizeBytes: folderSize(folder),
      tombstones: block.tombstones + 1,
    });
  }
}

/** Removes a block so that a crash in between leaves no half block behind under its name. */
export function deleteBlock(folder: string, ulid: string): void {
  const doomed = join(folder, ulid + BEING_DELETED);
  renameSync(join(folder, ulid), doomed);
  rmSync(doomed, { recursive: true, force: true });
}

/** Removes what a crash left of blocks that were being written or deleted. */
export function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const left =
      name.endsWith(BEING_CREATED) || name.endsWith(BEING_DELETED) || /^[0-9A-Z]{26}\.tmp$/.test(name);
    if (left && statSync(path).isDirectory()) rmSync(path, { recursive: true, force: true });
  }
}
