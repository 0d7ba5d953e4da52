// rate, increase, delta, irate and idelta of native histograms. Windows that hold only histograms come here.
import {
  CounterResetHint,
  compactHistogram,
  detectReset,
  divideHistogram,
  type FloatHistogram,
  HistogramSum,
  isCustomSchema,
  multiplyHistogram,
  reduceResolution,
} from '@prometheus-ts/model';
import {
  noteHistogramNotCounter,
  noteHistogramNotGauge,
  noteMismatchedCustomBuckets,
  noteMixedExponentialCustom,
  noteStartTimeOverlap,
} from '../engine/notes.ts';
import type { Column } from '../operators/column.ts';
import { isIncompatible } from '../operators/histogram-operators.ts';
import type { RangeSeries } from '../operators/range-series.ts';
import type { RangeCall } from './contract.ts';
import type { RateKind } from './rate.ts';
import { isStartTimeReset, overlapsPrevious, startInside } from './start-times.ts';
import { stretchFactor } from './stretch.ts';

/** Writes the step's rate, increase or delta. */
export function histogramDifference(
  series: RangeSeries,
  step: number,
  out: Column,
  call: RangeCall,
  kind: RateKind,
): void {
  const run = series.histograms;
  const lo = run.lo[step]!;
  const hi = run.hi[step]!;
  const first = run.histograms[lo]!;
  let difference: FloatHistogram | undefined;
  if (hi - lo > 1) {
    difference = correctedDifference(series, lo, hi, call, kind);
    if (difference === undefined) return;
  }
  const windowStart = series.windowStart(step);
  const startTime =
    kind.counter && run.startTimes !== undefined && call.state.features.useStartTimestamps
      ? startInside(run.startTimes[lo]!, windowStart, run.times[lo]!)
      : 0;
  const factor = stretchFactor(
    windowStart,
    series.windowEnd(step),
    run.times[lo]!,
    run.times[hi - 1]!,
    hi - lo - 1,
    startTime,
    kind.counter ? first.count : Number.NaN,
    difference?.count ?? 0,
  );
  if (Number.isNaN(factor)) return;
  if (startTime !== 0) {
    difference = difference === undefined ? first : add(difference, first, series, call);
    if (difference === undefined) return;
  }
  const perSecond = kind.perSecond ? factor / (call.rangeMs / 1000) : factor;
  out.setHistogram(step, multiplyHistogram(difference!, perSecond));
}

/** Last less first, with what was lost at resets between; undefined where the buckets do not go together. */
function correctedDifference(
  series: RangeSeries,
  lo: number,
  hi: number,
  call: RangeCall,
  kind: RateKind,
): FloatHistogram | undefined {
  const { histograms } = series.histograms;
  const { annotations } = call.state;
  const first = histograms[lo]!;
  const last = histograms[hi - 1]!;
  let hasGauge = isGauge(first) || isGauge(last);
  let base: FloatHistogram = first;
  if (kind.counter && isResetAt(series, lo + 1, first, call)) {
    // Whatever buckets the first sample has, they no longer matter.
    base = emptyLike(histograms[lo + 1]!);
  }
  const isCustom = isCustomSchema(base.schema);
  let schema = Math.min(last.schema, base.schema);
  let compatible = isCustomSchema(last.schema) === isCustom;
  const endsFit = compatible;
  if (kind.counter) {
    for (let i = lo + 1; i < hi - 1 && compatible; i++) {
      const { schema: own } = histograms[i]!;
      hasGauge ||= isGauge(histograms[i]!);
      schema = Math.min(schema, own);
      compatible = isCustomSchema(own) === isCustom;
    }
  }
  // A sample in between that does not fit is all that upstream then tells of.
  if (kind.counter && hasGauge && (compatible || !endsFit)) {
    noteHistogramNotCounter(annotations, series.metricName, call.pos);
  }
  if (!compatible) {
    noteMixedExponentialCustom(annotations, series.metricName, call.pos);
    return undefined;
  }
  if (!kind.counter && (!isGauge(first) || !isGauge(last))) {
    noteHistogramNotGauge(annotations, series.metricName, call.pos);
  }
  const sum = new HistogramSum(schema < last.schema ? reduceResolution(last, schema) : last);
  try {
    if (sum.subtract(base).boundsReconciled) {
      noteMismatchedCustomBuckets(annotations, 'subtraction', call.pos);
    }
    if (kind.counter) addResets(series, lo, hi, base, sum, call);
  } catch (error) {
    if (!isIncompatible(error)) throw error;
    noteMixedExponentialCustom(annotations, series.metricName, call.pos);
    return undefined;
  }
  return { ...compactHistogram(sum.plain()), counterReset: CounterResetHint.gauge };
}

