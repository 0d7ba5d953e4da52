// Builds one XOR chunk after the other outside of the head: for compaction, out-of-order samples and chunks
// that are cut to a time range.
import { viewOf } from '../bytes/crc32c.ts';
import { BLOCK_WORDS, SERIES_WORDS, Series } from '../head/layout.ts';
import { COUNT_BYTES } from './encoding.ts';
import { XorWriter } from './xor-writer.ts';

const BLOCK_BYTES = (BLOCK_WORDS - 1) * 4;

export class XorBuilder extends XorWriter {
  /** Samples in the chunk. */
  count = 0;
  minTimeMs = 0;
  maxTimeMs = 0;
  #bytes = new Uint8Array(1024);
  #view = viewOf(this.#bytes);
  /** Bytes of whole blocks behind the count. */
  #length = 0;

  constructor() {
    super(new ArrayBuffer(SERIES_WORDS * 4));
  }

  /** Begins an empty chunk. */
  clear(): void {
    this.records.fill(0);
    this.count = 0;
    this.#length = 0;
  }

  /** Appends a sample later than the last. */
  append(timeMs: number, low: number, high: number): void {
    const records = this.records;
    if (this.count === 0) {
      this.minTimeMs = timeMs;
      this.writeFirst(0, timeMs, low, high);
    } else if (this.count === 1) this.writeSecond(0, timeMs - this.maxTimeMs, low, high);
    else this.writeLater(0, timeMs - this.maxTimeMs, low, high);
    records[Series.lastLow] = low;
    records[Series.lastHigh] = high;
    this.maxTimeMs = timeMs;
    this.count++;
  }

  /** The length that `data` would have. */
  get sizeBytes(): number {
    return COUNT_BYTES + this.#length + (((this.records[Series.packed] & 0x3ff) + 7) >> 3);
  }

  /** The chunk's data, its count of samples first; valid until the next call of anything here. */
  data(): Uint8Array {
    const size = this.sizeBytes;
    this.#reserve(size + BLOCK_BYTES);
    this.#view.setUint16(0, this.count);
    this.#copyTail(BLOCK_WORDS);
    return this.#bytes.subarray(0, size);
  }

  protected takeBlock(at: number): void {
    this.#reserve(COUNT_BYTES + this.#length + 2 * BLOCK_BYTES);
    this.#copyTail(BLOCK_WORDS - 1);
    this.#length += BLOCK_BYTES;
    this.shiftTail(at);
  }

  #copyTail(words: number): void {
    const from = COUNT_BYTES + this.#length;
    for (let k = 0; k < words; k++) this.#view.setInt32(from + 4 * k, this.records[Series.tail + k]);
  }

  #reserve(size: number): void {
    const needed = size + BLOCK_WORDS * 4;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(needed * 2);
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = viewOf(grown);
  }
}
