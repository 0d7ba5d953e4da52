// Captures how many samples of each selected series a query may see, so that it sees every transaction wholly
// or not at all. Each lane publishes the number of its last commit; each series says which transaction of
// which lane touched it last and how many samples it had before.
import { Control, type HeadHandle, SERIES_SHIFT, Series } from './layout.ts';

export class Visibility {
  readonly #control: Int32Array;
  readonly #lanes: Int32Array;
  readonly #records: Int32Array;
  #committed = new Int32Array(64);
  #outdated = new Set<number>();

  constructor(handle: HeadHandle) {
    this.#control = new Int32Array(handle.buffers.control);
    this.#lanes = new Int32Array(handle.buffers.lanes);
    this.#records = new Int32Array(handle.buffers.series);
  }

  /**
   * Writes to `counts[i]` how many samples of the series `slots[i]` are committed, the same set of
   * transactions for all of them.
   */
  capture(slots: Int32Array, length: number, counts: Int32Array): void {
    this.#takeSnapshot();
    this.#outdated.clear();
    for (let i = 0; i < length; i++) counts[i] = this.#count(slots[i]);
    // A lane that committed twice or more meanwhile is taken again, with all its series.
    while (this.#outdated.size > 0) {
      const again = this.#outdated;
      this.#outdated = new Set();
      for (const lane of again) this.#refresh(lane);
      for (let i = 0; i < length; i++) {
        const lane = Atomics.load(this.#records, (slots[i] << SERIES_SHIFT) + Series.laneBlocks) & 0xffff;
        if (again.has(lane)) counts[i] = this.#count(slots[i]);
      }
    }
  }

  #takeSnapshot(): void {
    const high = Atomics.load(this.#control, Control.laneHigh);
    if (this.#committed.length <= high) this.#committed = new Int32Array((high + 1) * 2);
    for (let lane = 0; lane <= high; lane++) this.#committed[lane] = Atomics.load(this.#lanes, lane);
  }

  #refresh(lane: number): void {
    if (lane >= this.#committed.length) {
      const grown = new Int32Array(lane * 2);
      grown.set(this.#committed);
      this.#committed = grown;
    }
    this.#committed[lane] = Atomics.load(this.#lanes, lane);
  }

  #count(slot: number): number {
    const records = this.#records;
    const at = slot << SERIES_SHIFT;
    for (;;) {
      const pending = Atomics.load(records, at + Series.pending);
      const lane = Atomics.load(records, at + Series.laneBlocks) & 0xffff;
      const total = Atomics.load(records, at + Series.total);
      const previous = Atomics.load(records, at + Series.previousTotal);
      if (Atomics.load(records, at + Series.pending) !== pending) continue;
      if ((Atomics.load(records, at + Series.laneBlocks) & 0xffff) !== lane) continue;
      const ahead = (pending - (this.#committed[lane] | 0)) | 0;
      if (ahead <= 0) return total;
      if (ahead > 1) this.#outdated.add(lane);
      return previous;
    }
  }
}
