// rate, increase and delta: the difference over a window, corrected for counter resets and stretched to the
// edges of the window.
import { noteMixedFloatsHistograms, noteStartTimeOverlap } from '../engine/notes.ts';
import { type Column, Kind } from '../operators/column.ts';
import type { FloatRun, RangeSeries } from '../operators/range-series.ts';
import type { RangeCall, RangeFunction } from './contract.ts';
import { extendedRate } from './extended-rate.ts';
import { histogramDifference } from './histogram-rate.ts';
import { isStartTimeReset, overlapsPrevious, startInside } from './start-times.ts';
import { stretchFactor } from './stretch.ts';

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
  const { values, times, startTimes, lo, hi } = series.floats;
  const { counter } = kind;
  const resets = counter ? findResets(series.floats, call) : NO_RESETS;
  const resetRows = resets.rows;
  const hasHistograms = series.histograms.length > 0;
  const hasStarts = counter && startTimes !== undefined && call.state.features.useStartTimestamps;
  const { reference, rangeMs } = series.shape;
  const seconds = kind.perSecond ? rangeMs / 1000 : 1;
  const outKinds = out.kinds;
  const outValues = out.values;
  let nextReset = 0;
  for (let step = 0; step < lo.length; step++) {
    const from = lo[step]!;
    const to = hi[step]!;
    if (hasHistograms && isHistogramWindow(series, step, out, call, kind)) continue;
    if (from === to) continue;
    const first = values[from]!;
    let difference = values[to - 1]! - first;
    while (nextReset < resetRows.length && resetRows[nextReset]! <= from) nextReset++;
    for (let r = nextReset; r < resetRows.length && resetRows[r]! < to; r++) {
      difference += values[resetRows[r]! - 1]!;
    }
    if (resets.overlaps.length > 0) noteOverlaps(resets.overlaps, from, to, series, call);
    const windowEnd = reference.startMs + step * reference.stepMs;
    const start = hasStarts ? startInside(startTimes[from]!, windowEnd - rangeMs, times[from]!) : 0;
    const factor = stretchFactor(
      windowEnd - rangeMs,
      windowEnd,
      times[from]!,
      times[to - 1]!,
      to - from - 1,
      start,
      counter ? first : Number.NaN,
      difference,
    );
    if (Number.isNaN(factor)) continue;
    outValues[step] = (start !== 0 ? difference + first : difference) * (factor / seconds);
    outKinds[step] = Kind.float;
  }
}

/** Deals with the window of a step that holds histograms, and answers whether it does. */
function isHistogramWindow(
  series: RangeSeries,
  step: number,
  out: Column,
  call: RangeCall,
  kind: RateKind,
): boolean {
  const { floats, histograms } = series;
  if (histograms.hi[step] === histograms.lo[step]) return false;
  if (floats.hi[step]! > floats.lo[step]!) {
    noteMixedFloatsHistograms(call.state.annotations, series.metricName, call.pos);
  } else {
    histogramDifference(series, step, out, call, kind);
  }
  return true;
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

function noteOverlaps(
  overlaps: readonly number[],
  from: number,
  to: number,
  series: RangeSeries,
  call: RangeCall,
): void {
  for (let i = 0; i < overlaps.length; i++) {
    if (overlaps[i]! <= from || overlaps[i]! >= to) continue;
    noteStartTimeOverlap(call.state.annotations, series.metricName, call.pos);
    return;
  }
}
