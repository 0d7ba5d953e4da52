// rate, increase and delta of native histograms over anchored and smoothed selectors; see extended-rate.ts.
import {
  CounterResetHint,
  compactHistogram,
  detectReset,
  divideHistogram,
  type FloatHistogram,
  HistogramSum,
  isCustomSchema,
} from '@prometheus-ts/model';
import {
  noteHistogramNotCounter,
  noteHistogramNotGauge,
  noteMismatchedCustomBuckets,
  noteMixedExponentialCustom,
} from '../engine/notes.ts';
import type { Column } from '../operators/column.ts';
import { isIncompatible } from '../operators/histogram-operators.ts';
import type { RangeSeries } from '../operators/range-series.ts';
import type { RangeCall } from './contract.ts';
import { edgeRows } from './extended-rate.ts';
import { isGauge } from './histogram-rate.ts';
import { interpolateHistograms } from './interpolate-histograms.ts';
import type { RateKind } from './rate.ts';

export function extendedHistogramRate(
  series: RangeSeries,
  step: number,
  out: Column,
  call: RangeCall,
  kind: RateKind,
): void {
  const run = series.histograms;
  const start = series.windowStart(step);
  const end = series.windowEnd(step);
  const [first, last] = edgeRows(run.times, run.lo[step]!, run.hi[step]!, start, end, call.smoothed);
  if (run.times[last]! <= start || (call.smoothed && run.times[first]! > end)) return;
  try {
    const window = { first, last, lo: run.lo[step]!, start, end };
    const result = difference(series, window, call, kind);
    if (result === undefined) return;
    out.setHistogram(step, kind.perSecond ? divideHistogram(result, call.rangeMs / 1000) : result);
  } catch (error) {
    if (!isIncompatible(error)) throw error;
    noteMixedExponentialCustom(call.state.annotations, series.metricName, call.pos);
  }
}

interface ExtendedWindow {
  /** Rows that give the values at the edges. */
  readonly first: number;
  readonly last: number;
  readonly lo: number;
  readonly start: number;
  readonly end: number;
}

function difference(
  series: RangeSeries,
  window: ExtendedWindow,
  call: RangeCall,
  kind: RateKind,
): FloatHistogram | undefined {
  const { histograms, times } = series.histograms;
  const { annotations } = call.state;
  const { first, last, start, end } = window;
  if (!checkRange(series, first, last, call, kind)) return undefined;
  const note = (operation: 'addition' | 'subtraction') =>
    noteMismatchedCustomBuckets(annotations, operation, call.pos);
  const between = (row: number, time: number) =>
    interpolateHistograms(
      histograms[row]!,
      times[row]!,
      histograms[row + 1]!,
      times[row + 1]!,
      time,
      kind.counter,
      note,
    );
  const left = call.smoothed && times[first]! < start ? between(first, start) : histograms[first]!;
  const right =
    call.smoothed && last > window.lo && times[last]! > end ? between(last - 1, end) : histograms[last]!;
  if (!kind.counter && (!isGauge(left) || !isGauge(right))) {
    noteHistogramNotGauge(annotations, series.metricName, call.pos);
  }
  const sum = new HistogramSum(right);
  if (sum.subtract(left).boundsReconciled) note('subtraction');
  if (kind.counter) {
    const correction = resetCorrection(series, window, left, right, call, note);
    if (correction !== undefined && sum.add(correction).boundsReconciled) note('addition');
  }
  return { ...compactHistogram(sum.plain()), counterReset: CounterResetHint.gauge };
}

/** False, with a note, where exponential and custom buckets meet. */
function checkRange(
  series: RangeSeries,
  first: number,
  last: number,
  call: RangeCall,
  kind: RateKind,
): boolean {
  const { histograms } = series.histograms;
  const isCustom = isCustomSchema(histograms[first]!.schema);
  for (let i = first; i <= last; i++) {
    const histogram = histograms[i]!;
    if (isCustomSchema(histogram.schema) !== isCustom) {
      noteMixedExponentialCustom(call.state.annotations, series.metricName, call.pos);
      return false;
    }
    if (kind.counter && isGauge(histogram)) {
      noteHistogramNotCounter(call.state.annotations, series.metricName, call.pos);
    }
  }
  return true;
}

/** What was lost at resets between the edges, undefined for nothing. */
function resetCorrection(
  series: RangeSeries,
  window: ExtendedWindow,
  left: FloatHistogram,
  right: FloatHistogram,
  call: RangeCall,
  note: (operation: 'addition') => void,
): FloatHistogram | undefined {
  const { histograms, times } = series.histograms;
  // The first row is stood for by `left`; the last one by `right`, which has its hint and would find itself.
  let from = window.first + 1;
  const to = window.last - 1;
  let previous = left;
  if (
    call.smoothed &&
    times[window.first]! < window.start &&
    detectReset(histograms[window.first + 1]!, histograms[window.first]!)
  ) {
    // Interpolation at the left edge went across this reset and has dealt with it.
    previous = histograms[window.first + 1]!;
    from++;
  }
  if (from > to + 1) return undefined;
  let correction: HistogramSum | undefined;
  const lose = (lost: FloatHistogram): void => {
    if (correction === undefined) correction = new HistogramSum(lost);
    else if (correction.add(lost).boundsReconciled) note('addition');
  };
  for (let i = from; i <= to; i++) {
    if (detectReset(histograms[i]!, previous)) lose(previous);
    previous = histograms[i]!;
  }
  if (detectReset(right, previous)) lose(previous);
  return correction?.plain();
}
