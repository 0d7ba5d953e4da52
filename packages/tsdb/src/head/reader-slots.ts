// Who reads the head right now. Each reader holds a slot and, while it reads, pins the epoch at which it began;
// memory that was retired at that epoch or later is not reused before the reader lets go.
import { CodedError } from '@prometheus-ts/model';
import { Control, type HeadHandle, READER_SLOTS, Reader, ReaderState } from './layout.ts';

/** The slot of the maintenance thread, so that its owner knows which one to free when the thread dies. */
export const MAINTENANCE_SLOT = READER_SLOTS - 1;

/** Takes a free slot and returns its number. Throws CodedError `head-readers` when all are taken. */
export function claimReaderSlot(control: Int32Array): number {
  for (let slot = 0; slot < MAINTENANCE_SLOT; slot++) {
    const at = Control.readers + slot * Reader.words + Reader.state;
    if (Atomics.compareExchange(control, at, ReaderState.free, ReaderState.idle) === ReaderState.free)
      return slot;
  }
  throw new CodedError('head-readers', `all ${MAINTENANCE_SLOT} reader slots of the head are taken`, {
    hint: 'close readers that are no longer used',
  });
}

/** Gives a slot back: its reader is done or dead. */
export function releaseReaderSlot(control: Int32Array, slot: number): void {
  Atomics.store(control, Control.readers + slot * Reader.words + Reader.state, ReaderState.free);
}

/** Frees the slot of a reader whose thread died. Its slot number came with the reader (`HeadReader.slot`). */
export function releaseReader(handle: HeadHandle, slot: number): void {
  releaseReaderSlot(new Int32Array(handle.buffers.control), slot);
}

/** Pins the current epoch and returns it. */
export function pinEpoch(control: Int32Array, slot: number): number {
  const at = Control.readers + slot * Reader.words;
  let epoch: number;
  do {
    epoch = Atomics.load(control, Control.epoch);
    Atomics.store(control, at + Reader.epoch, epoch);
    Atomics.store(control, at + Reader.state, ReaderState.reading);
  } while (Atomics.load(control, Control.epoch) !== epoch);
  return epoch;
}

/** Moves a pin forward to `epoch`, which an earlier `pinEpoch` returned and which is still held. */
export function movePin(control: Int32Array, slot: number, epoch: number): void {
  Atomics.store(control, Control.readers + slot * Reader.words + Reader.epoch, epoch);
}

export function unpin(control: Int32Array, slot: number): void {
  Atomics.store(control, Control.readers + slot * Reader.words + Reader.state, ReaderState.idle);
}

/** Whether every reader at work pinned an epoch after `epoch`. Epochs wrap around. */
export function allReadersAfter(control: Int32Array, epoch: number): boolean {
  for (let slot = 0; slot < READER_SLOTS; slot++) {
    const at = Control.readers + slot * Reader.words;
    if (Atomics.load(control, at + Reader.state) !== ReaderState.reading) continue;
    if (((Atomics.load(control, at + Reader.epoch) - epoch) | 0) <= 0) return false;
  }
  return true;
}

/** Tells which list of blocks a reader works with. */
export function setBlocksGeneration(control: Int32Array, slot: number, generation: number): void {
  Atomics.store(control, Control.readers + slot * Reader.words + Reader.blocksGeneration, generation);
}

/** Whether every reader at work has the list of blocks of `generation` or a later one. */
export function allReadersHave(control: Int32Array, generation: number): boolean {
  for (let slot = 0; slot < READER_SLOTS; slot++) {
    const at = Control.readers + slot * Reader.words;
    if (Atomics.load(control, at + Reader.state) !== ReaderState.reading) continue;
    if (((Atomics.load(control, at + Reader.blocksGeneration) - generation) | 0) < 0) return false;
  }
  return true;
}

/**
 * Orders everything this thread read before against everything it reads after: Atomics.load alone does not
 * keep earlier plain reads in front on every processor, a read-modify-write does.
 */
export function readFence(control: Int32Array, slot: number): void {
  Atomics.add(control, Control.readers + slot * Reader.words + Reader.fence, 1);
}
