// The one bounds-checked reader for every binary format. Errors stick: after the first one every read answers
// 0 or empty, and the caller looks at `error` once, at the end.
import { viewOf } from './crc32c.ts';

const text = new TextDecoder();

export class Decoder {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  /** Where the next read begins. */
  at = 0;
  end = 0;
  /** What went wrong first, '' while nothing has. */
  error = '';

  /** Begins to read `bytes` from `start` to `end`. They must stay as they are meanwhile. */
  reset(bytes: Uint8Array, start = 0, end = bytes.length): this {
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.view = viewOf(bytes);
    }
    this.at = start;
    this.end = end;
    this.error = '';
    return this;
  }

  get left(): number {
    return this.end - this.at;
  }

  /** Claims `length` bytes and returns where they begin, -1 when there are not as many. */
  take(length: number): number {
    if (this.error !== '' || length < 0 || length > this.end - this.at) {
      this.fail('the data ends too early');
      return -1;
    }
    const start = this.at;
    this.at += length;
    return start;
  }

  fail(reason: string): void {
    if (this.error === '') this.error = reason;
    this.at = this.end;
  }

  u8(): number {
    const at = this.take(1);
    return at < 0 ? 0 : this.bytes[at];
  }

  u16(): number {
    const at = this.take(2);
    return at < 0 ? 0 : this.view.getUint16(at);
  }

  u32(): number {
    const at = this.take(4);
    return at < 0 ? 0 : this.view.getUint32(at);
  }

  /** 32 bits as they are, for the halves of a float. */
  word(): number {
    const at = this.take(4);
    return at < 0 ? 0 : this.view.getInt32(at);
  }

  /** A big-endian uint64; fails above 2⁵³. */
  u64(): number {
    const at = this.take(8);
    if (at < 0) return 0;
    return this.#safe(this.view.getUint32(at) * 2 ** 32 + this.view.getUint32(at + 4));
  }

  /** A big-endian int64; fails beyond ±2⁵³. */
  i64(): number {
    const at = this.take(8);
    if (at < 0) return 0;
    return this.#safe(this.view.getInt32(at) * 2 ** 32 + this.view.getUint32(at + 4));
  }

  f64(): number {
    const at = this.take(8);
    return at < 0 ? 0 : this.view.getFloat64(at);
  }

  /** A uint64 as varint; fails above 2⁵³. */
  uvarint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 10; i++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return this.#safe(value);
      scale *= 128;
    }
    this.fail('a varint has no end');
    return 0;
  }

  /** An int64 as zigzag varint. Within ±2⁵² every value is exact; int64's own ends come as ±2⁶³. */
  varint(): number {
    let low = 0;
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 10; i++) {
      const byte = this.u8();
      if (i === 0) low = byte & 1;
      value += (i === 0 ? (byte & 0x7f) >> 1 : byte & 0x7f) * scale;
      if (byte < 0x80) return low === 0 ? value : -value - 1;
      scale *= i === 0 ? 64 : 128;
    }
    this.fail('a varint has no end');
    return 0;
  }

  /** A view of the next `length` bytes, of the same memory. */
  slice(length: number): Uint8Array {
    const at = this.take(length);
    return at < 0 ? new Uint8Array(0) : this.bytes.subarray(at, at + length);
  }

  /** A string behind its length as varint. */
  string(): string {
    const length = this.uvarint();
    const at = this.take(length);
    return at < 0 ? '' : text.decode(this.bytes.subarray(at, at + length));
  }

  #safe(value: number): number {
    if (Number.isSafeInteger(value)) return value;
    this.fail('a number is larger than 2^53');
    return 0;
  }
}
