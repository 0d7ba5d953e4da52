// CRC-32 with the Castagnoli polynomial, sixteen bytes a step (zlib's crc32 is another polynomial).

const POLYNOMIAL = 0x82f63b78;
const STEPS = 16;
/** STEPS tables of 256 words: table k gives the effect of a byte that is k bytes away from the end of a step. */
const tables = new Int32Array(STEPS * 256);
for (let byte = 0; byte < 256; byte++) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
  tables[byte] = crc;
}
for (let i = 256; i < tables.length; i++) {
  const before = tables[i - 256];
  tables[i] = (before >>> 8) ^ tables[before & 0xff];
}

/**
 * The checksum of the bytes from `start` to `end`, unsigned.
 * @param view a DataView of the same memory as `bytes`, byte for byte
 * @param previous the checksum of what comes before
 */
export function crc32c(bytes: Uint8Array, view: DataView, start: number, end: number, previous = 0): number {
  const t = tables;
  let crc = ~previous;
  let at = start;
  for (; at + STEPS <= end; at += STEPS) {
    const a = view.getInt32(at, true) ^ crc;
    const b = view.getInt32(at + 4, true);
    const c = view.getInt32(at + 8, true);
    const d = view.getInt32(at + 12, true);
    crc =
      t[3840 + (a & 0xff)] ^
      t[3584 + ((a >>> 8) & 0xff)] ^
      t[3328 + ((a >>> 16) & 0xff)] ^
      t[3072 + (a >>> 24)] ^
      t[2816 + (b & 0xff)] ^
      t[2560 + ((b >>> 8) & 0xff)] ^
      t[2304 + ((b >>> 16) & 0xff)] ^
      t[2048 + (b >>> 24)] ^
      t[1792 + (c & 0xff)] ^
      t[1536 + ((c >>> 8) & 0xff)] ^
      t[1280 + ((c >>> 16) & 0xff)] ^
      t[1024 + (c >>> 24)] ^
      t[768 + (d & 0xff)] ^
      t[512 + ((d >>> 8) & 0xff)] ^
      t[256 + ((d >>> 16) & 0xff)] ^
      t[d >>> 24];
  }
  for (; at < end; at++) crc = (crc >>> 8) ^ t[(crc ^ bytes[at]) & 0xff];
  return ~crc >>> 0;
}

/** The checksum of a whole array. */
export function checksum(bytes: Uint8Array): number {
  return crc32c(bytes, viewOf(bytes), 0, bytes.length);
}

/** A DataView of an array's memory. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
