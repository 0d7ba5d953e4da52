// sum_over_time and avg_over_time.
import { noteMixedFloatsHistograms } from '../engine/notes.ts';
import type { Column } from '../operators/column.ts';
import type { FloatRun, RangeSeries } from '../operators/range-series.ts';
import type { RangeCall, RangeFunction } from './contract.ts';
import { foldHistograms } from './histogram-over-time.ts';
import { KahanSum } from './kahan.ts';
import { isWorthSliding, largestMagnitude, scratch } from './sliding.ts';

export const sumOverTime: RangeFunction = {
  form: 'range',
  slide: (series, out, call) => {
    slideSums(series.floats, out, sumOfWindow, (sum, error) => sum + error);
    histogramSteps(series, out, call, false);
  },
};

export const avgOverTime: RangeFunction = {
  form: 'range',
  slide: (series, out, call) => {
    slideSums(series.floats, out, averageOfWindow, (sum, error, count) => sum / count + error / count);
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
const prefix = new KahanSum();
const merged = new KahanSum();

function slideSums(
  run: FloatRun,
  out: Column,
  exact: (values: Float64Array, from: number, to: number) => number,
  finish: (sum: number, error: number, count: number) => number,
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
      buildSuffixes(values, from, to);
      prefix.reset();
    }
    for (; prefixEnd < to; prefixEnd++) prefix.add(values[prefixEnd]!);
    merged.reset(suffixSums[from]!, suffixErrors[from]!);
    merged.merge(prefix.sum, prefix.error);
    const isCancelled = Math.abs(merged.value) < CANCELLATION * largest * (to - from);
    out.setFloat(step, isCancelled ? exact(values, from, to) : finish(merged.sum, merged.error, to - from));
  }
}

function buildSuffixes(values: Float64Array, from: number, to: number): void {
  merged.reset();
  for (let i = to - 1; i >= from; i--) {
    merged.add(values[i]!);
    suffixSums[i] = merged.sum;
    suffixErrors[i] = merged.error;
  }
}

const total = new KahanSum();

function sumOfWindow(values: Float64Array, from: number, to: number): number {
  total.reset();
  for (let i = from; i < to; i++) total.add(values[i]!);
  return Number.isFinite(total.sum) || Number.isNaN(total.sum) ? total.value : total.sum;
}

/** The direct mean, until the sum would overflow; from there on the mean is updated row by row. */
function averageOfWindow(values: Float64Array, from: number, to: number): number {
  total.reset(values[from]!);
  let count = 1;
  for (let i = from + 1; i < to; i++) {
    const { sum, error } = total;
    total.add(values[i]!);
    count++;
    if (total.sum !== Infinity && total.sum !== -Infinity) continue;
    total.reset(sum / (count - 1), error / (count - 1));
    return incrementalMean(values, i, to, count);
  }
  return total.sum / count + total.error / count;
}

/** Goes on from the mean of the rows before, which stands in `total`; `count` includes row `from`. */
function incrementalMean(values: Float64Array, from: number, to: number, count: number): number {
  for (let i = from; i < to; i++, count++) {
    const q = (count - 1) / count;
    total.reset(q * total.sum, q * total.error);
    total.add(values[i]! / count);
  }
  return total.value;
}
