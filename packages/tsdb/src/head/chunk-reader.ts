// Reads samples out of the head's chunks while the owner writes. The open chunk is copied under the series'
// sequence word; closed chunks do not change, and what they occupy is not reused while the reader is pinned.
import type { SampleColumns } from '@prometheus-ts/model';
import { decodeXor } from '../chunk/xor-decoder.ts';
import { BLOCK_BITS, BLOCK_WORDS, ChunkRecord, type HeadHandle, SERIES_SHIFT, Series } from './layout.ts';
import { readFence } from './reader-slots.ts';

const TAIL_WORDS = BLOCK_WORDS - 1;

export class ChunkReader {
  readonly #control: Int32Array;
  readonly #records: Int32Array;
  readonly #memory: Int32Array;
  readonly #floats: Float64Array;
  readonly #chunkTimes: Float64Array;
  readonly #slot: number;
  #words = new Int32Array(1024);
  #closed: number[] = [];

  /** @param slot the reader slot whose pin protects this reader */
  constructor(handle: HeadHandle, slot: number) {
    this.#control = new Int32Array(handle.buffers.control);
    this.#records = new Int32Array(handle.buffers.series);
    this.#memory = new Int32Array(handle.buffers.arena);
    this.#floats = new Float64Array(handle.buffers.arena);
    this.#chunkTimes = new Float64Array(handle.buffers.seriesChunkTimes);
    this.#slot = slot;
  }

  /** Appends to `into` the first `visible` samples of the series as far as they lie in the time range. */
  read(slot: number, visible: number, minTimeMs: number, maxTimeMs: number, into: SampleColumns): void {
    const at = slot << SERIES_SHIFT;
    const records = this.#records;
    let start: number;
    let blocks: number;
    let newest: number;
    for (;;) {
      const sequence = Atomics.load(records, at + Series.sequence);
      if (sequence & 1) continue;
      start = records[at + Series.chunkStart];
      blocks = records[at + Series.laneBlocks] >>> 16;
      newest = records[at + Series.closed];
      if (((visible - start) | 0) > 0) this.#copyOpen(at, blocks);
      readFence(this.#control, this.#slot);
      if (Atomics.load(records, at + Series.sequence) === sequence) break;
    }
    const closed = this.#closedChunks(newest, visible, minTimeMs, maxTimeMs);
    if (closed.length > 0) {
      // #words holds the open chunk; closed ones come first and are copied behind it.
      const base = (blocks + 1) * BLOCK_WORDS + 2;
      for (let i = closed.length - 1; i >= 0; i--)
        this.#readClosed(closed[i], visible, base, minTimeMs, maxTimeMs, into);
    }
    const count = (visible - start) | 0;
    if (count > 0)
      decodeXor(this.#words, 0, (blocks + 1) * BLOCK_BITS + 32, count, minTimeMs, maxTimeMs, into);
  }

  /** Time of the oldest sample that the head holds of a series with samples. */
  firstTime(slot: number): number {
    const at = slot << SERIES_SHIFT;
    for (;;) {
      const sequence = Atomics.load(this.#records, at + Series.sequence);
      if (sequence & 1) continue;
      let time = this.#chunkTimes[slot];
      let record = this.#records[at + Series.closed];
      while (record !== 0) {
        time = this.#floats[(record + ChunkRecord.minTime) >> 1];
        record = this.#memory[record + ChunkRecord.previous];
      }
      readFence(this.#control, this.#slot);
      if (Atomics.load(this.#records, at + Series.sequence) === sequence) return time;
    }
  }

  #copyOpen(at: number, blocks: number): void {
    const records = this.#records;
    this.#reserve((blocks + 1) * BLOCK_WORDS + 2);
    const words = this.#words;
    let to = this.#copyBlocks(records[at + Series.firstBlock], blocks, 0);
    const tail = at + Series.tail;
    for (let k = 0; k < BLOCK_WORDS; k++) words[to++] = records[tail + k];
    words[to] = 0;
    words[to + 1] = 0;
  }

  /** Copies up to `blocks` blocks to #words from `to` on and returns where they end. */
  #copyBlocks(first: number, blocks: number, to: number): number {
    const memory = this.#memory;
    const words = this.#words;
    let block = first;
    for (let b = 0; b < blocks && block !== 0; b++) {
      for (let k = 1; k <= TAIL_WORDS; k++) words[to++] = memory[block + k];
      block = memory[block];
    }
    return to;
  }

  /** Records of the closed chunks with visible samples in the time range, the newest first. */
  #closedChunks(newest: number, visible: number, minTimeMs: number, maxTimeMs: number): number[] {
    const memory = this.#memory;
    const found = this.#closed;
    found.length = 0;
    for (let record = newest; record !== 0; record = memory[record + ChunkRecord.previous]) {
      const minTime = this.#floats[(record + ChunkRecord.minTime) >> 1];
      if (minTime + memory[record + ChunkRecord.duration] < minTimeMs) break;
      if (minTime <= maxTimeMs && ((visible - memory[record + ChunkRecord.start]) | 0) > 0)
        found.push(record);
    }
    return found;
  }

  #readClosed(
    record: number,
    visible: number,
    base: number,
    minTimeMs: number,
    maxTimeMs: number,
    into: SampleColumns,
  ): void {
    const memory = this.#memory;
    const bits = memory[record + ChunkRecord.bits];
    const count = Math.min(
      memory[record + ChunkRecord.count],
      (visible - memory[record + ChunkRecord.start]) | 0,
    );
    const blocks = Math.ceil(bits / BLOCK_BITS);
    this.#reserve(base + blocks * TAIL_WORDS + 2);
    const end = this.#copyBlocks(memory[record + ChunkRecord.firstBlock], blocks, base);
    this.#words[end] = 0;
    this.#words[end + 1] = 0;
    decodeXor(this.#words, base, bits, count, minTimeMs, maxTimeMs, into);
  }

  #reserve(words: number): void {
    if (this.#words.length >= words) return;
    const grown = new Int32Array(words * 2);
    grown.set(this.#words);
    this.#words = grown;
  }
}
