import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CounterResetHint, CUSTOM_BUCKETS_SCHEMA, type FloatHistogram } from '../float-histogram.ts';
import {
  addHistograms,
  compactHistogram,
  divideHistogram,
  histogramsEqual,
  multiplyHistogram,
  reduceResolution,
  subtractHistograms,
} from './arithmetic.ts';
import { coarserIndex } from './bounds.ts';
import { HistogramError } from './errors.ts';
import { histogram } from './fixtures.ts';
import { HistogramMean } from './histogram-mean.ts';
import { HistogramSum } from './histogram-sum.ts';
import { formatHistogram } from './histogram-text.ts';

const { unknown, reset, notReset, gauge } = CounterResetHint;

describe('addition', () => {
  test('goes bucket by bucket and keeps the operands', () => {
    const a = histogram({
      zeroThreshold: 0.1,
      zeroCount: 1,
      sum: 5,
      positive: { 1: 1, 4: 2 },
      negative: { 0: 1 },
    });
    const b = histogram({ zeroThreshold: 0.1, zeroCount: 2, sum: 7, positive: { 0: 5, 4: 1, 9: 4 } });
    const before = structuredClone([a, b]);
    expect(addHistograms(a, b).histogram).toEqual(
      histogram({
        zeroThreshold: 0.1,
        zeroCount: 3,
        sum: 12,
        positive: { 0: 5, 1: 1, 4: 3, 9: 4 },
        negative: { 0: 1 },
      }),
    );
    expect(formatHistogram(subtractHistograms(a, b).histogram)).toBe(
      '{count:-7, sum:-2, [-1,-0.5):1, [-0.1,0.1]:-1, (0.5,1]:-5, (1,2]:1, (8,16]:1, (256,512]:-4}',
    );
    expect([a, b]).toEqual(before);
  });

  test('uses the coarser schema of the two', () => {
    const fine = histogram({ schema: 2, positive: { 1: 1, 2: 2, 4: 4, 5: 8 } });
    const coarse = histogram({ schema: 0, positive: { 1: 100 } });
    const sum = histogram({ positive: { 1: 107, 2: 8 } });
    expect(addHistograms(fine, coarse).histogram).toEqual(sum);
    expect(addHistograms(coarse, fine).histogram).toEqual(sum);
  });

  test('widens the zero bucket to the wider of the two', () => {
    const narrow = histogram({
      zeroThreshold: 0.25,
      zeroCount: 1,
      positive: { 0: 2, 1: 3 },
      negative: { 0: 4 },
    });
    const wide = histogram({ zeroThreshold: 1, zeroCount: 10 });
    const sum = histogram({ zeroThreshold: 1, zeroCount: 17, positive: { 1: 3 } });
    expect(addHistograms(narrow, wide).histogram).toEqual(sum);
    expect(addHistograms(wide, narrow).histogram).toEqual(sum);
  });

  test('widens it further when it would cut a bucket that is not empty', () => {
    const cut = histogram({
      zeroThreshold: 0.25,
      zeroCount: 1,
      positive: { 1: 3 },
      negative: { 2: 1, 3: 1 },
    });
    const wide = histogram({ zeroThreshold: 1.5, zeroCount: 10 });
    expect(addHistograms(cut, wide).histogram).toEqual(
      histogram({ zeroThreshold: 2, zeroCount: 14, negative: { 2: 1, 3: 1 } }),
    );
    expect(
      addHistograms(wide, histogram({ zeroThreshold: 0.25, positive: { 1: 0, 2: 7 } })).histogram,
    ).toEqual(histogram({ zeroThreshold: 1.5, zeroCount: 10, positive: { 1: 0, 2: 7 } }));
  });

  test('keeps only the custom bounds that both have', () => {
    const fields = { schema: CUSTOM_BUCKETS_SCHEMA } as const;
    const a = histogram({ ...fields, customValues: [1, 2, 5], positive: { 0: 1, 1: 2, 2: 4, 3: 8 } });
    const b = histogram({ ...fields, customValues: [1, 3, 5], positive: { 0: 10, 1: 20, 2: 40, 3: 80 } });
    expect(addHistograms(a, b)).toEqual({
      histogram: histogram({ ...fields, customValues: [1, 5], positive: { 0: 11, 1: 66, 2: 88 } }),
      resetCollision: false,
      boundsReconciled: true,
    });
    expect(addHistograms(a, a).boundsReconciled).toBe(false);
  });

  test('refuses to mix exponential and custom buckets', () => {
    const custom = histogram({ schema: CUSTOM_BUCKETS_SCHEMA, customValues: [1] });
    expect(() => addHistograms(custom, histogram({}))).toThrow(HistogramError);
    expect(() => subtractHistograms(histogram({}), custom)).toThrow(
      'cannot apply this operation on histograms with a mix of exponential and custom bucket schemas',
    );
  });

  test.each([
    [unknown, unknown, unknown, false],
    [reset, reset, reset, false],
    [gauge, notReset, gauge, false],
    [unknown, gauge, gauge, false],
    [unknown, reset, unknown, false],
    [notReset, unknown, unknown, false],
    [reset, notReset, unknown, true],
    [notReset, reset, unknown, true],
  ])('hints %d and %d make %d, collision: %s', (a, b, hint, collision) => {
    const sum = addHistograms(histogram({ counterReset: a }), histogram({ counterReset: b }));
    expect([sum.histogram.counterReset, sum.resetCollision]).toEqual([hint, collision]);
  });

  test('agrees with counting into a map', () => {
    const side = fc.dictionary(fc.integer({ min: -9, max: 9 }).map(String), fc.integer({ min: 0, max: 99 }));
    const operand = fc.record({ schema: fc.integer({ min: -2, max: 3 }), positive: side, negative: side });
    fc.assert(
      fc.property(operand, operand, (x, y) => {
        const schema = Math.min(x.schema, y.schema);
        const expected = { positive: {}, negative: {} } as Record<string, Record<number, number>>;
        for (const part of [x, y]) {
          for (const name of ['positive', 'negative'] as const) {
            for (const [index, count] of Object.entries(part[name])) {
              const target = coarserIndex(Number(index), part.schema, schema);
              expected[name]![target] = (expected[name]![target] ?? 0) + count;
            }
          }
        }
        expect(addHistograms(histogram(x), histogram(y)).histogram).toEqual(
          histogram({ schema, ...expected }),
        );
      }),
    );
  });
});

