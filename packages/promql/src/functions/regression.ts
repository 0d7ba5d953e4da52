// deriv and predict_linear: least squares over the floats of a window.
import { nextCompensation } from '@prometheus-ts/model';
import { noteIgnoredInMixedRange } from '../engine/notes.ts';
import type { Column } from '../operators/column.ts';
import type { FloatRun, RangeSeries } from '../operators/range-series.ts';
import { timeAt } from '../plan/grid.ts';
import type { RangeCall, RangeFunction } from './contract.ts';

/** Per second. */
export const deriv: RangeFunction = {
  form: 'range',
  slide: (series, out, call) => {
    forEachFit(series, out, call, (run, from, to) => {
      // Times near zero keep their precision.
      fit(run, from, to, run.times[from]!);
      return line.slope;
    });
  },
};

export const predictLinear: RangeFunction = {
  form: 'range',
  slide: (series, out, call) => {
    const ahead = call.args[0]!;
    forEachFit(series, out, call, (run, from, to, step) => {
      fit(run, from, to, timeAt(call.grid, step));
      return line.slope * ahead[step]! + line.intercept;
    });
  },
};

function forEachFit(
  series: RangeSeries,
  out: Column,
  call: RangeCall,
  evaluate: (run: FloatRun, from: number, to: number, step: number) => number,
): void {
  const { floats, histograms } = series;
  for (let step = 0; step < series.steps; step++) {
    const from = floats.lo[step]!;
    const to = floats.hi[step]!;
    if (from === to) continue;
    if (histograms.hi[step]! > histograms.lo[step]!) {
      noteIgnoredInMixedRange(call.state.annotations, series.metricName, call.pos);
    }
    if (to - from >= 2) out.setFloat(step, evaluate(floats, from, to, step));
  }
}

const line = { slope: 0, intercept: 0 };

/** Leaves slope per second and value at `originMs` in `line`. */
function fit(run: FloatRun, from: number, to: number, originMs: number): void {
  const { times, values } = run;
  const first = values[from]!;
  let isConstant = true;
  let sumX = 0;
  let sumY = 0;
  let sumXY = 0;
  let sumXX = 0;
  let errorX = 0;
  let errorY = 0;
  let errorXY = 0;
  let errorXX = 0;
  for (let i = from; i < to; i++) {
    const y = values[i]!;
    if (y !== first && i > from) isConstant = false;
    const x = (times[i]! - originMs) / 1000;
    errorX = nextCompensation(x, sumX, errorX);
    sumX += x;
    errorY = nextCompensation(y, sumY, errorY);
    sumY += y;
    errorXY = nextCompensation(x * y, sumXY, errorXY);
    sumXY += x * y;
    errorXX = nextCompensation(x * x, sumXX, errorXX);
    sumXX += x * x;
  }
  if (isConstant) {
    const isInfinite = first === Infinity || first === -Infinity;
    line.slope = isInfinite ? Number.NaN : 0;
    line.intercept = isInfinite ? Number.NaN : first;
    return;
  }
  const count = to - from;
  const x = sumX + errorX;
  const y = sumY + errorY;
  const covariance = sumXY + errorXY - (x * y) / count;
  const variance = sumXX + errorXX - (x * x) / count;
  line.slope = covariance / variance;
  line.intercept = y / count - (line.slope * x) / count;
}
