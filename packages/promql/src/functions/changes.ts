// changes and resets: how often the value of a window changed, or fell. What happens between two samples is
// looked at once; a window counts what happened between its first and last sample.
import { detectReset, histogramsEqual } from '@prometheus-ts/model';
import type { Column } from '../operators/column.ts';
import type { RangeSeries } from '../operators/range-series.ts';
import type { RangeCall, RangeFunction } from './contract.ts';
import { isStartTimeReset } from './start-times.ts';

export const changes: RangeFunction = {
  form: 'range',
  allowsAnchored: true,
  slide: (series, out, call) => slideEvents(series, out, call, isChange),
};

export const resets: RangeFunction = {
  form: 'range',
  allowsAnchored: true,
  slide: (series, out, call) => slideEvents(series, out, call, isReset),
};

/** Floats and histograms of a series in one order: row ≥ 0 is a float, row < 0 the histogram −row−1. */
class Timeline {
  times = new Float64Array(0);
  rows = new Int32Array(0);
  length = 0;

  load(series: RangeSeries): void {
    const { floats, histograms } = series;
    const length = floats.length + histograms.length;
    if (this.rows.length < length) {
      this.times = new Float64Array(length * 2);
      this.rows = new Int32Array(length * 2);
    }
    let f = 0;
    let h = 0;
    for (let i = 0; i < length; i++) {
      const takesFloat =
        h >= histograms.length || (f < floats.length && floats.times[f]! <= histograms.times[h]!);
      this.times[i] = takesFloat ? floats.times[f]! : histograms.times[h]!;
      this.rows[i] = takesFloat ? f++ : -1 - h++;
    }
    this.length = length;
  }
}

type Event = (series: RangeSeries, previous: number, row: number, call: RangeCall) => boolean;

const timeline = new Timeline();
/** events[i]: how many of the rows 1…i differ from the row before. */
let events = new Int32Array(256);

function slideEvents(series: RangeSeries, out: Column, call: RangeCall, happened: Event): void {
  timeline.load(series);
  const { length, rows, times } = timeline;
  if (length === 0) return;
  if (events.length < length) events = new Int32Array(length * 2);
  events[0] = 0;
  for (let i = 1; i < length; i++) {
    events[i] = events[i - 1]! + (happened(series, rows[i - 1]!, rows[i]!, call) ? 1 : 0);
  }
  const { floats, histograms } = series;
  for (let step = 0; step < series.steps; step++) {
    let first = floats.lo[step]! + histograms.lo[step]!;
    const last = floats.hi[step]! + histograms.hi[step]! - 1;
    if (last < first) continue;
    if (call.anchored) {
      const start = series.windowStart(step);
      if (times[last]! <= start) continue;
      // The baseline is the newest sample that is not inside the window itself.
      while (first < last && times[first + 1]! <= start) first++;
    }
    out.setFloat(step, events[last]! - events[first]!);
  }
}

function isChange(series: RangeSeries, previous: number, row: number): boolean {
  if (previous >= 0 && row >= 0) {
    const a = series.floats.values[previous]!;
    const b = series.floats.values[row]!;
    return a !== b && !(Number.isNaN(a) && Number.isNaN(b));
  }
  if (previous >= 0 || row >= 0) return true;
  const { histograms } = series.histograms;
  return !histogramsEqual(histograms[-1 - row]!, histograms[-1 - previous]!);
}

function isReset(series: RangeSeries, previous: number, row: number, call: RangeCall): boolean {
  if (previous >= 0 !== row >= 0) return true;
  const run = row >= 0 ? series.floats : series.histograms;
  const a = row >= 0 ? previous : -1 - previous;
  const b = row >= 0 ? row : -1 - row;
  const { startTimes: starts, times } = run;
  if (starts !== undefined && call.state.features.useStartTimestamps) {
    if (isStartTimeReset(starts[a]!, times[a]!, starts[b]!, times[b]!)) return true;
  }
  if (row >= 0) return series.floats.values[b]! < series.floats.values[a]!;
  return detectReset(series.histograms.histograms[b]!, series.histograms.histograms[a]!);
}
