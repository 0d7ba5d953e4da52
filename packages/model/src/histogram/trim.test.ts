import { describe, expect, test } from 'vitest';
import { CUSTOM_BUCKETS_SCHEMA } from '../float-histogram.ts';
import { histogram } from './fixtures.ts';
import { formatHistogram } from './histogram-text.ts';
import { Keep, trimHistogram } from './trim.ts';

const both = histogram({
  zeroThreshold: 0.5,
  zeroCount: 2,
  sum: 100,
  positive: { 1: 4, 2: 4 },
  negative: { 1: 4 },
});
const custom = histogram({
  schema: CUSTOM_BUCKETS_SCHEMA,
  customValues: [2, 6],
  sum: 30,
  positive: { 0: 4, 1: 4, 2: 4 },
});

describe('trimming', () => {
  test('outside of all buckets changes nothing', () => {
    expect(trimHistogram(both, 4, Keep.below)).toBe(both);
    expect(trimHistogram(both, -2, Keep.above)).toBe(both);
    expect(trimHistogram(both, Infinity, Keep.below)).toBe(both);
  });

  test.each([
    [2, Keep.below, '{count:10, sum:0, [-2,-1):4, [-0.5,0.5]:2, (1,2]:4}'],
    [2, Keep.above, '{count:4, sum:11.313708498984761, (2,4]:4}'],
    [0.25, Keep.below, '{count:5.5, sum:-5.844354249492381, [-2,-1):4, [-0.5,0.5]:1.5}'],
    [0.25, Keep.above, '{count:8.5, sum:17.158062748477143, [-0.5,0.5]:0.5, (1,2]:4, (2,4]:4}'],
  ])('exponential buckets at %d, keeping what is %s', (at, keep, expected) => {
    expect(formatHistogram(trimHistogram(both, at, keep))).toBe(expected);
  });

  test('cuts an exponential bucket on a logarithmic scale', () => {
    const cut = trimHistogram(histogram({ positive: { 2: 4 } }), 2 * Math.SQRT2, Keep.below);
    expect(cut.positiveBuckets[0]).toBeCloseTo(2, 12);
  });

  test.each([
    [4, Keep.below, '{count:6, sum:10, [-Inf,2]:4, (2,6]:2}'],
    [4, Keep.above, '{count:6, sum:34, (2,6]:2, (6,+Inf]:4}'],
    [1, Keep.below, '{count:2, sum:1, [-Inf,2]:2}'],
    [7, Keep.below, '{count:8, sum:20, [-Inf,2]:4, (2,6]:4}'],
    [7, Keep.above, '{count:4, sum:28, (6,+Inf]:4}'],
  ])('custom buckets at %d, keeping what is %s', (at, keep, expected) => {
    expect(formatHistogram(trimHistogram(custom, at, keep))).toBe(expected);
  });
});
