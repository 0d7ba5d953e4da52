// Protobuf wire format into a growing buffer. A message inside another one is written first and then moved up to
// make room for its length, which is known only then.

export class ProtoWriter {
  #bytes = Buffer.alloc(4096);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A copy of what has been written; the writer is empty afterwards. */
  take(): Uint8Array {
    const bytes = new Uint8Array(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    return bytes;
  }

  /** An unsigned integer of up to 53 bits. */
  varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  unsignedField(field: number, value: number): void {
    this.varint(field * 8);
    this.varint(value);
  }

  /** An int64, negative ones in ten bytes of two's complement. */
  signedField(field: number, value: number): void {
    if (value >= 0) {
      this.unsignedField(field, value);
      return;
    }
    this.varint(field * 8);
    this.#reserve(10);
    let rest = BigInt.asUintN(64, BigInt(Math.trunc(value)));
    for (let i = 0; i < 9; i++, rest >>= 7n) this.#bytes[this.#length++] = Number(rest & 127n) | 128;
    this.#bytes[this.#length++] = Number(rest);
  }

  zigzag(value: number): void {
    this.varint(value < 0 ? -value * 2 - 1 : value * 2);
  }

  zigzagField(field: number, value: number): void {
    this.varint(field * 8);
    this.zigzag(value);
  }

  double(value: number): void {
    this.#reserve(8);
    this.#length = this.#bytes.writeDoubleLE(value, this.#length);
  }

  doubleField(field: number, value: number): void {
    this.varint(field * 8 + 1);
    this.double(value);
  }

  textField(field: number, text: string): void {
    const length = Buffer.byteLength(text);
    this.varint(field * 8 + 2);
    this.varint(length);
    this.#reserve(length);
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
  }

  messageField(field: number, write: () => void): void {
    this.varint(field * 8 + 2);
    this.delimited(write);
  }

  /** What `write` writes, behind its length. */
  delimited(write: () => void): void {
    const start = this.#length;
    write();
    const end = this.#length;
    this.varint(end - start);
    const prefix = this.#length - end;
    const length = Buffer.from(this.#bytes.subarray(end, this.#length));
    this.#bytes.copyWithin(start + prefix, start, end);
    length.copy(this.#bytes, start);
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const grown = Buffer.alloc(Math.max(this.#bytes.length * 2, this.#length + bytes));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
