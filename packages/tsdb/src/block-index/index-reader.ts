// Reads an index: label pairs to lists of series, series to labels and chunks. Opening reads the table of
// contents only; the tables are loaded when they are first needed.
import { LabelSet } from '@prometheus-ts/model';
import { crc32c } from '../bytes/crc32c.ts';
import { Decoder } from '../bytes/decoder.ts';
import type { PageCache } from '../fs/page-cache.ts';
import { RandomAccessFile } from '../fs/random-access-file.ts';
import { PostingsTable } from './postings-table.ts';
import { SymbolTable } from './symbol-table.ts';
import { indexCorrupt, readToc, SERIES_ALIGNMENT, type Toc } from './toc.ts';

/** The chunks of a series: parallel columns in time order, used again from series to series. */
export class ChunkList {
  minTimes = new Float64Array(16);
  maxTimes = new Float64Array(16);
  /** Number of the segment file, and the offset in it. */
  segments = new Int32Array(16);
  offsets = new Float64Array(16);
  length = 0;

  add(minTimeMs: number, maxTimeMs: number, segment: number, offset: number): void {
    const at = this.length++;
    if (at === this.minTimes.length) this.#grow();
    this.minTimes[at] = minTimeMs;
    this.maxTimes[at] = maxTimeMs;
    this.segments[at] = segment;
    this.offsets[at] = offset;
  }

  #grow(): void {
    const { minTimes, maxTimes, segments, offsets } = this;
    const length = minTimes.length * 2;
    (this.minTimes = new Float64Array(length)).set(minTimes);
    (this.maxTimes = new Float64Array(length)).set(maxTimes);
    (this.segments = new Int32Array(length)).set(segments);
    (this.offsets = new Float64Array(length)).set(offsets);
  }
}

const LENGTH_BYTES = 5;

export class IndexReader {
  readonly #file: RandomAccessFile;
  readonly #toc: Toc;
  readonly #input = new Decoder();
  #symbols: SymbolTable | undefined;
  #postings: PostingsTable | undefined;

  /** Throws CodedError `block-corrupt`. */
  constructor(path: string, cache: PageCache) {
    this.#file = new RandomAccessFile(path, cache);
    try {
      this.#toc = readToc(this.#file);
    } catch (error) {
      this.#file.close();
      throw error;
    }
  }

  get sizeBytes(): number {
    return this.#file.size;
  }

  get symbols(): SymbolTable {
    this.#symbols ??= new SymbolTable(this.#file, this.#toc);
    return this.#symbols;
  }

  get table(): PostingsTable {
    this.#postings ??= new PostingsTable(this.#file, this.#toc);
    return this.#postings;
  }

  /** The series with a pair, ascending; `('', '')` has all. Throws CodedError `block-corrupt`. */
  series(name: string, value: string): Uint32Array {
    const offset = this.table.find(name, value);
    return offset === 0 ? new Uint32Array(0) : this.list(offset);
  }

  /** The list of series at an offset that the postings table gave. Throws CodedError `block-corrupt`. */
  list(offset: number): Uint32Array {
    const input = this.#file.read(offset, 4, this.#input);
    const length = input.u32();
    this.#file.read(offset + 4, length + 4, input);
    const { view, at } = input;
    if (
      input.left < length + 4 ||
      crc32c(input.bytes, view, at, at + length) !== view.getUint32(at + length)
    ) {
      throw indexCorrupt(this.#file, offset, 'checksum mismatch in a postings list');
    }
    const count = input.u32();
    if (count * 4 > length - 4) throw indexCorrupt(this.#file, offset, 'a postings list is too long');
    const list = new Uint32Array(count);
    for (let i = 0; i < count; i++) list[i] = view.getUint32(at + 4 + 4 * i);
    return list;
  }

  /** The labels of a series. Throws CodedError `block-corrupt`. */
  labels(series: number): LabelSet {
    const input = this.#entry(series);
    const count = input.uvarint();
    const refs: number[] = [];
    for (let k = 0; k < count * 2 && input.error === ''; k++) refs.push(input.uvarint());
    this.#requireGood(input, series);
    return new LabelSet(refs.map((ref) => this.symbols.get(ref)));
  }

  /** Replaces the content of `chunks` by the chunks of a series. Throws CodedError `block-corrupt`. */
  chunks(series: number, chunks: ChunkList): void {
    chunks.length = 0;
    const input = this.#entry(series);
    for (let k = input.uvarint() * 2; k > 0 && input.error === ''; k--) input.uvarint();
    const count = input.uvarint();
    let maxTime = 0;
    let segment = 0;
    let offset = 0;
    for (let k = 0; k < count && input.error === ''; k++) {
      const minTime = k === 0 ? input.varint() : maxTime + input.uvarint();
      maxTime = minTime + input.uvarint();
      const moved = k === 0 ? input.uvarint() : input.varint();
      const place = segment * 2 ** 32 + offset + moved;
      segment = Math.floor(place / 2 ** 32);
      offset = place - segment * 2 ** 32;
      chunks.add(minTime, maxTime, segment, offset);
    }
    this.#requireGood(input, series);
  }

  close(): void {
    this.#file.close();
  }

  /** A decoder over the entry of a series, its checksum verified. */
  #entry(series: number): Decoder {
    const offset = this.#toc.version === 1 ? series : series * SERIES_ALIGNMENT;
    const input = this.#file.read(offset, LENGTH_BYTES, this.#input);
    const before = input.at;
    const length = input.uvarint();
    const start = offset + input.at - before;
    this.#file.read(start, length + 4, input);
    const end = input.at + length;
    if (input.left < length + 4)
      throw indexCorrupt(this.#file, offset, `series ${series} ends after the file`);
    if (!this.#file.isChecked(start)) {
      if (crc32c(input.bytes, input.view, input.at, end) !== input.view.getUint32(end)) {
        throw indexCorrupt(this.#file, offset, `checksum mismatch in series ${series}`);
      }
      this.#file.markChecked(start);
    }
    input.end = end;
    return input;
  }

  #requireGood(input: Decoder, series: number): void {
    if (input.error !== '') throw indexCorrupt(this.#file, series, `series ${series}: ${input.error}`);
  }
}
