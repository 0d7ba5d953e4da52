// One series as range functions see it: its samples once, and for every step which of them lie in the window.
// Floats and histograms stand apart, staleness markers are gone. One object is reused for all series.
import { CounterResetHint, type FloatHistogram, type SampleColumns } from '@prometheus-ts/model';
import { type Grid, type Reference, timeAt } from '../plan/grid.ts';
import { type Column, Kind } from './column.ts';
import { histogramWeight } from './histogram-weight.ts';

/** Where the windows of a range vector lie. All bounds are left-open, right-closed. */
export interface WindowShape {
  readonly steps: number;
  readonly reference: Reference;
  readonly rangeMs: number;
  /** By how much the window reaches further back and ahead for anchored and smoothed selectors. */
  readonly extraBeforeMs: number;
  readonly extraAfterMs: number;
}

/** Rows of one kind. Rows `lo[step] … hi[step]-1` lie in the window of `step`; both only rise. */
interface Run {
  length: number;
  times: Float64Array;
  /** Milliseconds, 0 for unknown; undefined where storage has none. */
  startTimes: Float64Array | undefined;
  readonly lo: Int32Array;
  readonly hi: Int32Array;
}

export interface FloatRun extends Run {
  values: Float64Array;
}

export interface HistogramRun extends Run {
  histograms: FloatHistogram[];
}

const NO_TIMES = new Float64Array(0);

export class RangeSeries {
  readonly steps: number;
  readonly floats: FloatRun;
  readonly histograms: HistogramRun;
  /** The name that annotations give the series. */
  metricName = '';
  readonly shape: WindowShape;
  /** Grown and reused where rows had to be moved. */
  #ownTimes = NO_TIMES;
  #ownValues = NO_TIMES;

  constructor(shape: WindowShape) {
    const { steps } = shape;
    this.steps = steps;
    this.shape = shape;
    const lo = () => new Int32Array(steps);
    this.floats = {
      length: 0,
      times: NO_TIMES,
      values: NO_TIMES,
      startTimes: undefined,
      lo: lo(),
      hi: lo(),
    };
    this.histograms = {
      length: 0,
      times: NO_TIMES,
      histograms: [],
      startTimes: undefined,
      lo: lo(),
      hi: lo(),
    };
  }

  /** Takes over decoded samples; `samples` may be overwritten, and must stay until the next load. */
  load(samples: SampleColumns): void {
    if (samples.histograms === undefined) {
      dropStale(samples);
      this.#setFloats(samples.times, samples.values, samples.startTimes, samples.length);
      this.histograms.length = 0;
    } else {
      this.#split(samples);
    }
    this.#placeWindows();
  }

