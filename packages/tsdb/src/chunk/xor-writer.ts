// Writes XOR chunks bit by bit. State and tail lie in a record of an Int32Array whose words head/layout.ts
// names (Series): the head uses its series records, everybody else one record of its own. Bits are words with
// the first bit highest; when 15 words are full the subclass takes them away. Sample values come as two words,
// so that NaN payloads survive.
import { BLOCK_BITS, BLOCK_WORDS, Series } from '../head/layout.ts';
import { Encoding } from './encoding.ts';

/** Value of the leading field while a chunk has no window of meaningful bits. */
const NO_WINDOW = 63;

export abstract class XorWriter {
  protected readonly records: Int32Array;
  /** The memory of `records` as floats. */
  protected readonly times: Float64Array;

  constructor(buffer: ArrayBufferLike) {
    this.records = new Int32Array(buffer);
    this.times = new Float64Array(buffer);
  }

  /** Takes away the first 15 words of the tail of the record at `at`. */
  protected abstract takeBlock(at: number): void;

  /** Writes the first sample of a chunk; the tail is empty. */
  protected writeFirst(at: number, timeMs: number, low: number, high: number): void {
    const records = this.records;
    records[at + Series.lastDelta] = 0;
    let pos = this.#putVarint(at, 0, timeMs);
    pos = this.#put(at, pos, high, 32);
    pos = this.#put(at, pos, low, 32);
    records[at + Series.packed] = pos | (NO_WINDOW << 10) | (Encoding.xor << 22);
  }

  /** Writes the second sample of a chunk. */
  protected writeSecond(at: number, delta: number, low: number, high: number): void {
    const records = this.records;
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

  /** Writes a sample after the second. */
  protected writeLater(at: number, delta: number, low: number, high: number): void {
    const records = this.records;
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
    const records = this.records;
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
    const records = this.records;
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

  /** Moves the full words of the tail out of the way. */
  #flush(at: number, pos: number): number {
    this.takeBlock(at);
    return pos - BLOCK_BITS;
  }

  /** After the first 15 words of the tail went elsewhere: the 16th moves to the front, the others are cleared. */
  protected shiftTail(at: number): void {
    const tail = at + Series.tail;
    this.records[tail] = this.records[tail + BLOCK_WORDS - 1];
    this.records.fill(0, tail + 1, tail + BLOCK_WORDS);
  }
}
