// The samples that a range function saw at the last step, of one series: what extrapolation started from.
import type { RangeSeries } from '../operators/range-series.ts';

export interface LastWindow {
  readonly metricName: string;
  readonly windowMs: number;
  readonly count: number;
  readonly firstTimeMs: number;
  readonly lastTimeMs: number;
  /** By how much the counter rose between the first and the last sample, restarts taken into account. */
  readonly rise: number;
}

/** The last window with at least two floats; undefined where there is none. */
export function lastWindow(series: RangeSeries): LastWindow | undefined {
  const { floats } = series;
  for (let step = series.steps - 1; step >= 0; step--) {
    const from = floats.lo[step]!;
    const to = floats.hi[step]!;
    if (to - from < 2) continue;
    let rise = floats.values[to - 1]! - floats.values[from]!;
    for (let i = from + 1; i < to; i++) {
      if (floats.values[i]! < floats.values[i - 1]!) rise += floats.values[i - 1]!;
    }
    return {
      metricName: series.metricName,
      windowMs: series.windowEnd(step) - series.windowStart(step),
      count: to - from,
      firstTimeMs: floats.times[from]!,
      lastTimeMs: floats.times[to - 1]!,
      rise,
    };
  }
  return undefined;
}