function addResets(
  series: RangeSeries,
  lo: number,
  hi: number,
  base: FloatHistogram,
  sum: HistogramSum,
  call: RangeCall,
): void {
  const { histograms } = series.histograms;
  const { annotations } = call.state;
  let previous = base;
  let overlapNoted = false;
  for (let i = lo + 1; i < hi; i++) {
    if (!overlapNoted && overlapsAt(series, i, call)) {
      noteStartTimeOverlap(annotations, series.metricName, call.pos);
      overlapNoted = true;
    }
    if (isResetAt(series, i, previous, call) && sum.add(previous).boundsReconciled) {
      noteMismatchedCustomBuckets(annotations, 'addition', call.pos);
    }
    previous = histograms[i]!;
  }
}

function isResetAt(series: RangeSeries, row: number, previous: FloatHistogram, call: RangeCall): boolean {
  const { histograms, startTimes: starts, times } = series.histograms;
  if (starts !== undefined && call.state.features.useStartTimestamps) {
    if (isStartTimeReset(starts[row - 1]!, times[row - 1]!, starts[row]!, times[row]!)) return true;
  }
  return detectReset(histograms[row]!, previous);
}

function overlapsAt(series: RangeSeries, row: number, call: RangeCall): boolean {
  const { startTimes: starts, times } = series.histograms;
  if (starts === undefined || !call.state.features.useStartTimestamps) return false;
  return overlapsPrevious(starts[row - 1]!, times[row - 1]!, starts[row]!);
}

function add(
  a: FloatHistogram,
  b: FloatHistogram,
  series: RangeSeries,
  call: RangeCall,
): FloatHistogram | undefined {
  const sum = new HistogramSum(a);
  try {
    if (sum.add(b).boundsReconciled) {
      noteMismatchedCustomBuckets(call.state.annotations, 'addition', call.pos);
    }
    return sum.plain();
  } catch (error) {
    if (!isIncompatible(error)) throw error;
    noteMixedExponentialCustom(call.state.annotations, series.metricName, call.pos);
    return undefined;
  }
}

/** Writes the step's irate or idelta; the last two samples of the window are histograms. */
export function histogramInstantDifference(
  series: RangeSeries,
  step: number,
  out: Column,
  call: RangeCall,
  perSecond: boolean,
): void {
  const { histograms, times, hi } = series.histograms;
  const { annotations } = call.state;
  const row = hi[step]! - 1;
  const last = histograms[row]!;
  const before = histograms[row - 1]!;
  if (perSecond && (isGauge(last) || isGauge(before))) {
    noteHistogramNotCounter(annotations, series.metricName, call.argsPos);
  }
  if (!perSecond && (!isGauge(last) || !isGauge(before))) {
    noteHistogramNotGauge(annotations, series.metricName, call.argsPos);
  }
  const sum = new HistogramSum(last);
  if (!perSecond || !isResetAt(series, row, before, call)) {
    try {
      if (sum.subtract(before).boundsReconciled) {
        noteMismatchedCustomBuckets(annotations, 'subtraction', call.argsPos);
      }
    } catch (error) {
      if (!isIncompatible(error)) throw error;
      noteMixedExponentialCustom(annotations, series.metricName, call.argsPos);
      return;
    }
  }
  const result = { ...compactHistogram(sum.plain()), counterReset: CounterResetHint.gauge };
  const seconds = (times[row]! - times[row - 1]!) / 1000;
  out.setHistogram(step, perSecond ? divideHistogram(result, seconds) : result);
}

export function isGauge(histogram: FloatHistogram): boolean {
  return histogram.counterReset === CounterResetHint.gauge;
}

function emptyLike(histogram: FloatHistogram): FloatHistogram {
  return {
    ...histogram,
    counterReset: CounterResetHint.unknown,
    zeroThreshold: 0,
    zeroCount: 0,
    count: 0,
    sum: 0,
    positiveSpans: [],
    negativeSpans: [],
    positiveBuckets: [],
    negativeBuckets: [],
  };
}
