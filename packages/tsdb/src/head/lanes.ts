// Lanes: one per writer, with a word that holds the number of its last transaction, published once per commit.
import { Control, type HeadHandle } from './layout.ts';

/** The lane of everybody who finds no other one free; transactions stay whole there too. */
export const SHARED_LANE = 0;

export class Lanes {
  readonly #control: Int32Array;
  readonly #words: Int32Array;
  readonly #limit: number;
  readonly #free: number[] = [];

  constructor(handle: HeadHandle) {
    this.#control = new Int32Array(handle.buffers.control);
    this.#words = new Int32Array(handle.buffers.lanes);
    this.#limit = handle.limits.lanes;
  }

  open(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    const lane = this.#control[Control.laneHigh] + 1;
    if (lane > this.#limit) return SHARED_LANE;
    Atomics.store(this.#control, Control.laneHigh, lane);
    return lane;
  }

  /** A closed lane's number goes on counting under its next owner, so readers cannot mistake the two. */
  close(lane: number): void {
    if (lane !== SHARED_LANE) this.#free.push(lane);
  }

  /** Number of the transaction that `lane` commits next. */
  next(lane: number): number {
    return (this.#words[lane] + 1) | 0;
  }

  publish(lane: number, transaction: number): void {
    Atomics.store(this.#words, lane, transaction);
  }
}
