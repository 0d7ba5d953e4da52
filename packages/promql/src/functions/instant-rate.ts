// irate and idelta: the difference of the last two samples of a window, of either kind.
import { noteMixedFloatsHistograms } from '../engine/notes.ts';
import type { Column } from '../operators/column.ts';
import type { RangeSeries } from '../operators/range-series.ts';
import type { RangeCall, RangeFunction } from './contract.ts';
import { histogramInstantDifference } from './histogram-rate.ts';
import { isStartTimeReset } from './start-times.ts';

export const irate: RangeFunction = {
  form: 'range',
  slide: (series, out, call) => slideLastTwo(series, out, call, true),
};

export const idelta: RangeFunction = {
  form: 'range',
  slide: (series, out, call) => slideLastTwo(series, out, call, false),
};

function slideLastTwo(series: RangeSeries, out: Column, call: RangeCall, perSecond: boolean): void {
  const { floats, histograms } = series;
  const { times, values } = floats;
  const starts = call.state.features.useStartTimestamps ? floats.startTimes : undefined;
  for (let step = 0; step < series.steps; step++) {
    const floatCount = floats.hi[step]! - floats.lo[step]!;
    const histogramCount = histograms.hi[step]! - histograms.lo[step]!;
    if (floatCount + histogramCount < 2) continue;
    const lastFloat = floats.hi[step]! - 1;
    if (histogramCount > 0) {
      const among = histogramsAmongLastTwo(series, step);
      if (among === 2) histogramInstantDifference(series, step, out, call, perSecond);
      if (among === 1) noteMixedFloatsHistograms(call.state.annotations, series.metricName, call.argsPos);
      if (among !== 0) continue;
    }
    const interval = times[lastFloat]! - times[lastFloat - 1]!;
    const value = values[lastFloat]!;
    const before = values[lastFloat - 1]!;
    const isReset =
      perSecond &&
      (value < before ||
        (starts !== undefined &&
          isStartTimeReset(
            starts[lastFloat - 1]!,
            times[lastFloat - 1]!,
            starts[lastFloat]!,
            times[lastFloat]!,
          )));
    const difference = isReset ? value : value - before;
    out.setFloat(step, perSecond ? difference / (interval / 1000) : difference);
  }
}

/** How many of the two newest samples are histograms. */
function histogramsAmongLastTwo(series: RangeSeries, step: number): number {
  const { floats, histograms } = series;
  let f = floats.hi[step]! - 1;
  let h = histograms.hi[step]! - 1;
  let found = 0;
  for (let taken = 0; taken < 2; taken++) {
    const floatTime = f >= floats.lo[step]! ? floats.times[f]! : Number.NEGATIVE_INFINITY;
    const histogramTime = h >= histograms.lo[step]! ? histograms.times[h]! : Number.NEGATIVE_INFINITY;
    if (histogramTime > floatTime) {
      found++;
      h--;
    } else {
      f--;
    }
  }
  return found;
}
