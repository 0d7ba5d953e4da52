// Functions that only look at how many samples a window has and at its first and last: count_over_time,
// present_over_time, first_over_time, last_over_time, ts_of_first_over_time, ts_of_last_over_time.
import type { Column } from '../operators/column.ts';
import type { RangeSeries } from '../operators/range-series.ts';
import type { RangeFunction } from './contract.ts';

export const countOverTime: RangeFunction = {
  form: 'range',
  slide: (series, out) => {
    const { floats, histograms } = series;
    for (let step = 0; step < series.steps; step++) {
      const count = floats.hi[step]! - floats.lo[step]! + histograms.hi[step]! - histograms.lo[step]!;
      if (count > 0) out.setFloat(step, count);
    }
  },
};

export const presentOverTime: RangeFunction = {
  form: 'range',
  slide: (series, out) => {
    for (let step = 0; step < series.steps; step++) if (!series.isEmpty(step)) out.setFloat(step, 1);
  },
};

export const firstOverTime: RangeFunction = {
  form: 'range',
  keepsName: true,
  slide: (series, out) => pickSamples(series, out, true, false),
};

export const lastOverTime: RangeFunction = {
  form: 'range',
  keepsName: true,
  slide: (series, out) => pickSamples(series, out, false, false),
};

export const tsOfFirstOverTime: RangeFunction = {
  form: 'range',
  slide: (series, out) => pickSamples(series, out, true, true),
};

export const tsOfLastOverTime: RangeFunction = {
  form: 'range',
  slide: (series, out) => pickSamples(series, out, false, true),
};

function pickSamples(series: RangeSeries, out: Column, first: boolean, yieldsTime: boolean): void {
  const { floats, histograms } = series;
  for (let step = 0; step < series.steps; step++) {
    if (series.isEmpty(step)) continue;
    const f = first ? floats.lo[step]! : floats.hi[step]! - 1;
    const h = first ? histograms.lo[step]! : histograms.hi[step]! - 1;
    const hasFloat = floats.hi[step]! > floats.lo[step]!;
    const hasHistogram = histograms.hi[step]! > histograms.lo[step]!;
    const picksFloat =
      !hasHistogram ||
      (hasFloat &&
        (first ? floats.times[f]! < histograms.times[h]! : histograms.times[h]! < floats.times[f]!));
    if (yieldsTime) out.setFloat(step, (picksFloat ? floats.times[f]! : histograms.times[h]!) / 1000);
    else if (picksFloat) out.setFloat(step, floats.values[f]!);
    else out.setHistogram(step, histograms.histograms[h]!);
  }
}
