// Writes samples into open chunks. The bits of an open chunk are words with the first bit highest, in chunk
// order: full blocks of 15 words in the arena, then the tail inside the series' own record, which keeps the
// append within two cache lines. A sample never changes bits that are already there, so readers who know how
// many samples they may see can read along; only moving words (flush, cut) is fenced by the sequence word.
import { chunkEnd, Encoding, rangeEnd, SAMPLES_PER_CHUNK, XOR_BYTES_MAX } from '../chunk/encoding.ts';
import type { Arena } from './arena.ts';
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
/** Value of the leading field while a chunk has no window of meaningful bits. */
const NO_WINDOW = 63;
/** Chunks with fewer full blocks than this are surely shorter than XOR_BYTES_MAX. */
const BLOCKS_BEFORE_SIZE_CHECK = Math.floor(((XOR_BYTES_MAX - 2) * 8) / BLOCK_BITS);

export class ChunkWriter {
  readonly #records: Int32Array;
  readonly #times: Float64Array;
  readonly #chunkTimes: Float64Array;
  readonly #control: Int32Array;
  readonly #arena: Arena;
  readonly #memory: Int32Array;
  readonly #rangeMs: number;
  chunksCreated = 0;

  constructor(handle: HeadHandle, arena: Arena, rangeMs: number) {
    this.#records = new Int32Array(handle.buffers.series);
    this.#times = new Float64Array(handle.buffers.series);
    this.#chunkTimes = new Float64Array(handle.buffers.seriesChunkTimes);
    this.#control = new Int32Array(handle.buffers.control);
    this.#arena = arena;
    this.#memory = arena.words;
    this.#rangeMs = rangeMs;
  }

  /** Appends a float whose time is after the series' last. The arena has room (`Arena.hasRoomFor`). */
  appendFloat(slot: number, timeMs: number, low: number, high: number): void {
    const records = this.#records;
    const at = slot << SERIES_SHIFT;
    const total = records[at + Series.total];
    const count = (total - records[at + Series.chunkStart]) | 0;
    const delta = timeMs - this.#times[at >> 1];
    if (count === 0 || this.#mustCut(slot, at, count, delta))
      this.#startFloatChunk(slot, at, timeMs, low, high);
    else if (count === 1) this.#writeSecond(at, delta, low, high);
    else this.#writeLater(at, delta, low, high);
    this.#times[at >> 1] = timeMs;
    records[at + Series.lastLow] = low;
    records[at + Series.lastHigh] = high;
    records[at + Series.total] = total + 1;
  }

  /** Upstream's rules for beginning a new chunk; also sets when the chunk shall end once it is a quarter full. */
  #mustCut(slot: number, at: number, count: number, delta: number): boolean {
    const records = this.#records;
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
    const records = this.#records;
    const start = this.#chunkTimes[slot];
    const last = this.#times[at >> 1];
    let end = chunkEnd(start, last, last + records[at + Series.remaining]);
    // The first chunks of series that began together end at different times, so that the ones after do too.
    if (records[at + Series.chunkStart] === 0)
      end = start + Math.trunc(((end - start) * (64 + (slot & 63))) / 128);
    records[at + Series.remaining] = end - last;
  }

  #startFloatChunk(slot: number, at: number, timeMs: number, low: number, high: number): void {
    const records = this.#records;
    Atomics.add(records, at + Series.sequence, 1);
    this.#close(slot, at);
    this.#chunkTimes[slot] = timeMs;
    records[at + Series.chunkStart] = records[at + Series.total];
    records[at + Series.remaining] = rangeEnd(timeMs, this.#rangeMs) - timeMs;
    records[at + Series.lastDelta] = 0;
    Atomics.add(records, at + Series.sequence, 1);
    let pos = this.#putVarint(at, 0, timeMs);
    pos = this.#put(at, pos, high, 32);
    pos = this.#put(at, pos, low, 32);
    records[at + Series.packed] = pos | (NO_WINDOW << 10) | (Encoding.xor << 22);
    this.chunksCreated++;
    this.#control[Control.chunkCount]++;
  }

