import { CounterResetHint, CUSTOM_BUCKETS_SCHEMA, type FloatHistogram } from '@prometheus-ts/model';
import { describe, expect, test } from 'vitest';
import { NanNote, nativeFraction, nativeQuantile } from './native-quantile.ts';

function histogram(more: Partial<FloatHistogram>): FloatHistogram {
  return {
    counterReset: CounterResetHint.unknown,
    schema: 0,
    zeroThreshold: 0.001,
    zeroCount: 0,
    count: 0,
    sum: 0,
    positiveSpans: [],
    negativeSpans: [],
    positiveBuckets: [],
    negativeBuckets: [],
    ...more,
  };
}

/** Four observations in each of (1,2], (2,4] and (4,8]. */
const POSITIVE = histogram({
  count: 12,
  sum: 40,
  positiveSpans: [{ offset: 1, length: 3 }],
  positiveBuckets: [4, 4, 4],
});
const NEGATIVE = histogram({
  count: 12,
  sum: -40,
  negativeSpans: [{ offset: 1, length: 3 }],
  negativeBuckets: [4, 4, 4],
});
const CUSTOM = histogram({
  schema: CUSTOM_BUCKETS_SCHEMA,
  zeroThreshold: 0,
  count: 20,
  sum: 100,
  customValues: [5, 10],
  positiveSpans: [{ offset: 0, length: 3 }],
  positiveBuckets: [5, 10, 5],
});
const AROUND_ZERO = histogram({
  count: 8,
  sum: 4,
  zeroCount: 4,
  positiveSpans: [{ offset: 1, length: 1 }],
  positiveBuckets: [4],
});

function expectClose(actual: number, expected: number): void {
  if (Number.isFinite(expected)) expect(actual).toBeCloseTo(expected, 12);
  else expect(actual).toBe(expected);
}

describe('quantiles of native histograms', () => {
  test.each<[string, FloatHistogram, number, number]>([
    ['on the logarithmic scale', POSITIVE, 0.5, 2 ** 1.5],
    ['at a bound', POSITIVE, 1 / 3, 2],
    ['from above', POSITIVE, 5 / 6, 2 ** 2.5],
    ['the largest', POSITIVE, 1, 8],
    ['mirrored', NEGATIVE, 0.5, -(2 ** 1.5)],
    ['linear in custom buckets', CUSTOM, 0.5, 7.5],
    ['from 0 in the lowest custom bucket', CUSTOM, 0.125, 2.5],
    ['the last bound of custom buckets', CUSTOM, 0.9, 10],
    ['linear from 0 in a zero bucket with nothing below', AROUND_ZERO, 0.25, 0.0005],
    ['of nothing', histogram({}), 0.5, NaN],
    ['below 0', POSITIVE, -1, -Infinity],
    ['above 1', POSITIVE, 2, Infinity],
  ])('%s', (_name, h, q, expected) => {
    expectClose(nativeQuantile(q, h).value, expected);
    expect(nativeQuantile(q, h).note).toBe(NanNote.none);
  });

  test('observations of NaN lie above everything and are reported', () => {
    const withNan = { ...POSITIVE, count: 24, sum: NaN };
    expect(nativeQuantile(0.9, withNan)).toEqual({ value: NaN, note: NanNote.result });
    expect(nativeQuantile(0.25, withNan)).toEqual({ value: 2 ** 1.5, note: NanNote.skew });
    expect(nativeQuantile(0.5, { ...POSITIVE, sum: NaN }).note).toBe(NanNote.none);
  });
});

describe('fractions of native histograms', () => {
  test.each<[string, FloatHistogram, number, number, number]>([
    ['whole buckets', POSITIVE, 1, 4, 2 / 3],
    ['half a bucket', POSITIVE, 2, 2 ** 1.5, 1 / 6],
    ['mirrored', NEGATIVE, -(2 ** 1.5), -2, 1 / 6],
    ['everything', POSITIVE, -Infinity, Infinity, 1],
    ['linear in custom buckets', CUSTOM, 5, 7.5, 0.25],
    ['the last custom bucket has no width', CUSTOM, 10, 1000, 0],
    ['above the last bound', CUSTOM, 10, Infinity, 0.25],
    ['within the zero bucket', AROUND_ZERO, 0, 0.0005, 0.25],
    ['the wrong way round', POSITIVE, 4, 1, 0],
    ['of NaN', POSITIVE, NaN, 1, NaN],
    ['of nothing', histogram({}), 0, 1, NaN],
  ])('%s', (_name, h, lower, upper, expected) => {
    expectClose(nativeFraction(lower, upper, h).value, expected);
  });

  test('observations of NaN are in no fraction', () => {
    const withNan = { ...POSITIVE, count: 24, sum: NaN };
    expect(nativeFraction(-Infinity, Infinity, withNan)).toEqual({ value: 0.5, holdsNan: true });
  });
});
