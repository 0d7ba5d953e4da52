// rate, increase and delta over anchored and smoothed selectors: nothing is stretched, the values at the edges
// of the window are taken from the samples around them. Anchored takes the sample before the edge, smoothed
// interpolates between the samples before and after it.
import { noteMixedFloatsHistograms } from '../engine/notes.ts';
import type { Column } from '../operators/column.ts';
import type { FloatRun, RangeSeries } from '../operators/range-series.ts';
import type { RangeCall } from './contract.ts';
import { extendedHistogramRate } from './extended-histogram-rate.ts';
import type { RateKind } from './rate.ts';

export function extendedRate(series: RangeSeries, out: Column, call: RangeCall, kind: RateKind): void {
  const { floats, histograms } = series;
  for (let step = 0; step < series.steps; step++) {
    const hasFloats = floats.hi[step]! > floats.lo[step]!;
    const hasHistograms = histograms.hi[step]! > histograms.lo[step]!;
    if (hasFloats && hasHistograms) {
      noteMixedFloatsHistograms(call.state.annotations, series.metricName, call.pos);
    } else if (hasHistograms) {
      extendedHistogramRate(series, step, out, call, kind);
    } else if (hasFloats) {
      const result = extendedDifference(floats, step, series, call, kind);
      if (result !== undefined) {
        out.setFloat(step, kind.perSecond ? result / (call.rangeMs / 1000) : result);
      }
    }
  }
}

function extendedDifference(
  run: FloatRun,
  step: number,
  series: RangeSeries,
  call: RangeCall,
  kind: RateKind,
): number | undefined {
  const { times, values } = run;
  const start = series.windowStart(step);
  const end = series.windowEnd(step);
  let [first, last] = edgeRows(times, run.lo[step]!, run.hi[step]!, start, end, call.smoothed);
  if (times[last]! <= start || (call.smoothed && times[first]! > end)) return undefined;

  const left =
    call.smoothed && times[first]! < start ? interpolate(run, first, start, kind.counter) : values[first]!;
  const right =
    call.smoothed && last > run.lo[step]! && times[last]! > end
      ? interpolate(run, last - 1, end, kind.counter)
      : values[last]!;
  let difference = right - left;
  if (!kind.counter) return difference;

  // The edges have dealt with resets across them; only rows inside the window are left.
  if (times[first]! <= start) first++;
  if (times[last]! >= end) last--;
  let previous = left;
  for (let i = first; i <= last; i++) {
    if (values[i]! < previous) difference += previous;
    previous = values[i]!;
  }
  if (right < previous) difference += previous;
  return difference;
}

/**
 * The rows that give the values at the edges: the newest not after the start (or the very first), and the last
 * row, or for smoothed the first that is not before the end.
 */
export function edgeRows(
  times: Float64Array,
  lo: number,
  hi: number,
  start: number,
  end: number,
  smoothed: boolean,
): [first: number, last: number] {
  let last = hi - 1;
  let first = lo;
  while (first < last && times[first]! <= start) first++;
  first = Math.max(lo, first - 1);
  if (smoothed) {
    let row = lo;
    while (row < last && times[row]! < end) row++;
    last = row;
  }
  return [first, last];
}

/** The value at a time between row and row + 1; a counter that falls there is taken to start from zero. */
function interpolate(run: FloatRun, row: number, timeMs: number, counter: boolean): number {
  const { times, values } = run;
  const y2 = values[row + 1]!;
  const y1 = counter && y2 < values[row]! ? 0 : values[row]!;
  return y1 + ((y2 - y1) * (timeMs - times[row]!)) / (times[row + 1]! - times[row]!);
}

/** The value at an edge of the window: a row's own, or interpolated between it and the row beside it. */
export function valueAtEdge(
  run: FloatRun,
  row: number,
  timeMs: number,
  interpolates: boolean,
  isRight: boolean,
): number {
  if (!interpolates) return run.values[row]!;
  return interpolate(run, isRight ? row - 1 : row, timeMs, false);
}
