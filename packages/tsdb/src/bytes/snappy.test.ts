import { Random } from '@prometheus-ts/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Encoder } from './encoder.ts';
import { snappyCompress, snappyDecompress } from './snappy.ts';

function compress(input: Uint8Array): Uint8Array {
  const output = new Encoder();
  snappyCompress(input, output);
  return output.written.slice();
}

function decompress(input: Uint8Array, limit = 2 ** 24): Uint8Array {
  const output = new Encoder();
  snappyDecompress(input, output, limit);
  return output.written.slice();
}

describe('snappy', () => {
  test('gives back what went in, whatever it repeats', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 9 }), fc.nat(300)).map(([unit, times]) => {
        const bytes = new Uint8Array(unit.length * times);
        for (let i = 0; i < times; i++) bytes.set(unit, i * unit.length);
        return bytes;
      }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const input = new Uint8Array(Buffer.concat(pieces));
        expect(decompress(compress(input))).toEqual(input);
      }),
      { numRuns: 200 },
    );
  });

  test('crosses windows and makes long runs small', () => {
    const random = new Random(1);
    const input = new Uint8Array(300_000).map((_, i) => (i % 5000 < 4000 ? i >> 12 : random.below(256)));
    const compressed = compress(input);
    expect(decompress(compressed)).toEqual(input);
    expect(compressed.length).toBeLessThan(input.length / 3);
  });

  test('reads what the original library writes: literal, copy with one-, two- and four-byte offset', () => {
    // 10 bytes: literal "ab", copy of 4 back 2, copy of 4 back 4 with other offset widths.
    const two = Uint8Array.from([10, 4, 97, 98, 1, 2, 14, 4, 0]);
    expect(Buffer.from(decompress(two)).toString()).toBe('ababababab');
    const four = Uint8Array.from([6, 4, 97, 98, 15, 2, 0, 0, 0]);
    expect(Buffer.from(decompress(four)).toString()).toBe('ababab');
  });

  test('refuses damaged input and never reads or writes outside', () => {
    const input = new Uint8Array(2000).map((_, i) => i % 37);
    const good = compress(input);
    for (let at = 0; at < good.length; at++) {
      for (const bit of [1, 16, 128]) {
        const bad = good.slice();
        bad[at] ^= bit;
        try {
          expect(decompress(bad, 4096).length).toBeLessThanOrEqual(4096);
        } catch (error) {
          expect(error).toMatchObject({ code: 'snappy-corrupt' });
        }
      }
    }
    for (let length = 0; length < good.length; length++) {
      expect(() => decompress(good.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'snappy-corrupt' }),
      );
    }
    expect(() => decompress(good, 100)).toThrow(expect.objectContaining({ code: 'snappy-corrupt' }));
  });
});
