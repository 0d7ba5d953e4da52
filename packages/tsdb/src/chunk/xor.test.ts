import { SampleColumns, STALE_HIGH, STALE_LOW } from '@prometheus-ts/model';
import { Random } from '@prometheus-ts/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decoder } from '../bytes/decoder.ts';
import { decodeChunk } from './decode.ts';
import { Encoding } from './encoding.ts';
import { XorBuilder } from './xor-builder.ts';

type Row = [time: number, low: number, high: number];

function encode(rows: readonly Row[]): Uint8Array {
  const builder = new XorBuilder();
  for (const [time, low, high] of rows) builder.append(time, low, high);
  return builder.data().slice();
}

function decode(data: Uint8Array, min = -Infinity, max = Infinity): Row[] {
  const columns = new SampleColumns(1);
  decodeChunk(Encoding.xor, new Decoder().reset(data), min, max, columns);
  const rows: Row[] = [];
  for (let i = 0; i < columns.length; i++) {
    rows.push([columns.times[i], columns.words[2 * i] | 0, columns.words[2 * i + 1] | 0]);
  }
  return rows;
}

/** The encoding written down once more, plainly: a string of bits. */
function naiveEncode(rows: readonly Row[]): Uint8Array {
  let bits = '';
  const put = (value: bigint, width: number) => {
    bits += BigInt.asUintN(width, value).toString(2).padStart(width, '0');
  };
  const putUvarint = (value: bigint) => {
    for (; value >= 128n; value >>= 7n) put((value & 127n) | 128n, 8);
    put(value, 8);
  };
  const putChange = (prefix: string, change: bigint, width: number) => {
    bits += prefix;
    put(change, width);
  };
  put(BigInt(rows.length), 16);
  let delta = 0n;
  let leading = -1;
  let trailing = 0;
  let before = 0n;
  rows.forEach(([time, low, high], i) => {
    const value = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
    const t = BigInt(time);
    if (i === 0) {
      putUvarint(t >= 0n ? t * 2n : -t * 2n - 1n);
      put(value, 64);
    } else {
      const step = t - BigInt(rows[i - 1][0]);
      const change = step - delta;
      delta = step;
      if (i === 1) putUvarint(step);
      else if (change === 0n) put(0n, 1);
      else if (change >= -8191n && change <= 8192n) putChange('10', change, 14);
      else if (change >= -65535n && change <= 65536n) putChange('110', change, 17);
      else if (change >= -524287n && change <= 524288n) putChange('1110', change, 20);
      else putChange('1111', change, 64);
      const xor = value ^ before;
      if (xor === 0n) put(0n, 1);
      else {
        const text = xor.toString(2).padStart(64, '0');
        const zerosBefore = Math.min(31, text.indexOf('1'));
        const zerosAfter = 63 - text.lastIndexOf('1');
        if (leading >= 0 && zerosBefore >= leading && zerosAfter >= trailing) bits += '10';
        else {
          leading = zerosBefore;
          trailing = zerosAfter;
          bits += '11';
          put(BigInt(leading), 5);
          put(BigInt(64 - leading - trailing), 6);
        }
        bits += text.slice(leading, 64 - trailing);
      }
    }
    before = value;
  });
  const bytes: number[] = [];
  for (let at = 0; at < bits.length; at += 8)
    bytes.push(Number.parseInt(bits.slice(at, at + 8).padEnd(8, '0'), 2));
  return Uint8Array.from(bytes);
}

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const step = fc.oneof(
  fc.integer({ min: 1, max: 30_000 }),
  fc.integer({ min: 1, max: 2 ** 24 }),
  fc.constant(15_000),
);
const rows = fc
  .tuple(
    fc.integer({ min: -(2 ** 40), max: 2 ** 42 }),
    fc.array(
      fc.tuple(step, fc.oneof(word, fc.constant(0), fc.constant(7)), fc.oneof(word, fc.constant(0x40590000))),
      {
        minLength: 1,
        maxLength: 150,
      },
    ),
  )
  .map(([start, steps]) => {
    let time = start;
    return steps.map(([length, low, high]): Row => [(time += length), low, high]);
  });

describe('XOR chunks', () => {
  test('are the bits that the format says', () => {
    fc.assert(
      fc.property(rows, (all) => {
        const data = encode(all);
        expect(data).toEqual(naiveEncode(all));
        expect(decode(data)).toEqual(all);
      }),
      { numRuns: 150 },
    );
  });

  test('keep the payload of every NaN', () => {
    const all: Row[] = [
      [1, STALE_LOW, STALE_HIGH],
      [2, 1, 0x7ff80000],
      [3, -1, -1],
      [4, STALE_LOW, STALE_HIGH],
    ];
    expect(decode(encode(all))).toEqual(all);
  });

  test('give the samples of a time range', () => {
    const all: Row[] = Array.from({ length: 50 }, (_, i): Row => [1000 * i, i, 0]);
    expect(decode(encode(all), 10_000, 20_000)).toEqual(all.slice(10, 21));
    expect(decode(encode(all), 50_000, 60_000)).toEqual([]);
  });

  test('damaged or cut off: an error or other samples, never a read outside', () => {
    const random = new Random(2);
    const all: Row[] = Array.from(
      { length: 60 },
      (_, i): Row => [15_000 * i, random.next() | 0, random.next() | 0],
    );
    const data = encode(all);
    for (let at = 2; at < data.length; at++) {
      expect(() => decode(data.subarray(0, at))).toThrow(expect.objectContaining({ code: 'chunk-corrupt' }));
      const bad = data.slice();
      bad[at] ^= 1 << random.below(8);
      try {
        expect(decode(bad).length).toBeLessThanOrEqual(60);
      } catch (error) {
        expect(error).toMatchObject({ code: 'chunk-corrupt' });
      }
    }
  });
});
