import { describe, expect, test } from 'vitest';
import { CUSTOM_BUCKETS_SCHEMA } from '../float-histogram.ts';
import { bucketBound, coarserIndex, exponentialBound, MAX_SCHEMA, MIN_SCHEMA } from './bounds.ts';

describe('exponential bounds', () => {
  test.each([
    [-1, 0, 0.5],
    [0, 0, 1],
    [1, 0, 2],
    [2, 1, 2],
    [3, 1, 2.82842712474619],
    [1, 8, 1.0027112750502025],
    [512, 0, 2 ** 512],
    [-4, -1, 2 ** -8],
    [1, -4, 65536],
    [-1074, 0, 5e-324],
    [-1022, 0, 2 ** -1022],
    [1024, 0, Number.MAX_VALUE],
    [1025, 0, Infinity],
    [64, -4, Number.MAX_VALUE],
    [65, -4, Infinity],
    [1024 * 256, 8, Number.MAX_VALUE],
    [1024 * 256 + 1, 8, Infinity],
  ])('bucket %d of schema %d ends at %d', (index, schema, bound) => {
    expect(exponentialBound(index, schema)).toBe(bound);
  });

  test('every schema has the bounds of the coarser ones among its own', () => {
    for (let schema = MIN_SCHEMA + 1; schema <= MAX_SCHEMA; schema++) {
      for (let index = -40; index <= 40; index++) {
        expect(exponentialBound(2 * index, schema)).toBe(exponentialBound(index, schema - 1));
        expect(coarserIndex(2 * index, schema, schema - 1)).toBe(index);
        expect(coarserIndex(2 * index - 1, schema, schema - 1)).toBe(index);
      }
    }
  });
});

test('custom buckets begin at -Inf and end at +Inf', () => {
  const bounds = [0.5, 1];
  expect([-1, 0, 1, 2].map((index) => bucketBound(index, CUSTOM_BUCKETS_SCHEMA, bounds))).toEqual([
    -Infinity,
    0.5,
    1,
    Infinity,
  ]);
});
