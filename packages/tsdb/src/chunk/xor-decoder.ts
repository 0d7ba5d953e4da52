// Decodes XOR chunks. The input is the chunk's stream without its count, as words with the first bit highest:
// what the head keeps in memory, and what `loadWords` makes of bytes from a file. Two words beyond the stream
// must be there; a corrupt stream yields wrong samples or an error, never a read outside of the array.
import { CodedError, type SampleColumns } from '@prometheus-ts/model';

/**
 * Appends to `into` the samples among the first `count` whose time lies in [minTimeMs, maxTimeMs], and stops
 * at the first later one. Returns whether one was later. Throws CodedError `chunk-corrupt`.
 * @param start word at which the stream begins
 * @param bits length of the stream
 */
export function decodeXor(
  words: Int32Array,
  start: number,
  bits: number,
  count: number,
  minTimeMs: number,
  maxTimeMs: number,
  into: SampleColumns,
): boolean {
  into.reserve(into.length + count);
  if (count === 0) return false;
  const times = into.times;
  const out = into.words;
  const end = start * 32 + bits;
  let row = into.length;
  let pos = start * 32;
  // The first sample: a signed varint and the value as it is.
  const first = readVarint(words, pos, end);
  pos += 8 * varintLength(words, pos);
  let time = first % 2 === 0 ? first / 2 : -(first + 1) / 2;
  let high = peek(words, pos);
  let low = peek(words, pos + 32);
  pos += 64;
  let delta = 0;
  let leading = 0;
  let trailing = 0;
  for (let i = 1; ; i++) {
    if (time > maxTimeMs) {
      into.length = row;
      return true;
    }
    if (time >= minTimeMs) {
      times[row] = time;
      out[2 * row] = low;
      out[2 * row + 1] = high;
      row++;
    }
    if (pos > end) throw chunkCorrupt('the chunk ends before its last sample');
    if (i >= count) break;
    // The next bits, of which the first `left` are valid. In this loop `peek` stands written out: the function is
    // too large for the compiler to do it.
    let word = pos >>> 5;
    let shift = pos & 31;
    let head = (words[word] << shift) | ((words[word + 1] >>> 1) >>> (31 - shift));
    let left = 32;
    if (i === 1) {
      delta = readVarint(words, pos, end);
      pos += 8 * varintLength(words, pos);
      head = peek(words, pos);
    } else if (head >= 0) {
      pos += 1;
      head <<= 1;
      left = 31;
    } else {
      if ((head & 0x40000000) === 0) {
        const change = (head << 2) >>> 18;
        delta += change > 8192 ? change - 16384 : change;
        pos += 16;
      } else if ((head & 0x20000000) === 0) {
        const change = (head << 3) >>> 15;
        delta += change > 65536 ? change - 131072 : change;
        pos += 20;
      } else if ((head & 0x10000000) === 0) {
        const change = (head << 4) >>> 12;
        delta += change > 524288 ? change - 1048576 : change;
        pos += 24;
      } else {
        delta += peek(words, pos + 4) * 2 ** 32 + (peek(words, pos + 36) >>> 0);
        pos += 68;
      }
      word = pos >>> 5;
      shift = pos & 31;
      head = (words[word] << shift) | ((words[word + 1] >>> 1) >>> (31 - shift));
    }
    time += delta;
    if (head >= 0) {
      pos += 1;
      continue;
    }
    if ((head & 0x40000000) === 0) {
      pos += 2;
      head <<= 2;
      left -= 2;
    } else {
      leading = (head >>> 25) & 31;
      const width = (head >>> 19) & 63;
      trailing = width === 0 ? 0 : 64 - leading - width;
      if (width === 0) leading = 0;
      if (trailing < 0) throw chunkCorrupt('a value has more than 64 bits');
      pos += 13;
      head <<= 13;
      left -= 13;
    }
    const significant = 64 - leading - trailing;
    if (significant > 32) {
      word = pos >>> 5;
      shift = pos & 31;
      const upper =
        ((words[word] << shift) | ((words[word + 1] >>> 1) >>> (31 - shift))) >>> (64 - significant);
      word = (pos + significant - 32) >>> 5;
      shift = (pos + significant - 32) & 31;
      const lower = (words[word] << shift) | ((words[word + 1] >>> 1) >>> (31 - shift));
      if (trailing === 0) {
        low ^= lower;
        high ^= upper;
      } else {
        low ^= lower << trailing;
        high ^= (upper << trailing) | (lower >>> (32 - trailing));
      }
    } else {
      if (significant > left) {
        word = pos >>> 5;
        shift = pos & 31;
        head = (words[word] << shift) | ((words[word + 1] >>> 1) >>> (31 - shift));
      }
      const value = head >>> (32 - significant);
      if (trailing >= 32) high ^= value << (trailing - 32);
      else if (trailing === 0) low ^= value;
      else {
        low ^= value << trailing;
        high ^= value >>> (32 - trailing);
      }
    }
    pos += significant;
  }
  into.length = row;
  return false;
}

/** The unsigned varint at bit `pos`, byte after byte. */
function readVarint(words: Int32Array, pos: number, end: number): number {
  let value = 0;
  for (let scale = 1; ; scale *= 128) {
    if (pos > end) throw chunkCorrupt('a varint has no end');
    const byte = peek(words, pos) >>> 24;
    pos += 8;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
  }
}

/** Bytes of the varint at bit `pos`, which has an end. */
function varintLength(words: Int32Array, pos: number): number {
  let length = 1;
  while (peek(words, pos) >>> 24 >= 0x80) {
    pos += 8;
    length++;
  }
  return length;
}

/** The 32 bits from bit `pos` on. */
function peek(words: Int32Array, pos: number): number {
  const word = pos >>> 5;
  const shift = pos & 31;
  return (words[word] << shift) | ((words[word + 1] >>> 1) >>> (31 - shift));
}

function chunkCorrupt(reason: string): CodedError {
  return new CodedError('chunk-corrupt', `corrupt XOR chunk: ${reason}`);
}

/**
 * Turns `length` bytes from `offset` on into words with the first bit highest, two words of zeros behind them.
 * Returns `words`, or a larger array in its place.
 */
export function loadWords(bytes: DataView, offset: number, length: number, words: Int32Array): Int32Array {
  const whole = length >> 2;
  if (words.length < whole + 3) words = new Int32Array(Math.max(whole + 3, words.length * 2));
  for (let k = 0; k < whole; k++) words[k] = bytes.getInt32(offset + 4 * k);
  let last = 0;
  for (let k = whole * 4; k < length; k++) last |= bytes.getUint8(offset + k) << (24 - 8 * (k - whole * 4));
  words[whole] = last;
  words[whole + 1] = 0;
  words[whole + 2] = 0;
  return words;
}
