// stddev_over_time and stdvar_over_time, by Welford's recurrence with compensated sums.
import { noteIgnoredInMixedRange } from '../engine/notes.ts';
import type { Column } from '../operators/column.ts';
import type { RangeSeries } from '../operators/range-series.ts';
import type { RangeCall, RangeFunction } from './contract.ts';
import { KahanSum } from './kahan.ts';
import { isWorthSliding, largestMagnitude, scratch } from './sliding.ts';

export const stdvarOverTime: RangeFunction = {
  form: 'range',
  slide: (series, out, call) => slideVariance(series, out, call, false),
};

export const stddevOverTime: RangeFunction = {
  form: 'range',
  slide: (series, out, call) => slideVariance(series, out, call, true),
};

/** Count, mean and sum of squared distances from the mean of some rows. */
class Moments {
  count = 0;
  readonly mean = new KahanSum();
  readonly squares = new KahanSum();

  reset(): void {
    this.count = 0;
    this.mean.reset();
    this.squares.reset();
  }

  add(value: number): void {
    const { mean } = this;
    this.count++;
    const distance = value - mean.value;
    mean.add(distance / this.count);
    this.squares.add(distance * (value - mean.value));
  }

  get variance(): number {
    return this.squares.value / this.count;
  }
}

/** Values beyond this square to infinity; such series are done window by window. */
const NEAR_OVERFLOW = 1e150;
/** A spread below this part of the magnitude loses digits when parts are merged. */
const NARROW = 1e-5;

const whole = new Moments();
const prefix = new Moments();
let suffixMeans: Float64Array = new Float64Array(256);
let suffixErrors: Float64Array = new Float64Array(256);
let suffixSquares: Float64Array = new Float64Array(256);

function slideVariance(series: RangeSeries, out: Column, call: RangeCall, root: boolean): void {
  const { values, lo, hi, length } = series.floats;
  if (length === 0) return;
  const { steps } = series;
  const largest = isWorthSliding(lo, hi) ? largestMagnitude(values, lo[0]!, hi[steps - 1]!) : Infinity;
  const slides = largest < NEAR_OVERFLOW;
  let boundary = 0;
  let prefixEnd = 0;
  for (let step = 0; step < steps; step++) {
    const from = lo[step]!;
    const to = hi[step]!;
    if (from === to) continue;
    if (series.histograms.hi[step]! > series.histograms.lo[step]!) {
      noteIgnoredInMixedRange(call.state.annotations, series.metricName, call.pos);
    }
    let variance: number;
    if (slides) {
      if (from >= boundary) {
        boundary = to;
        prefixEnd = to;
        buildSuffixes(values, from, to);
        prefix.reset();
      }
      for (; prefixEnd < to; prefixEnd++) prefix.add(values[prefixEnd]!);
      variance = mergedVariance(from, boundary - from);
      if (variance < (NARROW * largest) ** 2) variance = varianceOf(values, from, to);
    } else {
      variance = varianceOf(values, from, to);
    }
    out.setFloat(step, root ? Math.sqrt(variance) : variance);
  }
}

function varianceOf(values: Float64Array, from: number, to: number): number {
  whole.reset();
  for (let i = from; i < to; i++) whole.add(values[i]!);
  return whole.variance;
}

function buildSuffixes(values: Float64Array, from: number, to: number): void {
  suffixMeans = scratch(suffixMeans, to);
  suffixErrors = scratch(suffixErrors, to);
  suffixSquares = scratch(suffixSquares, to);
  whole.reset();
  for (let i = to - 1; i >= from; i--) {
    whole.add(values[i]!);
    suffixMeans[i] = whole.mean.sum;
    suffixErrors[i] = whole.mean.error;
    suffixSquares[i] = whole.squares.value;
  }
}

/** Chan's formula for the moments of two parts together. */
function mergedVariance(suffixFrom: number, suffixCount: number): number {
  const count = suffixCount + prefix.count;
  if (prefix.count === 0) return suffixSquares[suffixFrom]! / count;
  const { mean } = prefix;
  const apart = mean.sum - suffixMeans[suffixFrom]! + (mean.error - suffixErrors[suffixFrom]!);
  const between = apart * apart * ((suffixCount * prefix.count) / count);
  return (suffixSquares[suffixFrom]! + prefix.squares.value + between) / count;
}
