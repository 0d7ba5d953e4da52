// Protobuf wire format over bytes, every read bounds-checked. The first error sticks: reads after it answer
// zeros, and `error` says what it was, so that decoders check once a message.

export const WireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

export class ProtoReader {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  at = 0;
  end = 0;
  /** '' while all is well. */
  error = '';
  /** Field number and wire type of the last tag. */
  field = 0;
  wireType = 0;
  /** Bounds of the last length-delimited field. */
  start = 0;
  stop = 0;

  /** Reads `bytes[at … end-1]` from now on. */
  reset(bytes: Uint8Array, view: DataView, at: number, end: number): void {
    this.bytes = bytes;
    this.view = view;
    this.at = at;
    this.end = end;
    this.error = '';
  }

  fail(error: string): void {
    if (this.error === '') this.error = error;
    this.at = this.end;
  }

  /** Reads the next tag; false at the end or after an error. */
  next(): boolean {
    if (this.at >= this.end) return false;
    const tag = this.varint();
    this.field = Math.floor(tag / 8);
    this.wireType = tag % 8;
    if (this.error === '' && this.field === 0) this.fail(`proto: illegal tag 0 (wire type ${this.wireType})`);
    return this.error === '';
  }

  /** An unsigned varint; beyond 2^53 the last bits are lost. */
  varint(): number {
    let value = 0;
    let scale = 1;
    for (let length = 1; length <= 10; length++) {
      if (this.at >= this.end) {
        this.fail('unexpected EOF');
        return 0;
      }
      const byte = this.bytes[this.at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    this.fail('proto: integer overflow');
    return 0;
  }

  /** An int64 in two's complement; exact within 2^53. */
  signed(): number {
    const start = this.at;
    const value = this.varint();
    // Only negative numbers take ten bytes; the last seven bits lose nothing when counted from the top.
    return this.at - start === 10 ? this.#negative(start) : value;
  }

  #negative(start: number): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 9; i++) {
      value += (~this.bytes[start + i]! & 0x7f) * scale;
      scale *= 128;
    }
    return -value - 1;
  }

  /** A zigzag-coded sint64 or sint32; exact within 2^53. */
  zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** Offset of a double; -1 after an error. */
  double(): number {
    const at = this.at;
    if (at + 8 > this.end) {
      this.fail('unexpected EOF');
      return -1;
    }
    this.at = at + 8;
    return at;
  }

  /** Moves over a length-delimited field and leaves its bounds in `start` and `stop`. */
  message(): void {
    const length = this.varint();
    if (length > this.end - this.at) {
      this.fail('unexpected EOF');
      this.start = this.stop = this.end;
      return;
    }
    this.start = this.at;
    this.stop = this.at += length;
  }

  /** Whether the field that was announced has this wire type; records the error where not. */
  is(wireType: number): boolean {
    if (this.wireType === wireType) return true;
    this.fail(`proto: wrong wireType = ${this.wireType} for field ${this.field}`);
    return false;
  }

  /** Moves over a field that nobody asked for. */
  skip(): void {
    switch (this.wireType) {
      case WireType.varint:
        this.varint();
        break;
      case WireType.fixed64:
        this.double();
        break;
      case WireType.bytes:
        this.message();
        break;
      case WireType.fixed32:
        if (this.at + 4 > this.end) this.fail('unexpected EOF');
        else this.at += 4;
        break;
      default:
        this.fail(`proto: illegal wireType ${this.wireType}`);
    }
  }
}
