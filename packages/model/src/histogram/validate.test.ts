import { describe, expect, test } from 'vitest';
import { CUSTOM_BUCKETS_SCHEMA, type FloatHistogram } from '../float-histogram.ts';
import { histogram } from './fixtures.ts';
import {
  compactIntegerHistogram,
  type IntegerHistogram,
  reduceIntegerResolution,
  toFloatHistogram,
  toIntegerHistogram,
} from './integer-histogram.ts';
import { validateHistogram, validateIntegerHistogram } from './validate.ts';

const good = histogram({ zeroThreshold: 0.1, zeroCount: 1, positive: { 0: 1, 3: 2 }, negative: { '-5': 1 } });
const custom = histogram({ schema: CUSTOM_BUCKETS_SCHEMA, customValues: [1, 2], positive: { 0: 1, 2: 2 } });

describe('validation', () => {
  test.each([good, custom, histogram({})])('accepts %j', (h) => {
    expect(() => validateHistogram(h)).not.toThrow();
    expect(() => validateIntegerHistogram(toIntegerHistogram(h))).not.toThrow();
  });

  test.each<[Partial<FloatHistogram>, string]>([
    [
      { schema: 9 },
      'histogram has an invalid schema, which must be between -4 and 8 for exponential buckets, or -53 for custom buckets, got schema 9',
    ],
    [
      { positiveBuckets: [1] },
      'positive side: spans need 2 buckets, have 1 buckets: histogram spans specify different number of buckets than provided',
    ],
    [
      { negativeBuckets: [-2] },
      'negative side: bucket number 1 has observation count of -2: histogram has a bucket whose observation count is negative',
    ],
    [
      { zeroCount: -0.5 },
      'zero bucket has observation count of -0.5: histogram has a bucket whose observation count is negative',
    ],
    [{ count: -1 }, "observation count is  -1: histogram's observation count is negative"],
    [{ customValues: [1] }, 'histogram with exponential schema must not have custom bounds'],
    [
      {
        positiveSpans: [
          { offset: 1, length: 1 },
          { offset: -1, length: 1 },
        ],
      },
      'positive side: span number 2 with offset -1: histogram has a span whose offset is negative',
    ],
  ])('refuses %j', (change, message) => {
    expect(messageOf(() => validateHistogram({ ...good, ...change }))).toBe(message);
  });

  test.each<[Partial<FloatHistogram>, string]>([
    [{ zeroCount: 1 }, 'custom buckets: must have zero count of 0'],
    [{ zeroThreshold: 1 }, 'custom buckets: must have zero threshold of 0'],
    [{ negativeSpans: [{ offset: 0, length: 0 }] }, 'custom buckets: must not have negative spans'],
    [{ negativeBuckets: [1] }, 'custom buckets: must not have negative buckets'],
    [
      { customValues: [2, 1] },
      'custom buckets: previous bound is 2.000000 and current is 1.000000: histogram custom bounds must be in strictly increasing order',
    ],
    [
      { customValues: [1, Infinity] },
      'custom buckets: last +Inf bound must not be explicitly defined: histogram custom bounds must be finite',
    ],
    [{ customValues: [Number.NaN] }, 'custom buckets: histogram custom bounds must not be NaN'],
    [
      { customValues: [1] },
      'custom buckets: only 1 custom bounds defined which is insufficient to cover total span length of 3: histogram custom bounds are too few',
    ],
    [
      { positiveSpans: [{ offset: -1, length: 2 }] },
      'custom buckets: span number 1 with offset -1: histogram has a span whose offset is negative',
    ],
  ])('refuses custom buckets with %j', (change, message) => {
    expect(messageOf(() => validateHistogram({ ...custom, ...change }))).toBe(message);
  });

  test('integer counts have to add up', () => {
    const integers = toIntegerHistogram(good);
    expect(messageOf(() => validateIntegerHistogram({ ...integers, count: 9 }))).toBe(
      "5 observations found in buckets, but the Count field is 9: histogram's observation count should equal the number of observations found in the buckets (in absence of NaN)",
    );
    expect(() => validateIntegerHistogram({ ...integers, count: 9, sum: Number.NaN })).not.toThrow();
    expect(() => validateIntegerHistogram({ ...integers, count: 4, sum: Number.NaN })).toThrow(
      "5 observations found in buckets, but the Count field is 4: histogram's observation count should be at least the number of observations found in the buckets",
    );
  });

  test('errors have a code', () => {
    expect(() => validateHistogram({ ...good, count: -1 })).toThrow(
      expect.objectContaining({ code: 'histogram_negative_count' }),
    );
  });
});

describe('integer histograms', () => {
  const deltas: IntegerHistogram = {
    ...good,
    positiveSpans: [{ offset: 0, length: 4 }],
    positiveBuckets: [1, 2, -3, 5],
  };
  test('buckets are differences', () => {
    expect(toFloatHistogram(deltas).positiveBuckets).toEqual([1, 3, 0, 5]);
    expect(toIntegerHistogram(toFloatHistogram(deltas))).toEqual(deltas);
  });
  test('compact and reduce as floats do', () => {
    expect(compactIntegerHistogram(deltas)).toMatchObject({
      positiveSpans: [
        { offset: 0, length: 2 },
        { offset: 1, length: 1 },
      ],
      positiveBuckets: [1, 2, 2],
    });
    expect(reduceIntegerResolution(deltas, -1)).toMatchObject({
      schema: -1,
      positiveSpans: [{ offset: 0, length: 3 }],
      positiveBuckets: [1, 2, 2],
    });
  });
});

function messageOf(action: () => void): string {
  try {
    action();
    return 'nothing thrown';
  } catch (error) {
    return (error as Error).message;
  }
}
