// Functions that share work between overlapping windows, against the same functions on each window by itself.
import { nextCompensation, SampleColumns } from '@prometheus-ts/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { QueryState } from '../engine/query-state.ts';
import { SampleAccount } from '../engine/sample-account.ts';
import { Column } from '../operators/column.ts';
import { RangeSeries } from '../operators/range-series.ts';
import { quantile } from '../oracle/test-support/window-functions.ts';
import { gridOf } from '../plan/grid.ts';
import type { RangeCall, RangeFunction } from './contract.ts';
import { maxOverTime, minOverTime, tsOfMaxOverTime, tsOfMinOverTime } from './extremes-over-time.ts';
import { madOverTime, quantileOverTime } from './quantile-over-time.ts';
import { avgOverTime, sumOverTime } from './sum-over-time.ts';
import { stddevOverTime } from './variance-over-time.ts';

const STEP_MS = 1000;
const POS = { start: 0, end: 0 };

/** One sample a second; a window of `width` samples at every second. NaN where there is no result. */
function slide(implementation: RangeFunction, values: readonly number[], width: number, arg = 0.5): number[] {
  const grid = gridOf(STEP_MS, values.length * STEP_MS, STEP_MS);
  const rangeMs = width * STEP_MS;
  const reference = { startMs: grid.startMs, stepMs: STEP_MS };
  const series = new RangeSeries({
    steps: grid.count,
    reference,
    rangeMs,
    extraBeforeMs: 0,
    extraAfterMs: 0,
  });
  const samples = new SampleColumns(values.length);
  values.forEach((value, i) => {
    samples.times[i] = (i + 1) * STEP_MS;
    samples.values[i] = value;
  });
  samples.length = values.length;
  series.load(samples);
  const state = new QueryState({
    grid,
    lookbackMs: 1,
    features: { delayedNameRemoval: false, typeAndUnitLabels: false, useStartTimestamps: false },
    samples: new SampleAccount(0),
    seriesSets: [],
    cancel: undefined,
    deadlineMs: Infinity,
    maxBytes: 0,
  });
  const args = [new Float64Array(grid.count).fill(arg)];
  const call: RangeCall = {
    grid,
    rangeMs,
    args,
    anchored: false,
    smoothed: false,
    pos: POS,
    argsPos: POS,
    state,
  };
  const out = Column.ofSteps(grid.count);
  implementation.slide(series, out, call);
  return Array.from(out.values);
}

function perWindow(
  values: readonly number[],
  width: number,
  fold: (window: number[], from: number) => number,
): number[] {
  return values.map((_, i) => {
    const from = Math.max(0, i + 1 - width);
    return fold(values.slice(from, i + 1), from);
  });
}

function sumInOrder(window: readonly number[]): number {
  let sum = 0;
  let error = 0;
  for (const value of window) {
    error = nextCompensation(value, sum, error);
    sum += value;
  }
  return Math.abs(sum) === Infinity ? sum : sum + error;
}

function closeTo(expected: readonly number[]): unknown[] {
  return expected.map((value) =>
    Number.isFinite(value)
      ? expect.toSatisfy(
          (actual: number) => Math.abs(actual - value) <= 1e-9 * Math.max(Math.abs(value), Math.abs(actual)),
        )
      : value,
  );
}

/** Series that make sliding hard: cancellation, overflow, infinities, a narrow spread far from zero. */
const HARD: Readonly<Record<string, readonly number[]>> = {
  'large values that cancel': Array.from({ length: 60 }, (_, i) => [1e16, 1, -1e16, 1][i % 4]!),
  'cancellation to the last digit': Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? 1e100 : -1e100) + i),
  'sums near overflow': Array.from({ length: 40 }, (_, i) => (i % 3 === 0 ? -1e308 : 1e308)),
  infinities: Array.from({ length: 40 }, (_, i) => (i === 7 ? Infinity : i === 23 ? -Infinity : i)),
  'not a number now and then': Array.from({ length: 40 }, (_, i) => (i % 11 === 5 ? Number.NaN : i * 0.1)),
  constant: Array.from({ length: 40 }, () => 0.1),
  'a narrow spread far from zero': Array.from({ length: 60 }, (_, i) => 1e9 + (i % 7) * 1e-3),
  'all not a number': Array.from({ length: 20 }, () => Number.NaN),
};
const WIDTHS = [1, 2, 5, 16, 30];

