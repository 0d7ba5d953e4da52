// Range functions on one window, as directly as they can be written.
import {
  addHistograms,
  CounterResetHint,
  compactHistogram,
  detectReset,
  divideHistogram,
  type FloatHistogram,
  histogramsEqual,
  multiplyHistogram,
  subtractHistograms,
} from '@prometheus-ts/model';
import type { Point } from './samples.ts';

export interface Window {
  /** Not empty, without stale points. */
  readonly points: readonly Point[];
  readonly startMs: number;
  readonly endMs: number;
  readonly evaluatedMs: number;
}

export interface Outcome {
  readonly value: number;
  readonly histogram?: FloatHistogram | undefined;
}

type WindowFunction = (window: Window, args: readonly number[]) => Outcome | undefined;

export const WINDOW_FUNCTIONS: Readonly<Record<string, WindowFunction>> = {
  rate: (window) => extrapolated(window, true, true),
  increase: (window) => extrapolated(window, true, false),
  delta: (window) => extrapolated(window, false, false),
  irate: (window) => lastTwo(window, true),
  idelta: (window) => lastTwo(window, false),
  count_over_time: ({ points }) => ({ value: points.length }),
  present_over_time: () => ({ value: 1 }),
  first_over_time: ({ points }) => points[0],
  last_over_time: ({ points }) => points.at(-1),
  sum_over_time: ({ points }) => folded(points, sum, (all) => all.reduce(plus)),
  avg_over_time: ({ points }) =>
    folded(
      points,
      (values) => sum(values) / values.length,
      (all) => divideHistogram(all.reduce(plus), all.length),
    ),
  min_over_time: (window) => ofFloats(window, (values) => best(values, (a, b) => a < b)),
  max_over_time: (window) => ofFloats(window, (values) => best(values, (a, b) => a > b)),
  stdvar_over_time: (window) => ofFloats(window, variance),
  stddev_over_time: (window) => ofFloats(window, (values) => Math.sqrt(variance(values))),
  quantile_over_time: (window, [q]) => ofFloats(window, (values) => quantile(q!, values)),
  mad_over_time: (window) => ofFloats(window, medianDistance),
  changes: ({ points }) => ({ value: countPairs(points, isChange) }),
  resets: ({ points }) => ({ value: countPairs(points, isReset) }),
  deriv: (window) => {
    const floats = floatsOf(window);
    return floats.length < 2 ? undefined : { value: fit(floats, floats[0]!.timeMs).slope };
  },
  predict_linear: (window, [ahead]) => {
    const floats = floatsOf(window);
    if (floats.length < 2) return undefined;
    const { slope, intercept } = fit(floats, window.evaluatedMs);
    return { value: slope * ahead! + intercept };
  },
};

function floatsOf({ points }: Window): Point[] {
  return points.filter(({ histogram }) => histogram === undefined);
}

function ofFloats(window: Window, fold: (values: number[]) => number): Outcome | undefined {
  const values = floatsOf(window).map(({ value }) => value);
  return values.length === 0 ? undefined : { value: fold(values) };
}

function folded(
  points: readonly Point[],
  floats: (values: number[]) => number,
  histograms: (all: FloatHistogram[]) => FloatHistogram,
): Outcome | undefined {
  const all = points.flatMap(({ histogram }) => (histogram === undefined ? [] : [histogram]));
  if (all.length === 0) return { value: floats(points.map(({ value }) => value)) };
  return all.length < points.length ? undefined : { value: 0, histogram: histograms(all) };
}

function plus(a: FloatHistogram, b: FloatHistogram): FloatHistogram {
  return addHistograms(a, b).histogram;
}

