// The D-Bus wire format, little endian: every value is padded to its own alignment, counted from the start of the
// message (https://dbus.freedesktop.org/doc/dbus-specification.html). What we send is strings; what we read is all
// but file descriptors.
import { CodedError } from '@prometheus-ts/model';

/** Integers of 64 bits are bigint; structures, arrays and dictionaries are arrays; a variant is its value. */
export type DbusValue = string | number | bigint | boolean | readonly DbusValue[];

/** Collects bytes with alignment. */
export class DbusWriter {
  readonly #parts: Buffer[] = [];
  length = 0;

  align(to: number): void {
    const pad = (to - (this.length % to)) % to;
    if (pad > 0) this.#push(Buffer.alloc(pad));
  }

  byte(value: number): void {
    this.#push(Buffer.from([value]));
  }

  uint32(value: number): void {
    this.align(4);
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    this.#push(bytes);
  }

  string(value: string): void {
    const bytes = Buffer.from(`${value}\0`);
    this.uint32(bytes.length - 1);
    this.#push(bytes);
  }

  signature(value: string): void {
    this.byte(value.length);
    this.#push(Buffer.from(`${value}\0`));
  }

  /** A variant that holds one string-like value of the given type, `s`, `o` or `g`. */
  variant(type: string, value: string): void {
    this.signature(type);
    if (type === 'g') this.signature(value);
    else this.string(value);
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }

  #push(bytes: Buffer): void {
    this.#parts.push(bytes);
    this.length += bytes.length;
  }
}

const FIXED: Readonly<Record<string, number>> = {
  y: 1,
  b: 4,
  n: 2,
  q: 2,
  i: 4,
  u: 4,
  x: 8,
  t: 8,
  d: 8,
  h: 4,
};
const DEPTH_MAX = 64;

/** Reads values by signature; throws CodedError where the bytes do not fit it. */
export class DbusReader {
  readonly #bytes: Buffer;
  #at: number;

  /** `start` is where reading begins; alignment counts from the start of `bytes`. */
  constructor(bytes: Buffer, start = 0) {
    this.#bytes = bytes;
    this.#at = start;
  }

  /** All values of a signature. */
  read(signature: string): DbusValue[] {
    const values: DbusValue[] = [];
    for (let at = 0; at < signature.length; ) {
      const end = typeEnd(signature, at);
      values.push(this.#value(signature.slice(at, end), 0));
      at = end;
    }
    return values;
  }

  #value(type: string, depth: number): DbusValue {
    if (depth > DEPTH_MAX) throw malformedMessage('nested too deeply');
    switch (type[0]) {
      case 's':
      case 'o':
        return this.#text(Number(this.#number('u')));
      case 'g':
        return this.#text(Number(this.#number('y')));
      case 'b':
        return this.#number('u') !== 0;
      case 'v':
        return this.#variant(depth);
      case 'a':
        return this.#array(type.slice(1), depth);
      case '(':
      case '{':
        return this.#structure(type.slice(1, -1), depth);
      default:
        return this.#number(type);
    }
  }

  #number(type: string): number | bigint {
    const size = FIXED[type];
    if (size === undefined) throw malformedMessage(`unknown type ${type}`);
    this.#align(size);
    const at = this.#take(size);
    const bytes = this.#bytes;
    switch (type) {
      case 'y':
        return bytes[at]!;
      case 'n':
        return bytes.readInt16LE(at);
      case 'q':
        return bytes.readUInt16LE(at);
      case 'i':
        return bytes.readInt32LE(at);
      case 'x':
        return bytes.readBigInt64LE(at);
      case 't':
        return bytes.readBigUInt64LE(at);
      case 'd':
        return bytes.readDoubleLE(at);
      default:
        return bytes.readUInt32LE(at);
    }
  }

  #text(length: number): string {
    const at = this.#take(length + 1);
    return this.#bytes.toString('utf8', at, at + length);
  }

  #variant(depth: number): DbusValue {
    const signature = this.#text(Number(this.#number('y')));
    if (typeEnd(signature, 0) !== signature.length) throw malformedMessage(`variant of ${signature}`);
    return this.#value(signature, depth + 1);
  }

  #array(element: string, depth: number): DbusValue[] {
    const length = Number(this.#number('u'));
    this.#align(alignmentOf(element));
    const end = this.#at + length;
    if (end > this.#bytes.length) throw malformedMessage('array cut off');
    const values: DbusValue[] = [];
    while (this.#at < end) values.push(this.#value(element, depth + 1));
    return values;
  }

  #structure(inner: string, depth: number): DbusValue[] {
    this.#align(8);
    const values: DbusValue[] = [];
    for (let at = 0; at < inner.length; ) {
      const end = typeEnd(inner, at);
      values.push(this.#value(inner.slice(at, end), depth + 1));
      at = end;
    }
    return values;
  }

  #align(to: number): void {
    this.#at = Math.ceil(this.#at / to) * to;
  }

  #take(size: number): number {
    const at = this.#at;
    if (at + size > this.#bytes.length) throw malformedMessage('message cut off');
    this.#at = at + size;
    return at;
  }
}

function alignmentOf(type: string): number {
  if (type[0] === '(' || type[0] === '{') return 8;
  if (type[0] === 'g' || type[0] === 'v') return 1;
  return FIXED[type[0]!] ?? 4;
}

/** Where the single complete type that starts at `at` ends. */
function typeEnd(signature: string, at: number): number {
  const first = signature[at];
  if (first === undefined) throw malformedMessage(`signature ${signature}`);
  if (first === 'a') return typeEnd(signature, at + 1);
  if (first !== '(' && first !== '{') return at + 1;
  let depth = 0;
  for (let end = at; end < signature.length; end++) {
    if (signature[end] === '(' || signature[end] === '{') depth += 1;
    if ((signature[end] === ')' || signature[end] === '}') && --depth === 0) return end + 1;
  }
  throw malformedMessage(`signature ${signature}`);
}

function malformedMessage(reason: string): CodedError {
  return new CodedError('dbus_malformed', `malformed D-Bus message: ${reason}`);
}
