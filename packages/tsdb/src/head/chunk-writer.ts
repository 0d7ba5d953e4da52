// Writes samples into open chunks. The bits of an open chunk are words with the first bit highest, in chunk
// order: full blocks of 15 words in the arena, then the tail inside the series' own record, which keeps the
// append within two cache lines. A sample never changes bits that are already there, so readers who know how
// many samples they may see can read along; only moving words (flush, cut) is fenced by the sequence word.
import {
  COUNT_BYTES,
  chunkEnd,
  Encoding,
  rangeEnd,
  SAMPLES_PER_CHUNK,
  XOR_BYTES_MAX,
} from '../chunk/encoding.ts';
import { XorWriter } from '../chunk/xor-writer.ts';
import type { Arena } from './arena.ts';
import type { FiledChunk } from './chunk-file-reader.ts';
import type { ChunkFiles } from './chunk-files.ts';
import {
  BLOCK_BITS,
  BLOCK_WORDS,
  CHUNK_RECORD_WORDS,
  ChunkRecord,
  Control,
  type HeadHandle,
  SERIES_SHIFT,
  Series,
} from './layout.ts';

const TAIL_WORDS = BLOCK_WORDS - 1;
/** Chunks with fewer full blocks than this are surely shorter than XOR_BYTES_MAX. */
const BLOCKS_BEFORE_SIZE_CHECK = Math.floor(((XOR_BYTES_MAX - 2) * 8) / BLOCK_BITS);

export class ChunkWriter extends XorWriter {
  readonly #chunkTimes: Float64Array;
  readonly #control: Int32Array;
  readonly #arena: Arena;
  readonly #memory: Int32Array;
  readonly #rangeMs: number;
  chunksCreated = 0;
  /** Where closed chunks go; without it they stay in memory. */
  files: ChunkFiles | undefined;

  constructor(handle: HeadHandle, arena: Arena, rangeMs: number) {
    super(handle.buffers.series);
    this.#chunkTimes = new Float64Array(handle.buffers.seriesChunkTimes);
    this.#control = new Int32Array(handle.buffers.control);
    this.#arena = arena;
    this.#memory = arena.words;
    this.#rangeMs = rangeMs;
  }

  /** Appends a float whose time is after the series' last. The arena has room (`Arena.hasRoomFor`). */
  appendFloat(slot: number, timeMs: number, low: number, high: number): void {
    const records = this.records;
    const at = slot << SERIES_SHIFT;
    const total = records[at + Series.total];
    const count = (total - records[at + Series.chunkStart]) | 0;
    const delta = timeMs - this.times[at >> 1];
    if (count === 0 || this.#mustCut(slot, at, count, delta))
      this.#startFloatChunk(slot, at, timeMs, low, high);
    else {
      // Shorter than a chunk may be, so it fits an integer.
      const step = delta | 0;
      records[at + Series.remaining] -= step;
      if (count === 1) this.writeSecond(at, step, low, high);
      else this.writeLater(at, step, low, high);
    }
    this.times[at >> 1] = timeMs;
    records[at + Series.lastLow] = low;
    records[at + Series.lastHigh] = high;
    records[at + Series.total] = total + 1;
  }

  /** Upstream's rules for beginning a new chunk; also sets when the chunk shall end once it is a quarter full. */
  #mustCut(slot: number, at: number, count: number, delta: number): boolean {
    const records = this.records;
    const packed = records[at + Series.packed];
    if (packed >>> 22 !== Encoding.xor) return true;
    const blocks = records[at + Series.laneBlocks] >>> 16;
    if (blocks >= BLOCKS_BEFORE_SIZE_CHECK) {
      if (2 + ((blocks * BLOCK_BITS + (packed & 0x3ff) + 7) >> 3) > XOR_BYTES_MAX) return true;
    }
    if (count === SAMPLES_PER_CHUNK / 4) this.#planEnd(slot, at);
    return delta >= records[at + Series.remaining] || count >= SAMPLES_PER_CHUNK * 2;
  }

