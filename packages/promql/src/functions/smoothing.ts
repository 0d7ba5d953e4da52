// double_exponential_smoothing: Holt's method, level and trend, over the floats of each window. The result
// depends on the first rows of the window, so windows cannot share work.
import { noteIgnoredInMixedRange } from '../engine/notes.ts';
import { executionError } from '../engine/query-error.ts';
import type { RangeCall, RangeFunction } from './contract.ts';

export const doubleExponentialSmoothing: RangeFunction = {
  form: 'range',
  slide: (series, out, call) => {
    const { floats, histograms } = series;
    const { values } = floats;
    for (let step = 0; step < series.steps; step++) {
      if (series.isEmpty(step)) continue;
      const levelFactor = factorAt(call, 0, step, 'smoothing', 'sf');
      const trendFactor = factorAt(call, 1, step, 'trend', 'tf');
      const from = floats.lo[step]!;
      const to = floats.hi[step]!;
      if (to > from && histograms.hi[step]! > histograms.lo[step]!) {
        noteIgnoredInMixedRange(call.state.annotations, series.metricName, call.pos);
      }
      if (to - from >= 2) out.setFloat(step, smooth(values, from, to, levelFactor, trendFactor));
    }
  },
};

function factorAt(call: RangeCall, index: number, step: number, name: string, symbol: string): number {
  const factor = call.args[index]![step]!;
  if (factor <= 0 || factor >= 1) {
    const got = Number.isFinite(factor) ? factor.toFixed(6) : factor > 0 ? '+Inf' : '-Inf';
    throw executionError(`invalid ${name} factor. Expected: 0 < ${symbol} < 1, got: ${got}`);
  }
  return factor;
}

function smooth(
  values: Float64Array,
  from: number,
  to: number,
  levelFactor: number,
  trendFactor: number,
): number {
  let before = 0;
  let level = values[from]!;
  let trend = values[from + 1]! - values[from]!;
  for (let i = from + 1; i < to; i++) {
    const input = levelFactor * values[i]!;
    if (i > from + 1) trend = trendFactor * (level - before) + (1 - trendFactor) * trend;
    before = level;
    level = input + (1 - levelFactor) * (level + trend);
  }
  return level;
}
