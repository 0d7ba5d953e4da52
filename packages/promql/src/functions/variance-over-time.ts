// stddev_over_time and stdvar_over_time, by Welford's recurrence with compensated sums.
import { nextCompensation } from '@prometheus-ts/model';
import { noteIgnoredInMixedRange } from '../engine/notes.ts';
import type { Column } from '../operators/column.ts';
import type { RangeSeries } from '../operators/range-series.ts';
import type { RangeCall, RangeFunction } from './contract.ts';
import { isWorthSliding, largestMagnitude, scratch } from './sliding.ts';

export const stdvarOverTime: RangeFunction = {
  form: 'range',
  slide: (series, out, call) => slideVariance(series, out, call, false),
};

export const stddevOverTime: RangeFunction = {
  form: 'range',
  slide: (series, out, call) => slideVariance(series, out, call, true),
};

/** Values beyond this square to infinity; such series are done window by window. */
const NEAR_OVERFLOW = 1e150;
/** A spread below this part of the magnitude loses digits when parts are merged. */
const NARROW = 1e-5;

let suffixMeans: Float64Array = new Float64Array(256);
let suffixErrors: Float64Array = new Float64Array(256);
let suffixSquares: Float64Array = new Float64Array(256);

function slideVariance(series: RangeSeries, out: Column, call: RangeCall, root: boolean): void {
  const { values, lo, hi, length } = series.floats;
  if (length === 0) return;
  const { steps } = series;
  if (series.histograms.length > 0) noteMixedWindows(series, call);
  const largest = isWorthSliding(lo, hi) ? largestMagnitude(values, lo[0]!, hi[steps - 1]!) : Infinity;
  const slides = largest < NEAR_OVERFLOW;
  if (slides) {
    suffixMeans = scratch(suffixMeans, length);
    suffixErrors = scratch(suffixErrors, length);
    suffixSquares = scratch(suffixSquares, length);
  }
  const narrow = (NARROW * largest) ** 2;
  let boundary = 0;
  let prefixEnd = 0;
  let mean = 0;
  let meanError = 0;
  let squares = 0;
  let squaresError = 0;
  for (let step = 0; step < steps; step++) {
    const from = lo[step]!;
    const to = hi[step]!;
    if (from === to) continue;
    let variance = Number.NaN;
    if (slides) {
      if (from >= boundary) {
        boundary = to;
        prefixEnd = to;
        mean = 0;
        meanError = 0;
        squares = 0;
        squaresError = 0;
        buildSuffixes(values, from, to);
      }
      for (; prefixEnd < to; prefixEnd++) {
        const value = values[prefixEnd]!;
        const distance = value - (mean + meanError);
        const shift = distance / (prefixEnd - boundary + 1);
        meanError = nextCompensation(shift, mean, meanError);
        mean += shift;
        const square = distance * (value - (mean + meanError));
        squaresError = nextCompensation(square, squares, squaresError);
        squares += square;
      }
      // Chan's formula for two parts together.
      const suffixCount = boundary - from;
      const prefixCount = to - boundary;
      const apart = mean - suffixMeans[from]! + (meanError - suffixErrors[from]!);
      const between = prefixCount === 0 ? 0 : apart * apart * ((suffixCount * prefixCount) / (to - from));
      variance = (suffixSquares[from]! + (squares + squaresError) + between) / (to - from);
    }
    // Also true for NaN, that is where nothing slides.
    if (!(variance >= narrow)) variance = varianceOf(values, from, to);
    out.setFloat(step, root ? Math.sqrt(variance) : variance);
  }
}

function noteMixedWindows(series: RangeSeries, call: RangeCall): void {
  const { floats, histograms } = series;
  for (let step = 0; step < series.steps; step++) {
    if (floats.hi[step] === floats.lo[step] || histograms.hi[step] === histograms.lo[step]) continue;
    noteIgnoredInMixedRange(call.state.annotations, series.metricName, call.pos);
    return;
  }
}

function varianceOf(values: Float64Array, from: number, to: number): number {
  let mean = 0;
  let meanError = 0;
  let squares = 0;
  let squaresError = 0;
  for (let i = from; i < to; i++) {
    const value = values[i]!;
    const distance = value - (mean + meanError);
    const shift = distance / (i - from + 1);
    meanError = nextCompensation(shift, mean, meanError);
    mean += shift;
    const square = distance * (value - (mean + meanError));
    squaresError = nextCompensation(square, squares, squaresError);
    squares += square;
  }
  return (squares + squaresError) / (to - from);
}

function buildSuffixes(values: Float64Array, from: number, to: number): void {
  let mean = 0;
  let meanError = 0;
  let squares = 0;
  let squaresError = 0;
  for (let i = to - 1; i >= from; i--) {
    const value = values[i]!;
    const distance = value - (mean + meanError);
    const shift = distance / (to - i);
    meanError = nextCompensation(shift, mean, meanError);
    mean += shift;
    const square = distance * (value - (mean + meanError));
    squaresError = nextCompensation(square, squares, squaresError);
    squares += square;
    suffixMeans[i] = mean;
    suffixErrors[i] = meanError;
    suffixSquares[i] = squares + squaresError;
  }
}