function minus(a: FloatHistogram, b: FloatHistogram): FloatHistogram {
  return subtractHistograms(a, b).histogram;
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function best(values: readonly number[], beats: (a: number, b: number) => boolean): number {
  return values.reduce((winner, value) => (beats(value, winner) || Number.isNaN(winner) ? value : winner));
}

export function variance(values: readonly number[]): number {
  const mean = sum(values) / values.length;
  return sum(values.map((value) => (value - mean) ** 2)) / values.length;
}

export function quantile(q: number, values: readonly number[]): number {
  if (values.length === 0 || Number.isNaN(q)) return Number.NaN;
  if (q < 0) return -Infinity;
  if (q > 1) return Infinity;
  const sorted = [...values].sort((a, b) => (Number.isNaN(a) ? -1 : Number.isNaN(b) ? 1 : a - b));
  const rank = q * (values.length - 1);
  const lower = Math.floor(rank);
  const upper = Math.min(values.length - 1, lower + 1);
  return sorted[lower]! * (1 - (rank - lower)) + sorted[upper]! * (rank - lower);
}

function medianDistance(values: readonly number[]): number {
  if (values.some(Number.isNaN)) return Number.NaN;
  const median = quantile(0.5, values);
  return quantile(
    0.5,
    values.map((value) => Math.abs(value - median)),
  );
}

function countPairs(points: readonly Point[], happened: (a: Point, b: Point) => boolean): number {
  return points.slice(1).filter((point, i) => happened(points[i]!, point)).length;
}

function isChange(a: Point, b: Point): boolean {
  if (a.histogram && b.histogram) return !histogramsEqual(a.histogram, b.histogram);
  if (a.histogram || b.histogram) return true;
  return a.value !== b.value && !(Number.isNaN(a.value) && Number.isNaN(b.value));
}

function isReset(a: Point, b: Point): boolean {
  if (a.histogram && b.histogram) return detectReset(b.histogram, a.histogram);
  return a.histogram || b.histogram ? true : b.value < a.value;
}

function fit(points: readonly Point[], originMs: number): { slope: number; intercept: number } {
  const x = points.map(({ timeMs }) => (timeMs - originMs) / 1000);
  const y = points.map(({ value }) => value);
  if (y.every((value) => value === y[0])) {
    return Number.isFinite(y[0]) ? { slope: 0, intercept: y[0]! } : { slope: NaN, intercept: NaN };
  }
  const n = points.length;
  const covariance = sum(x.map((value, i) => value * y[i]!)) - (sum(x) * sum(y)) / n;
  const spread = sum(x.map((value) => value * value)) - sum(x) ** 2 / n;
  const slope = covariance / spread;
  return { slope, intercept: sum(y) / n - (slope * sum(x)) / n };
}

function extrapolated(window: Window, counter: boolean, perSecond: boolean): Outcome | undefined {
  const { points, startMs, endMs } = window;
  const first = points[0]!;
  const last = points.at(-1)!;
  if (points.some(({ histogram }) => (histogram === undefined) !== (first.histogram === undefined))) {
    return undefined;
  }
  if (points.length < 2) return undefined;
  const isHistogram = first.histogram !== undefined;
  const histogram = isHistogram ? histogramIncrease(points, counter) : undefined;
  const difference = histogram?.count ?? floatIncrease(points, counter);
  const sampled = (last.timeMs - first.timeMs) / 1000;
  const average = sampled / (points.length - 1);
  let toStart = (first.timeMs - startMs) / 1000;
  let toEnd = (endMs - last.timeMs) / 1000;
  if (toStart >= average * 1.1) toStart = average / 2;
  if (toEnd >= average * 1.1) toEnd = average / 2;
  const base = isHistogram ? first.histogram!.count : first.value;
  if (counter && difference > 0 && base >= 0) toStart = Math.min(toStart, (sampled * base) / difference);
  let factor = (sampled + toStart + toEnd) / sampled;
  if (perSecond) factor /= (endMs - startMs) / 1000;
  return histogram === undefined
    ? { value: difference * factor }
    : { value: 0, histogram: multiplyHistogram(histogram, factor) };
}

function floatIncrease(points: readonly Point[], counter: boolean): number {
  let difference = points.at(-1)!.value - points[0]!.value;
  for (let i = 1; i < points.length && counter; i++) {
    if (points[i]!.value < points[i - 1]!.value) difference += points[i - 1]!.value;
  }
  return difference;
}

function histogramIncrease(points: readonly Point[], counter: boolean): FloatHistogram {
  const all = points.map(({ histogram }) => histogram!);
  let difference = minus(all.at(-1)!, all[0]!);
  for (let i = 1; i < all.length && counter; i++) {
    if (detectReset(all[i]!, all[i - 1]!)) difference = plus(difference, all[i - 1]!);
  }
  return { ...compactHistogram(difference), counterReset: CounterResetHint.gauge };
}

function lastTwo({ points }: Window, perSecond: boolean): Outcome | undefined {
  const last = points.at(-1)!;
  const before = points.at(-2);
  if (before === undefined) return undefined;
  const seconds = perSecond ? (last.timeMs - before.timeMs) / 1000 : 1;
  if (last.histogram && before.histogram) {
    const isFresh = perSecond && detectReset(last.histogram, before.histogram);
    const difference = compactHistogram(isFresh ? last.histogram : minus(last.histogram, before.histogram));
    return {
      value: 0,
      histogram: { ...divideHistogram(difference, seconds), counterReset: CounterResetHint.gauge },
    };
  }
  if (last.histogram || before.histogram) return undefined;
  const isFresh = perSecond && last.value < before.value;
  return { value: (isFresh ? last.value : last.value - before.value) / seconds };
}
