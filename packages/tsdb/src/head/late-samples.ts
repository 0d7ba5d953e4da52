// Out-of-order samples of the head. They lie beside the chunks, in nodes of plain rows in the order in which they
// came; a reader sorts what it takes. A node is `[previous node, rows, sealed, 0, rows…]` and a row is a float64
// time and the two words of the value. Sealed nodes, and all before them, are about to become a block.
import type { SampleColumns } from '@prometheus-ts/model';
import type { Arena } from './arena.ts';
import type { HeadHandle } from './layout.ts';
import { type Quarantine, Retired } from './quarantine.ts';

const Node = { previous: 0, count: 1, sealed: 2, rows: 4, rowWords: 4 } as const;
const ROWS = 30;
const NODE_WORDS = Node.rows + ROWS * Node.rowWords;

/** The owner's half. */
export class LateSamples {
  readonly #arena: Arena;
  readonly #quarantine: Quarantine;
  /** Address of the newest node by slot, 0 for none. */
  readonly #newest: Int32Array;
  #count = 0;

  constructor(handle: HeadHandle, arena: Arena, quarantine: Quarantine) {
    this.#arena = arena;
    this.#quarantine = quarantine;
    this.#newest = new Int32Array(handle.buffers.seriesLate);
  }

  /** Samples that were appended since the start and did not leave. */
  get count(): number {
    return this.#count;
  }

  has(slot: number): boolean {
    return this.#newest[slot] !== 0;
  }

  append(slot: number, timeMs: number, low: number, high: number): void {
    const { words, floats } = this.#arena;
    let node = this.#newest[slot];
    if (node === 0 || words[node + Node.count] === ROWS || words[node + Node.sealed] === 1) {
      const fresh = this.#arena.allocate(NODE_WORDS);
      words[fresh + Node.previous] = node;
      words[fresh + Node.count] = 0;
      words[fresh + Node.sealed] = 0;
      Atomics.store(this.#newest, slot, fresh);
      node = fresh;
    }
    const count = words[node + Node.count];
    const row = node + Node.rows + count * Node.rowWords;
    floats[row >> 1] = timeMs;
    words[row + 2] = low;
    words[row + 3] = high;
    Atomics.store(words, node + Node.count, count + 1);
    this.#count++;
  }

  /** Seals what is there: later samples go to new nodes. Returns whether there is anything. */
  seal(highestSlot: number): boolean {
    const { words } = this.#arena;
    let found = false;
    for (let slot = 1; slot <= highestSlot; slot++) {
      const node = this.#newest[slot];
      if (node === 0) continue;
      words[node + Node.sealed] = 1;
      found = true;
    }
    return found;
  }

  /** Lets go of all sealed nodes; a block has their samples. */
  dropSealed(highestSlot: number): void {
    const { words } = this.#arena;
    for (let slot = 1; slot <= highestSlot; slot++) {
      let after = 0;
      let node = this.#newest[slot];
      while (node !== 0 && words[node + Node.sealed] === 0) {
        after = node;
        node = words[node + Node.previous];
      }
      if (node === 0) continue;
      if (after === 0) Atomics.store(this.#newest, slot, 0);
      else Atomics.store(words, after + Node.previous, 0);
      while (node !== 0) {
        const previous = words[node + Node.previous];
        this.#count -= words[node + Node.count];
        this.#quarantine.retire(Retired.memory, node, NODE_WORDS);
        node = previous;
      }
    }
  }
}

/** Reads late samples on any thread; pinned. */
export class LateReader {
  readonly #words: Int32Array;
  readonly #floats: Float64Array;
  readonly #newest: Int32Array;

  constructor(handle: HeadHandle) {
    this.#words = new Int32Array(handle.buffers.arena);
    this.#floats = new Float64Array(handle.buffers.arena);
    this.#newest = new Int32Array(handle.buffers.seriesLate);
  }

  /** Whether a series has late samples at all. */
  has(slot: number): boolean {
    return this.#newest[slot] !== 0;
  }

  /** Whether a series has late samples in the time range. */
  overlaps(slot: number, minTimeMs: number, maxTimeMs: number): boolean {
    let found = false;
    this.#forEachRow(slot, false, (row) => {
      const time = this.#floats[row >> 1];
      found ||= time >= minTimeMs && time <= maxTimeMs;
    });
    return found;
  }

  /** Appends to `into`, sorted, the late samples in the time range; the first of equal times stays. */
  read(slot: number, minTimeMs: number, maxTimeMs: number, into: SampleColumns, sealedOnly = false): void {
    const rows: number[] = [];
    this.#forEachRow(slot, sealedOnly, (row) => {
      const time = this.#floats[row >> 1];
      if (time >= minTimeMs && time <= maxTimeMs) rows.push(row);
    });
    // Rows come newest node first; equal times keep the order in which they came.
    const order = rows.map((row, i) => ({ row, time: this.#floats[row >> 1], age: i }));
    order.sort((a, b) => a.time - b.time || b.age - a.age);
    into.reserve(into.length + order.length);
    let last = -Infinity;
    for (const { row, time } of order) {
      if (time === last) continue;
      last = time;
      const at = into.length++;
      into.times[at] = time;
      into.words[2 * at] = this.#words[row + 2];
      into.words[2 * at + 1] = this.#words[row + 3];
    }
  }

  #forEachRow(slot: number, sealedOnly: boolean, visit: (row: number) => void): void {
    const words = this.#words;
    let take = !sealedOnly;
    for (let node = Atomics.load(this.#newest, slot); node !== 0; node = words[node + Node.previous]) {
      take ||= words[node + Node.sealed] === 1;
      if (!take) continue;
      const count = Atomics.load(words, node + Node.count);
      for (let k = count - 1; k >= 0; k--) visit(node + Node.rows + k * Node.rowWords);
    }
  }
}
