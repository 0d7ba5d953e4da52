import { describe, expect, test } from 'vitest';
import { ClassicBuckets } from './classic-buckets.ts';

function bucketsOf(...rows: readonly (readonly [bound: number, count: number])[]): ClassicBuckets {
  const buckets = new ClassicBuckets(rows.length);
  for (const [bound, count] of rows) buckets.push(bound, count);
  return buckets;
}

const EVEN = [
  [1, 10],
  [2, 20],
  [4, 40],
  [Infinity, 50],
] as const;

function expectClose(actual: number, expected: number): void {
  if (Number.isFinite(expected)) expect(actual).toBeCloseTo(expected, 12);
  else expect(actual).toBe(expected);
}

describe('quantiles', () => {
  test.each([
    [0, 0],
    [0.1, 0.5],
    [0.2, 1],
    [0.3, 1.5],
    [0.6, 3],
    [0.8, 4],
    [0.81, 4],
    [1, 4],
    [-0.1, -Infinity],
    [1.1, Infinity],
    [NaN, NaN],
  ])('%d is %d', (q, expected) => {
    expectClose(bucketsOf(...EVEN).quantile(q), expected);
  });

  test.each([
    [
      'no bucket for +Inf',
      [
        [1, 10],
        [2, 20],
      ],
      NaN,
    ],
    ['only the bucket for +Inf', [[Infinity, 20]], NaN],
    [
      'no observations',
      [
        [1, 0],
        [Infinity, 0],
      ],
      NaN,
    ],
    [
      'a lowest bucket below zero',
      [
        [-1, 10],
        [Infinity, 10],
      ],
      -1,
    ],
    [
      'a lowest bucket that ends at zero',
      [
        [0, 10],
        [Infinity, 10],
      ],
      0,
    ],
    [
      'two buckets with one bound',
      [
        [1, 5],
        [1, 5],
        [Infinity, 10],
      ],
      0.5,
    ],
  ] as const)('%s', (_name, rows, expected) => {
    expect(bucketsOf(...rows).quantile(0.5)).toBe(expected);
  });

  test('counts that fall are raised, once, and that is reported', () => {
    const buckets = bucketsOf([1, 10], [2, 8], [4, 5], [Infinity, 20]);
    expect(buckets.raised).toBeUndefined();
    expect(buckets.quantile(0.5)).toBe(1);
    expect(buckets.raised).toEqual({ minBucket: 2, maxBucket: 4, maxDiff: 5 });
    buckets.clear();
    expect(buckets.raised).toBeUndefined();
  });

  test('differences of rounding are levelled without a report', () => {
    const buckets = bucketsOf([1, 10], [2, 10 - 1e-12], [Infinity, 10 + 1e-12]);
    expect(buckets.quantile(1)).toBe(1);
    expect(buckets.raised).toBeUndefined();
  });
});

describe('fractions', () => {
  test.each([
    [0, 1, 0.2],
    [0.5, 1.5, 0.2],
    [-Infinity, Infinity, 1],
    [4, Infinity, 0.2],
    [3, 100, 0.2],
    [-5, 0, 0],
    [2, 2, 0],
    [3, 2, 0],
    [NaN, 1, NaN],
  ])('between %d and %d lies %d', (lower, upper, expected) => {
    expectClose(bucketsOf(...EVEN).fraction(lower, upper), expected);
  });
});