describe('scaling', () => {
  const h = histogram({ zeroCount: 2, sum: 6, positive: { 1: 4 }, negative: { 1: 8 } });
  test('multiplies and divides every count', () => {
    expect(multiplyHistogram(h, 2)).toEqual(
      histogram({ zeroCount: 4, sum: 12, positive: { 1: 8 }, negative: { 1: 16 } }),
    );
    expect(divideHistogram(h, 2)).toEqual(
      histogram({ zeroCount: 1, sum: 3, positive: { 1: 2 }, negative: { 1: 4 } }),
    );
  });
  test('with a negative number makes a gauge', () => {
    expect(multiplyHistogram(h, -1).counterReset).toBe(gauge);
    expect(divideHistogram(h, -1).counterReset).toBe(gauge);
  });
  test('division by zero drops the buckets', () => {
    expect(formatHistogram(divideHistogram(h, 0))).toBe('{count:+Inf, sum:+Inf, [-0,0]:+Inf}');
  });
});

describe('compaction', () => {
  const sparse = histogram({ positive: { 0: 0, 1: 1, 2: 0, 3: 0, 4: 1, 7: 1, 8: 0, 20: 0 } });
  test.each([
    [0, { 1: 1, 4: 1, 7: 1 }],
    [2, { 1: 1, 2: 0, 3: 0, 4: 1, 5: 0, 6: 0, 7: 1 }],
  ])('with gaps up to %d', (maxGap, positive) => {
    expect(compactHistogram(sparse, maxGap)).toEqual(histogram({ positive }));
  });
  test('of nothing but empty buckets leaves none', () => {
    expect(compactHistogram(histogram({ positive: { 3: 0 } })).positiveSpans).toEqual([]);
  });
});

test('reducing the resolution keeps every observation', () => {
  const h = histogram({
    schema: 1,
    zeroCount: 1,
    positive: { '-1': 1, 0: 2, 1: 4, 2: 8, 3: 16 },
    negative: { 5: 1 },
  });
  expect(reduceResolution(h, 0)).toEqual(
    histogram({ schema: 0, zeroCount: 1, positive: { 0: 3, 1: 12, 2: 16 }, negative: { 3: 1 } }),
  );
});

describe('equality', () => {
  const h = histogram({ positive: { 1: 1, 3: 2 } });
  const spread = {
    positiveSpans: [
      { offset: 0, length: 0 },
      { offset: 1, length: 1 },
      { offset: 1, length: 1 },
    ],
  };
  test.each<[string, FloatHistogram, boolean]>([
    ['the same', structuredClone(h), true],
    ['another hint', { ...h, counterReset: reset }, true],
    ['spans cut differently', { ...h, ...spread }, true],
    ['an empty bucket more', histogram({ positive: { 1: 1, 2: 0, 3: 2 } }), false],
    ['another sum', { ...h, sum: 1 }, false],
    ['a zero with a sign', { ...h, sum: -0 }, false],
  ])('%s', (_, other, equal) => expect(histogramsEqual(h, other)).toBe(equal));
  test('NaN equals NaN', () =>
    expect(histogramsEqual({ ...h, sum: Number.NaN }, { ...h, sum: Number.NaN })).toBe(true));
});

describe('long sums', () => {
  test('lose nothing to rounding', () => {
    const sum = new HistogramSum(histogram({ sum: 1, positive: { 1: 1 }, count: 1 }));
    for (const value of [1e100, 1, -1e100])
      sum.add(histogram({ sum: value, positive: { 1: value }, count: value }));
    expect(sum.total()).toMatchObject({ sum: 2, count: 2, positiveBuckets: [2] });
    expect(sum.plain()).toMatchObject({ sum: 0, count: 0, positiveBuckets: [0] });
  });

  test('a mean survives sums that overflow', () => {
    const big = histogram({ sum: 1.5e308, positive: { 1: 1e308 } });
    const mean = new HistogramMean(big);
    mean.add(big);
    mean.add(multiplyHistogram(big, 0));
    const { sum, positiveBuckets } = mean.total();
    expect(sum / 1e308).toBeCloseTo(1, 12);
    expect(positiveBuckets[0]! / 1e308).toBeCloseTo(2 / 3, 12);
  });

  test('a mean of few', () => {
    const mean = new HistogramMean(histogram({ sum: 1, positive: { 1: 3 } }));
    mean.add(histogram({ sum: 2, positive: { 2: 6 } }));
    mean.add(histogram({ sum: 6, positive: { 2: 3 } }));
    expect(mean.total()).toEqual(histogram({ sum: 3, positive: { 1: 1, 2: 3 } }));
  });
});