  #writeSecond(at: number, delta: number, low: number, high: number): void {
    const records = this.#records;
    let pos = records[at + Series.packed] & 0x3ff;
    let rest = delta;
    while (rest >= 0x80) {
      pos = this.#put(at, pos, (rest & 0x7f) | 0x80, 8);
      rest = Math.floor(rest / 128);
    }
    pos = this.#put(at, pos, rest, 8);
    records[at + Series.lastDelta] = delta;
    this.#writeValue(at, pos, low, high, 0, 0);
  }

  #writeLater(at: number, delta: number, low: number, high: number): void {
    const records = this.#records;
    const pos = records[at + Series.packed] & 0x3ff;
    const change = delta - records[at + Series.lastDelta];
    records[at + Series.lastDelta] = delta;
    if (change === 0) this.#writeValue(at, pos, low, high, 0, 1);
    else if (change >= -8191 && change <= 8192) {
      this.#writeValue(at, pos, low, high, 0x8000 | (change & 0x3fff), 16);
    } else if (change >= -65535 && change <= 65536) {
      this.#writeValue(at, pos, low, high, 0xc0000 | (change & 0x1ffff), 20);
    } else if (change >= -524287 && change <= 524288) {
      this.#writeValue(at, pos, low, high, 0xe00000 | (change & 0xfffff), 24);
    } else {
      let next = this.#put(at, pos, 15, 4);
      next = this.#put(at, next, Math.floor(change / 2 ** 32) | 0, 32);
      next = this.#put(at, next, change | 0, 32);
      this.#writeValue(at, next, low, high, 0, 0);
    }
  }

  /** Writes the `width` (at most 24) low bits of `bits`, then the value against the one before. */
  #writeValue(at: number, pos: number, low: number, high: number, bits: number, width: number): void {
    const records = this.#records;
    const packed = records[at + Series.packed];
    const xorLow = low ^ records[at + Series.lastLow];
    const xorHigh = high ^ records[at + Series.lastHigh];
    if ((xorLow | xorHigh) === 0) {
      pos = this.#put(at, pos, bits << 1, width + 1);
      records[at + Series.packed] = (packed & ~0x3ff) | pos;
      return;
    }
    let leading = xorHigh !== 0 ? Math.clz32(xorHigh) : 32 + Math.clz32(xorLow);
    let trailing = xorLow !== 0 ? 31 - Math.clz32(xorLow & -xorLow) : 63 - Math.clz32(xorHigh & -xorHigh);
    if (leading > 31) leading = 31;
    const oldLeading = (packed >>> 10) & 63;
    const oldTrailing = (packed >>> 16) & 63;
    let significant: number;
    if (oldLeading !== NO_WINDOW && leading >= oldLeading && trailing >= oldTrailing) {
      leading = oldLeading;
      trailing = oldTrailing;
      significant = 64 - leading - trailing;
      bits = (bits << 2) | 2;
      width += 2;
    } else {
      significant = 64 - leading - trailing;
      if (width > 19) {
        pos = this.#put(at, pos, bits, width);
        bits = 0;
        width = 0;
      }
      bits = (bits << 13) | 0x1800 | (leading << 6) | (significant & 63);
      width += 13;
    }
    let shiftedLow = xorLow;
    let shiftedHigh = xorHigh;
    if (trailing >= 32) {
      shiftedLow = xorHigh >>> (trailing - 32);
      shiftedHigh = 0;
    } else if (trailing > 0) {
      shiftedLow = (xorLow >>> trailing) | (xorHigh << (32 - trailing));
      shiftedHigh = xorHigh >>> trailing;
    }
    if (significant + width <= 32)
      pos = this.#put(at, pos, (bits << significant) | shiftedLow, width + significant);
    else {
      pos = this.#put(at, pos, bits, width);
      if (significant > 32) {
        pos = this.#put(at, pos, shiftedHigh, significant - 32);
        pos = this.#put(at, pos, shiftedLow, 32);
      } else pos = this.#put(at, pos, shiftedLow, significant);
    }
    records[at + Series.packed] = pos | (leading << 10) | (trailing << 16) | (Encoding.xor << 22);
  }

  /** A signed integer as zigzag varint, byte after byte. */
  #putVarint(at: number, pos: number, value: number): number {
    let rest = value >= 0 ? value * 2 : -value * 2 - 1;
    while (rest >= 0x80) {
      pos = this.#put(at, pos, (rest % 128) | 0x80, 8);
      rest = Math.floor(rest / 128);
    }
    return this.#put(at, pos, rest, 8);
  }

  /** Writes the `width` low bits of `value`, the others being 0, and returns the position after them. */
  #put(at: number, pos: number, value: number, width: number): number {
    const records = this.#records;
    const word = at + Series.tail + (pos >>> 5);
    const room = 32 - (pos & 31);
    if (width <= room) records[word] |= value << (room - width);
    else {
      const over = width - room;
      records[word] |= value >>> over;
      records[word + 1] = value << (32 - over);
    }
    pos += width;
    return pos >= BLOCK_BITS ? this.#flush(at, pos) : pos;
  }

  /** Moves the full words of the tail to a block. */
  #flush(at: number, pos: number): number {
    const records = this.#records;
    Atomics.add(records, at + Series.sequence, 1);
    this.#addBlock(at);
    const tail = at + Series.tail;
    records[tail] = records[tail + TAIL_WORDS];
    records.fill(0, tail + 1, tail + BLOCK_WORDS);
    records[at + Series.laneBlocks] += 0x10000;
    Atomics.add(records, at + Series.sequence, 1);
    return pos - BLOCK_BITS;
  }

  /** Copies the first 15 words of the tail to a new last block. */
  #addBlock(at: number): void {
    const records = this.#records;
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
    const records = this.#records;
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
    memory[record + ChunkRecord.duration] = this.#times[at >> 1] - this.#chunkTimes[slot];
    memory[record + ChunkRecord.bits] = blocks * BLOCK_BITS + (packed & 0x3ff);
    memory[record + ChunkRecord.firstBlock] = records[at + Series.firstBlock];
    memory[record + ChunkRecord.lastBlock] = records[at + Series.lastBlock];
    memory[record + ChunkRecord.file] = 0;
    records[at + Series.closed] = record;
    records[at + Series.firstBlock] = 0;
    records[at + Series.lastBlock] = 0;
    records[at + Series.laneBlocks] &= 0xffff;
    records.fill(0, at + Series.tail, at + Series.tail + BLOCK_WORDS);
  }
}
