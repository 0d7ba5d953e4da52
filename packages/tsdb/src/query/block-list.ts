// Which blocks are in use, in shared memory: the owner publishes a list, every reader looks at it when a query
// begins. A reader says with which list it works, and the owner deletes what is no longer in the list only when
// every query that works with an older one is over.
import { BLOCK_LIST_LIMIT, BlockEntry, Control, type HeadHandle } from '../head/layout.ts';

export interface ListedBlock {
  readonly ulid: string;
  /** Rises when the block's tombstones change. */
  readonly tombstones: number;
}

const ULID_LENGTH = 26;

/** Publishes the blocks; returns the generation of the list. Owner only. */
export function publishBlocks(handle: HeadHandle, blocks: readonly ListedBlock[]): number {
  if (blocks.length > BLOCK_LIST_LIMIT)
    throw new RangeError(`${blocks.length} blocks are more than can be listed`);
  const control = new Int32Array(handle.buffers.control);
  const words = new Int32Array(handle.buffers.blocks);
  const bytes = new Uint8Array(handle.buffers.blocks);
  Atomics.add(control, Control.blocksGeneration, 1);
  words[0] = blocks.length;
  for (let i = 0; i < blocks.length; i++) {
    const at = 1 + i * BlockEntry.words;
    for (let k = 0; k < ULID_LENGTH; k++) bytes[at * 4 + k] = blocks[i].ulid.charCodeAt(k);
    words[at + BlockEntry.tombstones] = blocks[i].tombstones;
  }
  return Atomics.add(control, Control.blocksGeneration, 1) + 1;
}

/** The list of a generation, undefined when it was replaced meanwhile. */
export function readBlocks(handle: HeadHandle, generation: number): ListedBlock[] | undefined {
  const control = new Int32Array(handle.buffers.control);
  const words = new Int32Array(handle.buffers.blocks);
  const bytes = new Uint8Array(handle.buffers.blocks);
  const blocks: ListedBlock[] = [];
  for (let i = 0; i < Math.min(words[0], BLOCK_LIST_LIMIT); i++) {
    const at = 1 + i * BlockEntry.words;
    let ulid = '';
    for (let k = 0; k < ULID_LENGTH; k++) ulid += String.fromCharCode(bytes[at * 4 + k]);
    blocks.push({ ulid, tombstones: words[at + BlockEntry.tombstones] });
  }
  Atomics.add(control, Control.fence, 0);
  return Atomics.load(control, Control.blocksGeneration) === generation ? blocks : undefined;
}

/** Generation of the current list, odd while it is being written. */
export function blocksGeneration(control: Int32Array): number {
  return Atomics.load(control, Control.blocksGeneration);
}