describe.each(Object.entries(HARD))('%s', (_name, values) => {
  test.each(WIDTHS)('sums over %i samples are those of each window', (width) => {
    expect(slide(sumOverTime, values, width)).toEqual(closeTo(perWindow(values, width, sumInOrder)));
  });

  test.each(WIDTHS)('extremes over %i samples are those of each window', (width) => {
    const best = (beats: (a: number, b: number) => boolean) => (window: readonly number[]) =>
      window.reduce((a, b) => (beats(b, a) || Number.isNaN(a) ? b : a));
    expect(slide(maxOverTime, values, width)).toEqual(
      perWindow(
        values,
        width,
        best((a, b) => a > b),
      ),
    );
    expect(slide(minOverTime, values, width)).toEqual(
      perWindow(
        values,
        width,
        best((a, b) => a < b),
      ),
    );
  });

  test.each(WIDTHS)('the times of extremes over %i samples are those of the last ones', (width) => {
    const time = (beats: (a: number, b: number) => boolean) => (window: readonly number[], from: number) => {
      let at = 0;
      window.forEach((value, i) => {
        if (beats(value, window[at]!) || Number.isNaN(window[at]!)) at = i;
      });
      return from + at + 1;
    };
    expect(slide(tsOfMaxOverTime, values, width)).toEqual(
      perWindow(
        values,
        width,
        time((a, b) => a >= b),
      ),
    );
    expect(slide(tsOfMinOverTime, values, width)).toEqual(
      perWindow(
        values,
        width,
        time((a, b) => a <= b),
      ),
    );
  });
});

test('averages do not overflow where sums would', () => {
  const values = Array.from({ length: 30 }, () => 1.5e308);
  expect(slide(avgOverTime, values, 20)).toEqual(values.map(() => expect.closeTo(1.5e308, -300)));
});

describe('on any values', () => {
  const value = fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: -8000, max: 8000 }).map((n) => n / 8) },
    { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity, 0, -0, 1e-300, 1e15) },
  );
  const series = fc.array(value, { minLength: 1, maxLength: 120 });
  const width = fc.integer({ min: 1, max: 60 });

  test('sums, averages and deviations are those of each window', () => {
    fc.assert(
      fc.property(series, width, (values, width) => {
        expect(slide(sumOverTime, values, width)).toEqual(closeTo(perWindow(values, width, sumInOrder)));
        const finite = values.map((value) => (Number.isFinite(value) && Math.abs(value) < 1e9 ? value : 1));
        const average = (window: readonly number[]) => sumInOrder(window) / window.length;
        expect(slide(avgOverTime, finite, width)).toEqual(
          perWindow(finite, width, average).map((value) => expect.closeTo(value, 8)),
        );
        const deviation = (window: readonly number[]) => {
          const mean = average(window);
          return Math.sqrt(average(window.map((value) => (value - mean) ** 2)));
        };
        expect(slide(stddevOverTime, finite, width)).toEqual(
          perWindow(finite, width, deviation).map((value) => expect.closeTo(value, 8)),
        );
      }),
    );
  });

  test('quantiles and median deviations are those of each sorted window', () => {
    fc.assert(
      fc.property(series, width, fc.float({ min: 0, max: 1, noNaN: true }), (values, width, q) => {
        expect(slide(quantileOverTime, values, width, q)).toEqual(
          perWindow(values, width, (window) => quantile(q, window)).map(positiveZero),
        );
        const finite = values.map((value) => (Number.isFinite(value) ? value : 1));
        const deviation = (window: readonly number[]) => {
          const median = quantile(0.5, window);
          return quantile(
            0.5,
            window.map((value) => Math.abs(value - median)),
          );
        };
        expect(slide(madOverTime, finite, width)).toEqual(
          perWindow(finite, width, deviation).map(positiveZero),
        );
      }),
    );
  });
});

/** Zeros of either sign are equal, and which of them comes first in a window is no matter. */
function positiveZero(value: number): unknown {
  return value === 0 ? expect.toSatisfy((actual: number) => actual === 0) : value;
}
