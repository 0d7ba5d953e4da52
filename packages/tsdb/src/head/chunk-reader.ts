// Reads samples out of the head's chunks while the owner writes. The open chunk is copied under the series'
// sequence word; closed chunks do not change, and what they occupy is not reused while the reader is pinned.

import { join } from 'node:path';
import { SampleColumns } from '@prometheus-ts/model';
import { dropDeleted, type Interval } from '../block/intervals.ts';
import { viewOf } from '../bytes/crc32c.ts';
import { ChunkEncoder, type ChunkSink } from '../chunk/encoder.ts';
import { COUNT_BYTES } from '../chunk/encoding.ts';
import { decodeXor, loadWords } from '../chunk/xor-decoder.ts';
import { HEAD_CHUNKS_FOLDER } from '../filenames.ts';
import { mergeColumns } from '../query/merge.ts';
import { ChunkFileReader } from './chunk-file-reader.ts';
import { HeadTombstones } from './head-tombstones.ts';
import { LateReader } from './late-samples.ts';
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
  readonly #files: ChunkFileReader;
  readonly #late: LateReader;
  readonly #tombstones: HeadTombstones;
  /** What #snapshot found: the open chunk's words, blocks and first ordinal, the newest closed chunk. */
  #open: Int32Array = new Int32Array(1024);
  #openBlocks = 0;
  #openStart = 0;
  #newest = 0;
  #words: Int32Array = new Int32Array(1024);
  readonly #closed: number[] = [];
  readonly #columns = new SampleColumns();
  readonly #scratch = new SampleColumns();
  readonly #encoder = new ChunkEncoder();

  /** @param slot the reader slot whose pin protects this reader */
  constructor(handle: HeadHandle, slot: number) {
    this.#control = new Int32Array(handle.buffers.control);
    this.#records = new Int32Array(handle.buffers.series);
    this.#memory = new Int32Array(handle.buffers.arena);
    this.#floats = new Float64Array(handle.buffers.arena);
    this.#chunkTimes = new Float64Array(handle.buffers.seriesChunkTimes);
    this.#slot = slot;
    this.#late = new LateReader(handle);
    this.#tombstones = new HeadTombstones(handle);
    this.#files = new ChunkFileReader(join(handle.folder, HEAD_CHUNKS_FOLDER));
  }

  /**
   * Fills `into`, which is empty, with the first `visible` samples of the series and its late ones, as far as
   * they lie in the time range and are not deleted.
   */
  read(slot: number, visible: number, minTimeMs: number, maxTimeMs: number, into: SampleColumns): void {
    this.#snapshot(slot, visible);
    const closed = this.#closedChunks(visible, minTimeMs, maxTimeMs);
    for (let i = closed.length - 1; i >= 0; i--)
      this.#readClosed(closed[i], visible, minTimeMs, maxTimeMs, into);
    this.#readOpen(visible, minTimeMs, maxTimeMs, into);
    if (this.#late.has(slot)) {
      this.#columns.clear();
      this.#late.read(slot, minTimeMs, maxTimeMs, this.#columns);
      mergeColumns(into, this.#columns, this.#scratch);
    }
    const deleted = this.#tombstones.get(slot);
    if (deleted.length > 0) dropDeleted(deleted, 0, into);
  }

  /**
   * Calls back with the chunks of a series that hold samples in the time range, oldest first, as files have
   * them. Samples outside of the range, late ones, deleted ones and those that are not visible are left out.
   */
  export(slot: number, visible: number, minTimeMs: number, maxTimeMs: number, sink: ChunkSink): void {
    this.#snapshot(slot, visible);
    const memory = this.#memory;
    const deleted = this.#tombstones.get(slot);
    const closed = this.#closedChunks(visible, minTimeMs, maxTimeMs).slice();
    for (let i = closed.length - 1; i >= 0; i--) {
      const record = closed[i];
      const minTime = this.#floats[(record + ChunkRecord.minTime) >> 1];
      const maxTime = minTime + memory[record + ChunkRecord.duration];
      const whole =
        ((visible - memory[record + ChunkRecord.start]) | 0) >= memory[record + ChunkRecord.count];
      if (whole && deleted.length === 0 && minTime >= minTimeMs && maxTime <= maxTimeMs) {
        sink(memory[record + ChunkRecord.encoding], minTime, maxTime, this.#closedBytes(record));
        continue;
      }
      this.#columns.clear();
      this.#readClosed(record, visible, minTimeMs, maxTimeMs, this.#columns);
      this.#rebuild(deleted, sink);
    }
    this.#columns.clear();
    this.#readOpen(visible, minTimeMs, maxTimeMs, this.#columns);
    this.#rebuild(deleted, sink);
  }

  close(): void {
    this.#files.close();
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

  /** Fixes the state of a series: its closed chunks, and a copy of the open one as far as it is visible. */
  #snapshot(slot: number, visible: number): void {
    const at = slot << SERIES_SHIFT;
    const records = this.#records;
    for (;;) {
      const sequence = Atomics.load(records, at + Series.sequence);
      if (sequence & 1) continue;
      this.#openStart = records[at + Series.chunkStart];
      this.#openBlocks = records[at + Series.laneBlocks] >>> 16;
      this.#newest = records[at + Series.closed];
      if (((visible - this.#openStart) | 0) > 0) this.#copyOpen(at);
      readFence(this.#control, this.#slot);
      if (Atomics.load(records, at + Series.sequence) === sequence) return;
    }
  }

  #copyOpen(at: number): void {
    const records = this.#records;
    const blocks = this.#openBlocks;
    this.#open = reserve(this.#open, (blocks + 1) * BLOCK_WORDS + 2);
    const words = this.#open;
    let to = this.#copyBlocks(records[at + Series.firstBlock], blocks, words);
    const tail = at + Series.tail;
    for (let k = 0; k < BLOCK_WORDS; k++) words[to++] = records[tail + k];
    words[to] = 0;
    words[to + 1] = 0;
  }

  #readOpen(visible: number, minTimeMs: number, maxTimeMs: number, into: SampleColumns): void {
    const count = (visible - this.#openStart) | 0;
    // The stream ends somewhere in the tail; it is our own memory, so a bound is enough.
    const bits = this.#openBlocks * BLOCK_BITS + BLOCK_WORDS * 32;
    if (count > 0) decodeXor(this.#open, 0, bits, count, minTimeMs, maxTimeMs, into);
  }

  /** Copies up to `blocks` blocks and returns where they end. */
  #copyBlocks(first: number, blocks: number, words: Int32Array): number {
    const memory = this.#memory;
    let to = 0;
    let block = first;
    for (let b = 0; b < blocks && block !== 0; b++) {
      for (let k = 1; k <= TAIL_WORDS; k++) words[to++] = memory[block + k];
      block = memory[block];
    }
    return to;
  }

  /** Records of the closed chunks with visible samples in the time range, the newest first. */
  #closedChunks(visible: number, minTimeMs: number, maxTimeMs: number): number[] {
    const memory = this.#memory;
    const found = this.#closed;
    found.length = 0;
    for (let record = this.#newest; record !== 0; record = memory[record + ChunkRecord.previous]) {
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
    minTimeMs: number,
    maxTimeMs: number,
    into: SampleColumns,
  ): void {
    const memory = this.#memory;
    const bits = this.#copyClosed(record);
    const count = Math.min(
      memory[record + ChunkRecord.count],
      (visible - memory[record + ChunkRecord.start]) | 0,
    );
    decodeXor(this.#words, 0, bits, count, minTimeMs, maxTimeMs, into);
  }

  /** Copies a closed chunk to #words, from memory or its file, and returns its length in bits. */
  #copyClosed(record: number): number {
    const memory = this.#memory;
    const bits = memory[record + ChunkRecord.bits];
    const first = Atomics.load(memory, record + ChunkRecord.firstBlock);
    if (first === 0) {
      const bytes = (bits + 7) >> 3;
      const { file, fileOffset } = ChunkRecord;
      const data = this.#files.read(memory[record + file], memory[record + fileOffset], COUNT_BYTES + bytes);
      this.#words = loadWords(data.view, data.at + COUNT_BYTES, bytes, this.#words);
      return bits;
    }
    const blocks = Math.ceil(bits / BLOCK_BITS);
    this.#words = reserve(this.#words, blocks * TAIL_WORDS + 2);
    const end = this.#copyBlocks(first, blocks, this.#words);
    this.#words[end] = 0;
    this.#words[end + 1] = 0;
    return bits;
  }

  /** A closed chunk as files have it. */
  #closedBytes(record: number): Uint8Array {
    const bits = this.#copyClosed(record);
    const length = COUNT_BYTES + ((bits + 7) >> 3);
    const bytes = new Uint8Array(length + 4);
    const view = viewOf(bytes);
    view.setUint16(0, this.#memory[record + ChunkRecord.count]);
    for (let k = 0; COUNT_BYTES + 4 * k < length; k++) view.setInt32(COUNT_BYTES + 4 * k, this.#words[k]);
    return bytes.subarray(0, length);
  }

  /** Hands #columns to the sink as a chunk, if there is anything in them. */
  #rebuild(deleted: readonly Interval[], sink: ChunkSink): void {
    if (deleted.length > 0) dropDeleted(deleted, 0, this.#columns);
    if (this.#columns.length > 0) this.#encoder.encode(this.#columns, Infinity, sink);
  }
}

function reserve(words: Int32Array, length: number): Int32Array {
  return words.length >= length ? words : new Int32Array(length * 2);
}
