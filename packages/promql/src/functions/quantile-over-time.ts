// quantile_over_time and mad_over_time, over a window that is kept sorted.
import { noteIgnoredInMixedRange, noteInvalidQuantile } from '../engine/notes.ts';
import type { RangeFunction } from './contract.ts';
import { quantileOf } from './quantile.ts';
import { SortedWindow } from './sorted-window.ts';

const sorted = new SortedWindow();
const rankInWindow = (rank: number) => sorted.at(rank);

export const quantileOverTime: RangeFunction = {
  form: 'range',
  slide: (series, out, call) => {
    const { floats, histograms } = series;
    const quantiles = call.args[0]!;
    sorted.reset();
    for (let step = 0; step < series.steps; step++) {
      if (floats.hi[step] === floats.lo[step]) continue;
      const q = quantiles[step]!;
      // The negation catches NaN as well.
      if (!(q >= 0 && q <= 1)) noteInvalidQuantile(call.state.annotations, q, call.pos);
      if (histograms.hi[step]! > histograms.lo[step]!) {
        noteIgnoredInMixedRange(call.state.annotations, series.metricName, call.pos);
      }
      sorted.moveTo(floats.values, floats.lo[step]!, floats.hi[step]!);
      out.setFloat(step, quantileOf(q, sorted.size, rankInWindow));
    }
  },
};

/** The median of the distances from the median. A NaN makes both NaN. */
export const madOverTime: RangeFunction = {
  form: 'range',
  slide: (series, out, call) => {
    const { floats, histograms } = series;
    sorted.reset();
    for (let step = 0; step < series.steps; step++) {
      if (floats.hi[step] === floats.lo[step]) continue;
      if (histograms.hi[step]! > histograms.lo[step]!) {
        noteIgnoredInMixedRange(call.state.annotations, series.metricName, call.pos);
      }
      sorted.moveTo(floats.values, floats.lo[step]!, floats.hi[step]!);
      out.setFloat(step, sorted.hasNan ? Number.NaN : medianDistance());
    }
  },
};

let distances = new Float64Array(64);

function medianDistance(): number {
  const count = sorted.size;
  const median = quantileOf(0.5, count, rankInWindow);
  if (distances.length < count) distances = new Float64Array(count * 2);
  // The distances fall towards the median and rise after it: merge both sides, nearest first.
  let below = 0;
  while (below < count && sorted.at(below) < median) below++;
  let above = below;
  below--;
  for (let i = 0; i < count; i++) {
    const down = below >= 0 ? Math.abs(sorted.at(below) - median) : Infinity;
    const up = above < count ? Math.abs(sorted.at(above) - median) : Infinity;
    if (above >= count || (below >= 0 && down <= up)) {
      distances[i] = down;
      below--;
    } else {
      distances[i] = up;
      above++;
    }
  }
  return quantileOf(0.5, count, distanceAt);
}

const distanceAt = (rank: number) => distances[rank]!;
