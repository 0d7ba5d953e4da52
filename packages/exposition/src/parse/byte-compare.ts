// Bytes compared and hashed in words.

/**
 * Whether `length` bytes at `left` and `right` are equal, eight at a time as floats, which V8 compares without
 * boxing. The answer "no" may be wrong where eight bytes are a NaN; the answer "yes" is right as long as `a`
 * holds no zero byte there (0 and -0 are equal as floats).
 */
export function equalWords(a: DataView, left: number, b: DataView, right: number, length: number): boolean {
  if (length < 8) {
    for (let i = 0; i < length; i++) if (a.getUint8(left + i) !== b.getUint8(right + i)) return false;
    return true;
  }
  const last = length - 8;
  let i = 0;
  for (; i + 32 <= last; i += 32) {
    if (
      a.getFloat64(left + i, true) !== b.getFloat64(right + i, true) ||
      a.getFloat64(left + i + 8, true) !== b.getFloat64(right + i + 8, true) ||
      a.getFloat64(left + i + 16, true) !== b.getFloat64(right + i + 16, true) ||
      a.getFloat64(left + i + 24, true) !== b.getFloat64(right + i + 24, true)
    ) {
      return false;
    }
  }
  for (; i < last; i += 8) {
    if (a.getFloat64(left + i, true) !== b.getFloat64(right + i, true)) return false;
  }
  return a.getFloat64(left + last, true) === b.getFloat64(right + last, true);
}

/** A 32-bit hash of the bytes `start … end-1`, four at a time, the last four overlapping. */
export function hashBytes(view: DataView, start: number, end: number, seed: number): number {
  const length = end - start;
  let hash = Math.imul(length ^ seed, 0x9e3779b1);
  if (length < 4) {
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ view.getUint8(i), 0x85ebca6b);
  } else {
    const last = end - 4;
    for (let i = start; i < last; i += 4) {
      hash = Math.imul(hash ^ view.getInt32(i, true), 0x85ebca6b);
      hash = (hash << 13) | (hash >>> 19);
    }
    hash = Math.imul(hash ^ view.getInt32(last, true), 0xc2b2ae35);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
