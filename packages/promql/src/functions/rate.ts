// rate, increase and delta: the difference over a window, corrected for counter resets and stretched to the
// edges of the window.
import { noteMixedFloatsHistograms, noteStartTimeOverlap } from '../engine/notes.ts';
import type { Column } from '../operators/column.ts';
import type { FloatRun, RangeSeries } from '../operators/range-series.ts';
import type { RangeCall, RangeFunction } from './contract.ts';
import { extendedRate } from './extended-rate.ts';
import { histogramDifference } from './histogram-rate.ts';
import { isStartTimeReset, overlapsPrevious } from './start-times.ts';

/** Beyond so many average distances from the edge a series counts as starting or ending in the window. */
const EDGE_THRESHOLD = 1.1;

export interface RateKind {
  /** Falling values are resets. */
  readonly counter: boolean;
  /** Per second rather than over the window. */
  readonly perSecond: boolean;
}

export const rate = rateFunction({ counter: true, perSecond: true });
export const increase = rateFunction({ counter: true, perSecond: false });
export const delta = rateFunction({ counter: false, perSecond: false });

function rateFunction(kind: RateKind): RangeFunction {
  return {
    form: 'range',
    allowsAnchored: true,
    allowsSmoothed: true,
    slide: (series, out, call) => {
      if (call.anchored || call.smoothed) extendedRate(series, out, call, kind);
      else slideRate(series, out, call, kind);
    },
  };
}

function slideRate(series: RangeSeries, out: Column, call: RangeCall, kind: RateKind): void {
  const { floats, histograms } = series;
  const resets = kind.counter ? findResets(floats, call) : NO_RESETS;
  let nextReset = 0;
  for (let step = 0; step < series.steps; step++) {
    const lo = floats.lo[step]!;
    const hi = floats.hi[step]!;
    const hasHistograms = histograms.hi[step]! > histograms.lo[step]!;
    while (nextReset < resets.rows.length && resets.rows[nextReset]! <= lo) nextReset++;
    if (hasHistograms) {
      if (hi > lo) noteMixedFloatsHistograms(call.state.annotations, series.metricName, call.pos);
      else histogramDifference(series, step, out, call, kind);
      continue;
    }
    if (hi === lo) continue;
    const { values } = floats;
    let difference = values[hi - 1]! - values[lo]!;
    for (let r = nextReset; r < resets.rows.length && resets.rows[r]! < hi; r++) {
      difference += values[resets.rows[r]! - 1]!;
    }
    if (resets.overlaps.some((row) => row > lo && row < hi)) {
      noteStartTimeOverlap(call.state.annotations, series.metricName, call.pos);
    }
    const startTime = kind.counter ? startInside(series, floats, step, call) : 0;
    const factor = stretchFactor(series, floats, step, startTime, values[lo]!, difference, kind, call);
    if (Number.isNaN(factor)) continue;
    out.setFloat(step, (startTime !== 0 ? difference + values[lo]! : difference) * factor);
  }
}

interface Resets {
  /** Rows before which the counter was reset. */
  readonly rows: readonly number[];
  /** Rows whose start time overlaps the sample before. */
  readonly overlaps: readonly number[];
}
const NO_RESETS: Resets = { rows: [], overlaps: [] };

function findResets(run: FloatRun, call: RangeCall): Resets {
  const { values, times, length } = run;
  const starts = call.state.features.useStartTimestamps ? run.startTimes : undefined;
  let rows: number[] | undefined;
  let overlaps: number[] | undefined;
  for (let i = 1; i < length; i++) {
    let isReset = values[i]! < values[i - 1]!;
    if (starts !== undefined) {
      isReset ||= isStartTimeReset(starts[i - 1]!, times[i - 1]!, starts[i]!, times[i]!);
      if (overlapsPrevious(starts[i - 1]!, times[i - 1]!, starts[i]!)) (overlaps ??= []).push(i);
    }
    if (isReset) (rows ??= []).push(i);
  }
  return { rows: rows ?? NO_RESETS.rows, overlaps: overlaps ?? NO_RESETS.overlaps };
}

/** The part of a run that places its samples in time. */
interface TimedRun {
  readonly times: Float64Array;
  readonly startTimes: Float64Array | undefined;
  readonly lo: Int32Array;
  readonly hi: Int32Array;
}

/** The first sample's start time where that lies within the window before it; 0 otherwise. */
export function startInside(series: RangeSeries, run: TimedRun, step: number, call: RangeCall): number {
  if (run.startTimes === undefined || !call.state.features.useStartTimestamps) return 0;
  const lo = run.lo[step]!;
  const start = run.startTimes[lo]!;
  return start > series.windowStart(step) && start < run.times[lo]! ? start : 0;
}

/**
 * By how much the difference between the samples of a window is to be multiplied, NaN where a single sample
 * says nothing. A series that comes close to an edge of the window is taken to go on beyond it; one that does
 * not is stretched by half a sample distance. A counter is not stretched to before the moment at which its
 * slope would have had it at zero.
 * @param startTime where the counter is known to have been zero inside the window, or 0
 * @param first the first value (of a histogram, its count)
 */
export function stretchFactor(
  series: RangeSeries,
  run: TimedRun,
  step: number,
  startTime: number,
  first: number,
  difference: number,
  kind: RateKind,
  call: RangeCall,
): number {
  const lo = run.lo[step]!;
  const intervals = run.hi[step]! - 1 - lo;
  const firstTime = run.times[lo]!;
  const lastTime = run.times[lo + intervals]!;
  let sampled = (lastTime - firstTime) / 1000;
  const average = intervals > 0 ? sampled / intervals : 0;
  const threshold = average * EDGE_THRESHOLD;
  let toStart = 0;
  if (startTime !== 0) {
    sampled = (lastTime - startTime) / 1000;
  } else if (intervals === 0) {
    return Number.NaN;
  } else {
    toStart = (firstTime - series.windowStart(step)) / 1000;
    if (toStart >= threshold) toStart = average / 2;
    if (kind.counter && difference > 0 && first >= 0) {
      const toZero = sampled * (first / difference);
      if (toZero < toStart) toStart = toZero;
    }
  }
  let toEnd = (series.windowEnd(step) - lastTime) / 1000;
  if (toEnd >= threshold) toEnd = average / 2;
  const factor = sampled === 0 ? 1 : (sampled + toStart + toEnd) / sampled;
  return kind.perSecond ? factor / (call.rangeMs / 1000) : factor;
}
