// Deleted time ranges of series in the head, in shared memory: per series the address of an immutable record
// `[intervals, 0, (min, max as float64)…]` that is replaced as a whole.
import type { Interval } from '../block/intervals.ts';
import type { Arena } from './arena.ts';
import type { HeadHandle } from './layout.ts';
import { type Quarantine, Retired } from './quarantine.ts';

const HEADER = 2;
const INTERVAL_WORDS = 4;
const NONE: readonly Interval[] = [];

/** Reads on any thread; pinned. */
export class HeadTombstones {
  protected readonly words: Int32Array;
  protected readonly floats: Float64Array;
  protected readonly addresses: Int32Array;

  constructor(handle: HeadHandle) {
    this.words = new Int32Array(handle.buffers.arena);
    this.floats = new Float64Array(handle.buffers.arena);
    this.addresses = new Int32Array(handle.buffers.seriesTombstones);
  }

  /** The deleted ranges of a series, in order. */
  get(slot: number): readonly Interval[] {
    const address = Atomics.load(this.addresses, slot);
    if (address === 0) return NONE;
    const intervals: Interval[] = [];
    for (let k = 0; k < this.words[address]; k++) {
      const at = (address + HEADER + k * INTERVAL_WORDS) >> 1;
      intervals.push({ minTimeMs: this.floats[at], maxTimeMs: this.floats[at + 1] });
    }
    return intervals;
  }
}

/** The owner's half. */
export class HeadTombstoneWriter extends HeadTombstones {
  readonly #arena: Arena;
  readonly #quarantine: Quarantine;

  constructor(handle: HeadHandle, arena: Arena, quarantine: Quarantine) {
    super(handle);
    this.#arena = arena;
    this.#quarantine = quarantine;
  }

  /** Replaces the deleted ranges of a series. */
  set(slot: number, intervals: readonly Interval[]): void {
    const old = this.addresses[slot];
    let address = 0;
    if (intervals.length > 0) {
      address = this.#arena.allocate(sizeOf(intervals.length));
      this.words[address] = intervals.length;
      for (let k = 0; k < intervals.length; k++) {
        const at = (address + HEADER + k * INTERVAL_WORDS) >> 1;
        this.floats[at] = intervals[k].minTimeMs;
        this.floats[at + 1] = intervals[k].maxTimeMs;
      }
    }
    Atomics.store(this.addresses, slot, address);
    if (old !== 0) this.#quarantine.retire(Retired.memory, old, sizeOf(this.words[old]));
  }

  /** Forgets the ranges of a series whose slot is about to be used again: no reader can see it any more. */
  release(slot: number): void {
    const address = this.addresses[slot];
    this.addresses[slot] = 0;
    if (address !== 0) this.#arena.release(address, sizeOf(this.words[address]));
  }
}

function sizeOf(intervals: number): number {
  return HEADER + intervals * INTERVAL_WORDS;
}
