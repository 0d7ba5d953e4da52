// max_over_time, min_over_time, and the times at which those were. A monotonic queue keeps, for the current
// window, the rows that can still become its extreme; each row enters and leaves it once. NaN loses against any
// other value and is the answer only where a window holds nothing else.
import { noteIgnoredInMixedRange } from '../engine/notes.ts';
import type { Column } from '../operators/column.ts';
import type { RangeSeries } from '../operators/range-series.ts';
import type { RangeCall, RangeFunction } from './contract.ts';

export const maxOverTime = extreme(true, false);
export const minOverTime = extreme(false, false);
/** Of equal values the last one counts; the others take the first. */
export const tsOfMaxOverTime = extreme(true, true);
export const tsOfMinOverTime = extreme(false, true);

function extreme(isMax: boolean, yieldsTime: boolean): RangeFunction {
  return {
    form: 'range',
    slide: (series, out, call) => slideExtreme(series, out, call, isMax, yieldsTime),
  };
}

let rows = new Int32Array(256);
/** The values of `rows`, negated for minima, so that there is one direction to compare in. */
let keys = new Float64Array(256);

function slideExtreme(
  series: RangeSeries,
  out: Column,
  call: RangeCall,
  isMax: boolean,
  yieldsTime: boolean,
): void {
  const { values, times, lo, hi, length } = series.floats;
  if (length === 0) return;
  if (rows.length < length) {
    rows = new Int32Array(length * 2);
    keys = new Float64Array(length * 2);
  }
  const hasHistograms = series.histograms.length > 0;
  let head = 0;
  let tail = 0;
  let next = 0;
  for (let step = 0; step < lo.length; step++) {
    const from = lo[step]!;
    const to = hi[step]!;
    if (from === to) continue;
    if (hasHistograms && series.histograms.hi[step]! > series.histograms.lo[step]!) {
      noteIgnoredInMixedRange(call.state.annotations, series.metricName, call.pos);
    }
    if (next < from) next = from;
    for (; next < to; next++) {
      const key = isMax ? values[next]! : -values[next]!;
      if (Number.isNaN(key)) continue;
      if (yieldsTime) while (tail > head && keys[tail - 1]! <= key) tail--;
      else while (tail > head && keys[tail - 1]! < key) tail--;
      keys[tail] = key;
      rows[tail++] = next;
    }
    while (head < tail && rows[head]! < from) head++;
    // The time of a window of nothing but NaN is that of the last one, as each replaces the one before.
    const row = head < tail ? rows[head]! : yieldsTime ? to - 1 : from;
    out.setFloat(step, yieldsTime ? times[row]! / 1000 : values[row]!);
  }
}
