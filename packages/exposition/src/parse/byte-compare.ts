// Bytes compared and hashed in words.

/**
 * Whether `length` bytes at `left` and `right` are equal, eight at a time. V8 compares 64-bit integers read this way
 * in registers; measured, floats take twice as long (and NaN is unlike itself), 32-bit words too.
 */
export function equalBytes(a: DataView, left: number, b: DataView, right: number, length: number): boolean {
  if (length < 8) {
    for (let i = 0; i < length; i++) if (a.getUint8(left + i) !== b.getUint8(right + i)) return false;
    return true;
  }
  const last = length - 8;
  for (let i = 0; i < last; i += 8) {
    if (a.getBigInt64(left + i, true) !== b.getBigInt64(right + i, true)) return false;
  }
  return a.getBigInt64(left + last, true) === b.getBigInt64(right + last, true);
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
