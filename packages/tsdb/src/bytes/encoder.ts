// Writes binary formats into one growing buffer that is used again and again.
import { viewOf } from './crc32c.ts';

const text = new TextEncoder();

export class Encoder {
  bytes: Uint8Array<ArrayBuffer>;
  view: DataView;
  /** Bytes written since the last `clear`. */
  length = 0;

  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(capacity);
    this.view = viewOf(this.bytes);
  }

  clear(): void {
    this.length = 0;
  }

  /** What was written, of the same memory: valid until the next write. */
  get written(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.length);
  }

  /** Makes room for `more` bytes and returns where they go; the caller moves `length` itself. */
  reserve(more: number): number {
    const needed = this.length + more;
    if (needed > this.bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
      this.view = viewOf(grown);
    }
    return this.length;
  }

  u8(value: number): void {
    this.bytes[this.reserve(1)] = value;
    this.length += 1;
  }

  u16(value: number): void {
    this.view.setUint16(this.reserve(2), value);
    this.length += 2;
  }

  u32(value: number): void {
    const at = this.reserve(4);
    this.view.setUint32(at, value);
    this.length += 4;
  }

  /** A number up to ±2⁵³ as big-endian int64. */
  u64(value: number): void {
    const at = this.reserve(8);
    this.view.setInt32(at, Math.floor(value / 2 ** 32));
    this.view.setInt32(at + 4, value | 0);
    this.length += 8;
  }

  f64(value: number): void {
    const at = this.reserve(8);
    this.view.setFloat64(at, value);
    this.length += 8;
  }

  uvarint(value: number): void {
    let at = this.reserve(10);
    const bytes = this.bytes;
    while (value >= 0x80) {
      bytes[at++] = (value % 128) | 0x80;
      value = Math.floor(value / 128);
    }
    bytes[at++] = value;
    this.length = at;
  }

  /** A number up to ±2⁵² as zigzag varint. */
  varint(value: number): void {
    this.uvarint(value >= 0 ? value * 2 : -value * 2 - 1);
  }

  raw(source: Uint8Array): void {
    const at = this.reserve(source.length);
    this.bytes.set(source, at);
    this.length += source.length;
  }

  /** A string behind its length as varint. */
  string(value: string): void {
    const bytes = text.encode(value);
    this.uvarint(bytes.length);
    this.raw(bytes);
  }
}