  #planEnd(slot: number, at: number): void {
    const records = this.records;
    const start = this.#chunkTimes[slot];
    const last = this.times[at >> 1];
    const latest = last + records[at + Series.remaining];
    let end = chunkEnd(start, last, latest);
    // The first chunks of series that began together end at different times, so that the ones after do too.
    if (end < latest && records[at + Series.chunkStart] === 0) {
      end = start + Math.trunc(((end - start) * (64 + (slot & 63))) / 128);
    }
    records[at + Series.remaining] = end - last;
  }

  #startFloatChunk(slot: number, at: number, timeMs: number, low: number, high: number): void {
    const records = this.records;
    Atomics.add(records, at + Series.sequence, 1);
    this.#close(slot, at);
    this.#chunkTimes[slot] = timeMs;
    records[at + Series.chunkStart] = records[at + Series.total];
    records[at + Series.remaining] = rangeEnd(timeMs, this.#rangeMs) - timeMs;
    Atomics.add(records, at + Series.sequence, 1);
    this.writeFirst(at, timeMs, low, high);
    this.chunksCreated++;
    this.#control[Control.chunkCount]++;
  }

  /** Makes a chunk of a file the newest of a series whose open chunk is empty. */
  attach(slot: number, chunk: FiledChunk): void {
    const records = this.records;
    const memory = this.#memory;
    const at = slot << SERIES_SHIFT;
    const record = this.#arena.allocate(CHUNK_RECORD_WORDS);
    memory.fill(0, record, record + CHUNK_RECORD_WORDS);
    memory[record + ChunkRecord.previous] = records[at + Series.closed];
    memory[record + ChunkRecord.start] = records[at + Series.total];
    memory[record + ChunkRecord.count] = chunk.count;
    memory[record + ChunkRecord.encoding] = chunk.encoding;
    this.#arena.floats[(record + ChunkRecord.minTime) >> 1] = chunk.minTimeMs;
    memory[record + ChunkRecord.duration] = chunk.maxTimeMs - chunk.minTimeMs;
    memory[record + ChunkRecord.bits] = (chunk.length - COUNT_BYTES) * 8;
    memory[record + ChunkRecord.fileOffset] = chunk.offset;
    memory[record + ChunkRecord.file] = chunk.file;
    records[at + Series.closed] = record;
    records[at + Series.total] += chunk.count;
    records[at + Series.chunkStart] = records[at + Series.total];
    this.times[at >> 1] = chunk.maxTimeMs;
    this.#chunkTimes[slot] = chunk.maxTimeMs;
    this.#control[Control.chunkCount]++;
  }

  protected takeBlock(at: number): void {
    const records = this.records;
    Atomics.add(records, at + Series.sequence, 1);
    this.#addBlock(at);
    this.shiftTail(at);
    records[at + Series.laneBlocks] += 0x10000;
    Atomics.add(records, at + Series.sequence, 1);
  }

  /** Copies the first 15 words of the tail to a new last block. */
  #addBlock(at: number): void {
    const records = this.records;
    const memory = this.#memory;
    const block = this.#arena.allocate(BLOCK_WORDS);
    const tail = at + Series.tail;
    memory[block] = 0;
    for (let k = 0; k < TAIL_WORDS; k++) memory[block + 1 + k] = records[tail + k];
    if (records[at + Series.firstBlock] === 0) records[at + Series.firstBlock] = block;
    else memory[records[at + Series.lastBlock]] = block;
    records[at + Series.lastBlock] = block;
  }

  /** Makes the open chunk, if there is one, the newest closed chunk. Within the sequence fence. */
  #close(slot: number, at: number): void {
    const records = this.records;
    const count = (records[at + Series.total] - records[at + Series.chunkStart]) | 0;
    if (count === 0) return;
    const memory = this.#memory;
    const packed = records[at + Series.packed];
    const blocks = records[at + Series.laneBlocks] >>> 16;
    if ((packed & 0x3ff) > 0) this.#addBlock(at);
    const record = this.#arena.allocate(CHUNK_RECORD_WORDS);
    memory[record + ChunkRecord.previous] = records[at + Series.closed];
    memory[record + ChunkRecord.start] = records[at + Series.chunkStart];
    memory[record + ChunkRecord.count] = count;
    memory[record + ChunkRecord.encoding] = packed >>> 22;
    this.#arena.floats[(record + ChunkRecord.minTime) >> 1] = this.#chunkTimes[slot];
    memory[record + ChunkRecord.duration] = this.times[at >> 1] - this.#chunkTimes[slot];
    memory[record + ChunkRecord.bits] = blocks * BLOCK_BITS + (packed & 0x3ff);
    memory[record + ChunkRecord.firstBlock] = records[at + Series.firstBlock];
    memory[record + ChunkRecord.lastBlock] = records[at + Series.lastBlock];
    memory[record + ChunkRecord.file] = 0;
    memory[record + ChunkRecord.ticket] = 0;
    records[at + Series.closed] = record;
    records[at + Series.firstBlock] = 0;
    records[at + Series.lastBlock] = 0;
    records[at + Series.laneBlocks] &= 0xffff;
    records.fill(0, at + Series.tail, at + Series.tail + BLOCK_WORDS);
    this.files?.add(slot, record);
  }
}
