// sum_over_time and avg_over_time.
import { nextCompensation } from '@prometheus-ts/model';
import { noteMixedFloatsHistograms } from '../engine/notes.ts';
import type { Column } from '../operators/column.ts';
import type { FloatRun, RangeSeries } from '../operators/range-series.ts';
import type { RangeCall, RangeFunction } from './contract.ts';
import { foldHistograms } from './histogram-over-time.ts';
import { isWorthSliding, largestMagnitude, scratch } from './sliding.ts';

export const sumOverTime: RangeFunction = {
  form: 'range',
  slide: (series, out, call) => {
    slideSums(series.floats, out, sumOfWindow, false);
    histogramSteps(series, out, call, false);
  },
};

export const avgOverTime: RangeFunction = {
  form: 'range',
  slide: (series, out, call) => {
    slideSums(series.floats, out, averageOfWindow, true);
    histogramSteps(series, out, call, true);
  },
};

/** Replaces the steps whose windows hold histograms. */
function histogramSteps(series: RangeSeries, out: Column, call: RangeCall, isMean: boolean): void {
  const { floats, histograms } = series;
  if (histograms.length === 0) return;
  for (let step = 0; step < series.steps; step++) {
    if (histograms.hi[step] === histograms.lo[step]) continue;
    out.kinds[step] = 0;
    if (floats.hi[step]! > floats.lo[step]!) {
      noteMixedFloatsHistograms(call.state.annotations, series.metricName, call.pos);
    } else {
      foldHistograms(series, step, out, call, isMean);
    }
  }
}

/** Below this part of the summed magnitudes a sum is mostly cancellation, and is summed in order instead. */
const CANCELLATION = 1e-12;
/** Sums of magnitudes above this might overflow on the way, which the order of rows decides. */
const NEAR_OVERFLOW = 1e300;

let suffixSums: Float64Array = new Float64Array(256);
let suffixErrors: Float64Array = new Float64Array(256);

function slideSums(
  run: FloatRun,
  out: Column,
  exact: (values: Float64Array, from: number, to: number) => number,
  isMean: boolean,
): void {
  const { values, lo, hi } = run;
  const steps = lo.length;
  if (run.length === 0) return;
  const largest = isWorthSliding(lo, hi) ? largestMagnitude(values, lo[0]!, hi[steps - 1]!) : Infinity;
  const slides = largest * run.length < NEAR_OVERFLOW;
  if (slides) {
    suffixSums = scratch(suffixSums, run.length);
    suffixErrors = scratch(suffixErrors, run.length);
  }
  let boundary = 0;
  let prefixEnd = 0;
  let prefixSum = 0;
  let prefixError = 0;
  for (let step = 0; step < steps; step++) {
    const from = lo[step]!;
    const to = hi[step]!;
    if (from === to) continue;
    if (!slides) {
      out.setFloat(step, exact(values, from, to));
      continue;
    }
    if (from >= boundary) {
      boundary = to;
      prefixEnd = to;
      prefixSum = 0;
      prefixError = 0;
      buildSuffixes(values, from, to);
    }
    for (; prefixEnd < to; prefixEnd++) {
      const value = values[prefixEnd]!;
      prefixError = nextCompensation(value, prefixSum, prefixError);
      prefixSum += value;
    }
    const suffix = suffixSums[from]!;
    const sum = suffix + prefixSum;
    const error = nextCompensation(prefixSum, suffix, suffixErrors[from]! + prefixError);
    const count = to - from;
    if (Math.abs(sum + error) < CANCELLATION * largest * count) {
      out.setFloat(step, exact(values, from, to));
    } else {
      out.setFloat(step, isMean ? sum / count + error / count : sum + error);
    }
  }
}

function buildSuffixes(values: Float64Array, from: number, to: number): void {
  let sum = 0;
  let error = 0;
  for (let i = to - 1; i >= from; i--) {
    const value = values[i]!;
    error = nextCompensation(value, sum, error);
    sum += value;
    suffixSums[i] = sum;
    suffixErrors[i] = error;
  }
}

function sumOfWindow(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  let error = 0;
  for (let i = from; i < to; i++) {
    const value = values[i]!;
    error = nextCompensation(value, sum, error);
    sum += value;
  }
  return sum === Infinity || sum === -Infinity ? sum : sum + error;
}

/** The direct mean, until the sum would overflow; from there on the mean is updated row by row. */
function averageOfWindow(values: Float64Array, from: number, to: number): number {
  let sum = values[from]!;
  let error = 0;
  for (let i = from + 1; i < to; i++) {
    const value = values[i]!;
    const total = sum + value;
    if (total === Infinity || total === -Infinity) {
      const count = i - from;
      return incrementalMean(values, i, to, count, sum / count, error / count);
    }
    error = nextCompensation(value, sum, error);
    sum = total;
  }
  const count = to - from;
  return sum / count + error / count;
}

/** Goes on from the mean of the `count` rows before row `from`. */
function incrementalMean(
  values: Float64Array,
  from: number,
  to: number,
  count: number,
  mean: number,
  error: number,
): number {
  for (let i = from; i < to; i++) {
    count++;
    const q = (count - 1) / count;
    const part = values[i]! / count;
    error = nextCompensation(part, q * mean, q * error);
    mean = q * mean + part;
  }
  return mean + error;
}
