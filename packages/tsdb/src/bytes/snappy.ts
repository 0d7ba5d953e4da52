// Snappy's block format: a varint length, then literals and copies. The encoder looks for repeats in windows
// of 64 KiB with one hash table; the decoder trusts nothing.
import { CodedError } from '@prometheus-ts/model';
import { viewOf } from './crc32c.ts';
import type { Encoder } from './encoder.ts';

const WINDOW = 65_536;
const TABLE_BITS_MAX = 14;
/** Inputs shorter than this are one literal. */
const SHORTEST_MATCHABLE = 17;
/** Bytes at the end of a window that no match starts in, so that four bytes can be read anywhere. */
const MARGIN = 15;

const HASH_FACTOR = 0x1e35a7bd;
/** Copies shorter than this save too little for their time. */
const SHORTEST_MATCH = 6;
/** 32 times the step of the search after a match; it grows while nothing is found. */
const SKIP_START = 64;

const table = new Int32Array(2 ** TABLE_BITS_MAX);

/** Appends the compressed form of `input` to `output`. */
export function snappyCompress(input: Uint8Array, output: Encoder): void {
  output.uvarint(input.length);
  const view = viewOf(input);
  for (let start = 0; start < input.length; start += WINDOW) {
    compressWindow(input, view, start, Math.min(input.length, start + WINDOW), output);
  }
}

function compressWindow(
  input: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  output: Encoder,
): void {
  const length = end - start;
  // A literal needs up to three bytes more than its data, a copy is shorter than what it stands for.
  output.reserve(length + (length >> 3) + 64);
  const out = output.bytes;
  let to = output.length;
  let literal = start;
  if (length >= SHORTEST_MATCHABLE) {
    let bits = 8;
    while (bits < TABLE_BITS_MAX && 1 << bits < length) bits++;
    table.fill(0, 0, 1 << bits);
    const shift = 32 - bits;
    const limit = end - MARGIN;
    let at = start + 1;
    let skip = SKIP_START;
    while (at < limit) {
      const word = view.getInt32(at, true);
      const slot = Math.imul(word, HASH_FACTOR) >>> shift;
      const candidate = start + table[slot];
      table[slot] = at - start;
      if (view.getInt32(candidate, true) !== word || candidate >= at) {
        at += skip >> 5;
        skip += 4;
        continue;
      }
      let from = candidate + 4;
      let next = at + 4;
      while (next + 4 <= end && view.getInt32(next, true) === view.getInt32(from, true)) {
        next += 4;
        from += 4;
      }
      while (next < end && input[next] === input[from]) {
        next++;
        from++;
      }
      if (next - at < SHORTEST_MATCH) {
        at = next;
        continue;
      }
      // A literal between two copies is a few bytes long most of the time.
      const literals = at - literal;
      if (literals > 0) {
        if (literals <= 60) {
          out[to++] = (literals - 1) << 2;
          for (let k = literal; k < at; k++) out[to++] = input[k];
        } else to = writeLiteral(input, literal, at, out, to);
      }
      const offset = at - candidate;
      const length = next - at;
      if (length < 12 && offset < 2048) {
        out[to++] = ((offset >>> 8) << 5) | ((length - 4) << 2) | 1;
        out[to++] = offset;
      } else to = writeCopy(offset, length, out, to);
      literal = next;
      at = next;
      skip = SKIP_START;
    }
  }
  output.length = writeLiteral(input, literal, end, out, to);
}

function writeLiteral(input: Uint8Array, start: number, end: number, out: Uint8Array, to: number): number {
  const length = end - start;
  if (length === 0) return to;
  const n = length - 1;
  if (n < 60) out[to++] = n << 2;
  else if (n < 256) {
    out[to++] = 60 << 2;
    out[to++] = n;
  } else {
    out[to++] = 61 << 2;
    out[to++] = n;
    out[to++] = n >>> 8;
  }
  if (length < 32) for (let k = start; k < end; k++) out[to++] = input[k];
  else {
    out.set(input.subarray(start, end), to);
    to += length;
  }
  return to;
}

function writeCopy(offset: number, length: number, out: Uint8Array, to: number): number {
  while (length >= 68) {
    to = writeLongCopy(offset, 64, out, to);
    length -= 64;
  }
  if (length > 64) {
    to = writeLongCopy(offset, 60, out, to);
    length -= 60;
  }
  if (length >= 12 || offset >= 2048) return writeLongCopy(offset, length, out, to);
  out[to++] = ((offset >>> 8) << 5) | ((length - 4) << 2) | 1;
  out[to++] = offset;
  return to;
}

function writeLongCopy(offset: number, length: number, out: Uint8Array, to: number): number {
  out[to++] = ((length - 1) << 2) | 2;
  out[to++] = offset;
  out[to++] = offset >>> 8;
  return to;
}

/**
 * Appends the decompressed form of `input` to `output`.
 * @param limit most bytes that the result may have
 * Throws CodedError `snappy-corrupt`.
 */
export function snappyDecompress(input: Uint8Array, output: Encoder, limit: number): void {
  let at = 0;
  let length = 0;
  for (let scale = 1; ; scale *= 128) {
    if (at >= input.length || at >= 5) throw corrupt('its length has no end');
    const byte = input[at++];
    length += (byte & 0x7f) * scale;
    if (byte < 0x80) break;
  }
  if (length > limit) throw corrupt(`it claims to hold ${length} bytes, more than the ${limit} allowed`);
  const start = output.reserve(length);
  const out = output.bytes;
  const end = start + length;
  let to = start;
  while (at < input.length) {
    const tag = input[at++];
    let size: number;
    if ((tag & 3) === 0) {
      size = (tag >>> 2) + 1;
      if (size > 60) {
        const bytes = size - 60;
        if (at + bytes > input.length) throw corrupt('a literal has no length');
        size = 1;
        for (let k = 0; k < bytes; k++) size += input[at + k] * 2 ** (8 * k);
        at += bytes;
      }
      if (size > input.length - at || size > end - to) throw corrupt('a literal is too long');
      if (size < 32) for (let k = 0; k < size; k++) out[to + k] = input[at + k];
      else out.set(input.subarray(at, at + size), to);
      at += size;
      to += size;
      continue;
    }
    const extra = (tag & 3) === 3 ? 4 : tag & 3;
    if (at + extra > input.length) throw corrupt('a copy has no offset');
    let offset: number;
    if (extra === 1) {
      size = ((tag >>> 2) & 7) + 4;
      offset = ((tag >>> 5) << 8) | input[at];
    } else {
      size = (tag >>> 2) + 1;
      offset = input[at] | (input[at + 1] << 8);
      if (extra === 4) offset += (input[at + 2] | (input[at + 3] << 8)) * 65_536;
    }
    at += extra;
    if (offset === 0 || offset > to - start || size > end - to) throw corrupt('a copy reaches outside');
    // Byte by byte: the copy may overlap what it writes.
    for (let k = 0; k < size; k++) out[to + k] = out[to + k - offset];
    to += size;
  }
  if (to !== end) throw corrupt(`it holds ${to - start} bytes instead of ${length}`);
  output.length = end;
}

function corrupt(reason: string): CodedError {
  return new CodedError('snappy-corrupt', `corrupt snappy data: ${reason}`);
}