  /** Takes over the result of a subquery: the steps of a column are the samples. */
  loadColumn(column: Column, grid: Grid): void {
    const { kinds, values, histograms } = column;
    if (this.#ownTimes.length < kinds.length) {
      this.#ownTimes = new Float64Array(kinds.length);
      this.#ownValues = new Float64Array(kinds.length);
    }
    const hRun = this.histograms;
    if (histograms !== undefined) hRun.times = new Float64Array(kinds.length);
    hRun.histograms = [];
    let n = 0;
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] === Kind.float) {
        this.#ownTimes[n] = timeAt(grid, step);
        this.#ownValues[n++] = values[step]!;
      } else if (kinds[step] === Kind.histogram) {
        hRun.times[hRun.histograms.length] = timeAt(grid, step);
        hRun.histograms.push(withoutResetHint(histograms![step]!));
      }
    }
    hRun.length = hRun.histograms.length;
    hRun.startTimes = undefined;
    this.#setFloats(this.#ownTimes, this.#ownValues, undefined, n);
    this.#placeWindows();
  }

  /** The lower, excluded end of the window proper. */
  windowStart(step: number): number {
    return this.windowEnd(step) - this.shape.rangeMs;
  }

  windowEnd(step: number): number {
    const { startMs, stepMs } = this.shape.reference;
    return startMs + step * stepMs;
  }

  /** Whether the window of the step holds any sample. */
  isEmpty(step: number): boolean {
    const { floats, histograms } = this;
    return floats.lo[step] === floats.hi[step] && histograms.lo[step] === histograms.hi[step];
  }

  /** What the window of a step counts towards the limits, from row `since` of either kind on. */
  weight(step: number, floatsSince: number, histogramsSince: number): number {
    const { floats, histograms } = this;
    let weight = floats.hi[step]! - Math.max(floats.lo[step]!, floatsSince);
    for (let i = Math.max(histograms.lo[step]!, histogramsSince); i < histograms.hi[step]!; i++) {
      weight += histogramWeight(histograms.histograms[i]!);
    }
    return Math.max(0, weight);
  }

  #setFloats(
    times: Float64Array,
    values: Float64Array,
    startTimes: Float64Array | undefined,
    length: number,
  ): void {
    const run = this.floats;
    run.times = times;
    run.values = values;
    run.startTimes = startTimes;
    run.length = length;
  }

  #split(samples: SampleColumns): void {
    const { times, values, startTimes, length } = samples;
    const histograms = samples.histograms!;
    const hRun = this.histograms;
    hRun.times = new Float64Array(length);
    hRun.histograms = [];
    hRun.startTimes = startTimes === undefined ? undefined : new Float64Array(length);
    let n = 0;
    for (let i = 0; i < length; i++) {
      if (Number.isNaN(values[i]) && samples.isStale(i)) continue;
      const histogram = histograms[i];
      if (histogram !== undefined) {
        const row = hRun.histograms.push(histogram) - 1;
        hRun.times[row] = times[i]!;
        if (startTimes !== undefined) hRun.startTimes![row] = startTimes[i]!;
        continue;
      }
      times[n] = times[i]!;
      values[n] = values[i]!;
      if (startTimes !== undefined) startTimes[n] = startTimes[i]!;
      n++;
    }
    hRun.length = hRun.histograms.length;
    this.#setFloats(times, values, startTimes, n);
  }

  #placeWindows(): void {
    placeWindows(this.floats, this.shape);
    if (this.histograms.length > 0) placeWindows(this.histograms, this.shape);
    else {
      this.histograms.lo.fill(0);
      this.histograms.hi.fill(0);
    }
  }
}

/** Closes the gaps that staleness markers leave, in place. All rows are floats. */
function dropStale(samples: SampleColumns): void {
  const { times, values, startTimes, length } = samples;
  let i = 0;
  while (i < length && !(Number.isNaN(values[i]) && samples.isStale(i))) i++;
  if (i === length) return;
  let n = i;
  for (; i < length; i++) {
    if (Number.isNaN(values[i]) && samples.isStale(i)) continue;
    times[n] = times[i]!;
    values[n] = values[i]!;
    if (startTimes !== undefined) startTimes[n] = startTimes[i]!;
    n++;
  }
  samples.length = n;
}

function placeWindows(run: Run, shape: WindowShape): void {
  const { times, length, lo, hi } = run;
  const { steps, rangeMs, extraBeforeMs, extraAfterMs } = shape;
  const { startMs, stepMs } = shape.reference;
  placeBounds(times, length, startMs + extraAfterMs, stepMs, steps, hi);
  const reach = rangeMs + extraBeforeMs;
  const shift = stepMs > 0 ? (reach + extraAfterMs) / stepMs : 0;
  if (Number.isInteger(shift) && shift > 0) {
    // A window begins where the one so many steps before it ended.
    placeBounds(times, length, startMs - reach, stepMs, Math.min(shift, steps), lo);
    for (let step = shift; step < steps; step++) lo[step] = hi[step - shift]!;
  } else {
    placeBounds(times, length, startMs - reach, stepMs, steps, lo);
  }
}

/** Writes for each step how many of the times are not after it. */
function placeBounds(
  times: Float64Array,
  length: number,
  startMs: number,
  stepMs: number,
  steps: number,
  bounds: Int32Array,
): void {
  let bound = 0;
  // Samples come regularly: as many as in the step before are a good guess for how far to go.
  let stride = 0;
  for (let step = 0; step < steps; step++) {
    const at = startMs + step * stepMs;
    const before = bound;
    const guess = bound + stride;
    if (stride > 0 && guess <= length && times[guess - 1]! <= at) bound = guess;
    while (bound < length && times[bound]! <= at) bound++;
    stride = bound - before;
    bounds[step] = bound;
  }
}

/**
 * A subquery may leave samples out or repeat one, so what a histogram knows of the sample before it no longer
 * holds.
 */
function withoutResetHint(histogram: FloatHistogram): FloatHistogram {
  const { counterReset } = histogram;
  if (counterReset !== CounterResetHint.reset && counterReset !== CounterResetHint.notReset) return histogram;
  return { ...histogram, counterReset: CounterResetHint.unknown };
}
