import { Random } from '@prometheus-ts/testkit';
import { expect, test } from 'vitest';
import { checksum, crc32c, viewOf } from './crc32c.ts';

/** Bit by bit, as the polynomial is defined. */
function naive(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}

test('the check value of the polynomial', () => {
  expect(checksum(Buffer.from('123456789'))).toBe(0xe3069283);
  expect(checksum(new Uint8Array(0))).toBe(0);
});

test('agrees with the definition at every length and offset, in one piece or two', () => {
  const random = new Random(9);
  const bytes = new Uint8Array(300).map(() => random.below(256));
  const view = viewOf(bytes);
  for (let length = 0; length < 100; length++) {
    const start = random.below(200);
    const expected = naive(bytes.subarray(start, start + length));
    expect(crc32c(bytes, view, start, start + length)).toBe(expected);
    const middle = start + random.below(length + 1);
    const first = crc32c(bytes, view, start, middle);
    expect(crc32c(bytes, view, middle, start + length, first)).toBe(expected);
  }
});
