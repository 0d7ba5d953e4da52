import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decoder } from './decoder.ts';
import { Encoder } from './encoder.ts';

describe('the bounds-checked reader', () => {
  test('reads what the encoder wrote', () => {
    const number = fc.integer({ min: -(2 ** 51), max: 2 ** 51 });
    fc.assert(
      fc.property(fc.array(number), fc.string({ unit: 'grapheme' }), fc.double(), (numbers, text, float) => {
        const output = new Encoder(1);
        for (const value of numbers) {
          output.varint(value);
          output.uvarint(Math.abs(value));
          output.u64(Math.abs(value));
          output.u64(value);
        }
        output.string(text);
        output.f64(float);
        const input = new Decoder().reset(output.written);
        for (const value of numbers) {
          expect(input.varint()).toBe(value);
          expect(input.uvarint()).toBe(Math.abs(value));
          expect(input.u64()).toBe(Math.abs(value));
          expect(input.i64()).toBe(value);
        }
        expect(input.string()).toBe(text);
        expect(input.f64()).toBe(float);
        expect([input.left, input.error]).toEqual([0, '']);
      }),
    );
  });

  test('stays at its first error and answers nothing from then on', () => {
    const input = new Decoder().reset(Uint8Array.from([1, 2, 3]));
    expect(input.u16()).toBe(0x0102);
    expect(input.u32()).toBe(0);
    expect(input.error).toBe('the data ends too early');
    expect([input.u8(), input.string(), input.slice(1).length, input.left]).toEqual([0, '', 0, 0]);
  });

  test('a varint without an end, a number beyond 2^53 and a length beyond the data are errors', () => {
    const of = (bytes: number[]) => new Decoder().reset(Uint8Array.from(bytes));
    const endless = of(new Array(12).fill(0xff));
    endless.uvarint();
    expect(endless.error).toBe('a varint has no end');
    const large = of([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    large.u64();
    expect(large.error).toBe('a number is larger than 2^53');
    const long = of([200, 1, 65]);
    expect(long.string()).toBe('');
    expect(long.error).not.toBe('');
  });
});
