// Reads the records of one segment. Damage is a typed error that says where; the end of a segment in the
// middle of a record (the process was killed while it wrote) is told apart, for it is no damage to what is
// before it.
import { closeSync, openSync, readSync } from 'node:fs';
import { CodedError } from '@prometheus-ts/model';
import { crc32c } from '../bytes/crc32c.ts';
import { Encoder } from '../bytes/encoder.ts';
import { decompressRecord } from './compression.ts';
import {
  FRAGMENT_HEADER_BYTES,
  Fragment,
  FragmentCompression,
  PAGE_BYTES,
  RECORD_BYTES_MAX,
} from './page.ts';

const COMPRESSED = FragmentCompression.snappy | FragmentCompression.zstd;
const PAGES_AT_ONCE = 16;

export class SegmentReader {
  readonly path: string;
  readonly segment: number;
  /** Where the record that `next` returned last ends: everything before it is good. */
  goodOffset = 0;
  /** Where that record begins. */
  recordOffset = 0;
  /** Set when the segment ended inside a record. */
  torn = false;
  readonly #descriptor: number;
  readonly #buffer = new Encoder(PAGES_AT_ONCE * PAGE_BYTES);
  readonly #raw = new Encoder(PAGE_BYTES);
  readonly #plain = new Encoder(PAGE_BYTES);
  /** File offset of the buffer's first byte, bytes in it, and where to go on. */
  #base = 0;
  #filled = 0;
  #at = 0;
  #opened = true;

  constructor(path: string, segment: number) {
    this.path = path;
    this.segment = segment;
    this.#descriptor = openSync(path, 'r');
  }

  /** The next record, valid until the next call; undefined at the end. Throws CodedError `wal-corrupt`. */
  next(): Uint8Array | undefined {
    this.#raw.clear();
    for (let fragments = 0; ; ) {
      const room = PAGE_BYTES - ((this.#base + this.#at) % PAGE_BYTES);
      if (room < FRAGMENT_HEADER_BYTES && !this.#skipPadding(room)) return this.#end(fragments);
      if (!this.#ensure(1)) return this.#end(fragments);
      const bytes = this.#buffer.bytes;
      const header = bytes[this.#at];
      const type = header & Fragment.mask;
      if (header > (Fragment.last | COMPRESSED)) throw this.#corrupt(`unknown fragment type ${header}`);
      if (header === Fragment.pageEnd) {
        if (!this.#skipPadding(PAGE_BYTES - ((this.#base + this.#at) % PAGE_BYTES)))
          return this.#end(fragments);
        continue;
      }
      if (!this.#ensure(FRAGMENT_HEADER_BYTES)) return this.#end(1);
      const length = this.#buffer.view.getUint16(this.#at + 1);
      const inPage = PAGE_BYTES - ((this.#base + this.#at) % PAGE_BYTES) - FRAGMENT_HEADER_BYTES;
      if (length > inPage) throw this.#corrupt(`a fragment of ${length} bytes does not fit into its page`);
      if (!this.#ensure(FRAGMENT_HEADER_BYTES + length)) return this.#end(1);
      const body = this.#at + FRAGMENT_HEADER_BYTES;
      const { view } = this.#buffer;
      const expected = view.getUint32(this.#at + 3);
      const found = crc32c(this.#buffer.bytes, view, body, body + length);
      if (found !== expected) {
        throw this.#corrupt(`unexpected checksum ${found.toString(16)}, expected ${expected.toString(16)}`);
      }
      const begins = type === Fragment.full || type === Fragment.first;
      if (begins !== (fragments === 0) || type > Fragment.last) {
        throw this.#corrupt(`a fragment of type ${type} is out of place`);
      }
      if (this.#raw.length + length > RECORD_BYTES_MAX) throw this.#corrupt('a record is too large');
      const data = this.#buffer.bytes.subarray(body, body + length);
      if (type !== Fragment.full) this.#raw.raw(data);
      this.#at = body + length;
      fragments++;
      if (type === Fragment.full || type === Fragment.last) {
        return this.#finish(header, type === Fragment.full ? data : this.#raw.written);
      }
    }
  }

  /** The error for damage in the content of the record that `next` returned last. */
  corruptRecord(reason: string): CodedError {
    this.goodOffset = this.recordOffset;
    return this.#corrupt(reason);
  }

  close(): void {
    if (this.#opened) closeSync(this.#descriptor);
    this.#opened = false;
  }

  #finish(header: number, data: Uint8Array): Uint8Array {
    let record = data;
    if (header & COMPRESSED) {
      try {
        decompressRecord(header, data, this.#plain);
      } catch (error) {
        if (error instanceof CodedError) throw this.#corrupt(error.message);
        throw error;
      }
      record = this.#plain.written;
    }
    this.recordOffset = this.goodOffset;
    this.goodOffset = this.#base + this.#at;
    return record;
  }

  #end(fragments: number): undefined {
    this.torn = fragments > 0;
    return undefined;
  }

  /** Steps over the zeros to the end of the page; false at the end of the file. */
  #skipPadding(length: number): boolean {
    const whole = this.#ensure(length);
    const end = whole ? this.#at + length : this.#filled;
    for (let k = this.#at; k < end; k++) {
      if (this.#buffer.bytes[k] !== 0) throw this.#corrupt('unexpected non-zero byte in padded page');
    }
    this.#at = end;
    return whole;
  }

  /** Whether `count` bytes, at most a page, are in the buffer from `#at` on; reads more if it must. */
  #ensure(count: number): boolean {
    if (this.#filled - this.#at >= count) return true;
    const { bytes } = this.#buffer;
    bytes.copyWithin(0, this.#at, this.#filled);
    this.#base += this.#at;
    this.#filled -= this.#at;
    this.#at = 0;
    while (this.#filled < count) {
      const read = readSync(
        this.#descriptor,
        bytes,
        this.#filled,
        bytes.length - this.#filled,
        this.#base + this.#filled,
      );
      if (read === 0) return false;
      this.#filled += read;
    }
    return true;
  }

  #corrupt(reason: string): CodedError {
    return new CodedError(
      'wal-corrupt',
      `corruption in segment ${this.path} at ${this.goodOffset}: ${reason}`,
      {
        place: { file: this.path, segment: this.segment, offset: this.goodOffset },
        hint: 'the log is cut back to this place; samples after it are lost',
      },
    );
  }
}
