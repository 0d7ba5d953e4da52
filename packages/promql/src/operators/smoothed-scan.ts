// The instant vector selector with `smoothed`: at each step the value between the samples before and after it,
// each at most the lookback away. Without one after it the sample before it stands; without one before there
// is nothing.
import {
  CounterResetHint,
  type FloatHistogram,
  isCustomSchema,
  SampleColumns,
  type SeriesSet,
} from '@prometheus-ts/model';
import {
  noteMismatchedCustomBuckets,
  noteMixedExponentialCustom,
  noteMixedFloatsHistograms,
} from '../engine/notes.ts';
import type { QueryState } from '../engine/query-state.ts';
import { interpolateHistograms } from '../functions/interpolate-histograms.ts';
import { type Grid, lastReference } from '../plan/grid.ts';
import type { ScanNode } from '../plan/plan.ts';
import { Column } from './column.ts';
import { keepOnlyStats } from './histogram-stats.ts';
import type { ColumnSink, SeriesHeader, VectorOperator } from './operator.ts';
import { columnWeight } from './range-function.ts';
import { RangeSeries } from './range-series.ts';
import type { SampleCounter } from './sample-counter.ts';

export class SmoothedScan implements VectorOperator {
  readonly grid: Grid;
  readonly #node: ScanNode;
  readonly #counter: SampleCounter;
  #set: SeriesSet | undefined;

  constructor(node: ScanNode, counter: SampleCounter) {
    this.grid = node.grid;
    this.#node = node;
    this.#counter = counter;
  }

  open(state: QueryState): readonly SeriesHeader[] {
    const set = state.seriesSets[this.#node.selection]!;
    this.#set = set;
    for (const warning of set.warnings) state.annotations.addForeign(warning);
    return Array.from({ length: set.length }, (_, i) => ({ labels: set.labels(i), dropName: false }));
  }

  produce(state: QueryState, sink: ColumnSink): void {
    const set = this.#set!;
    const { reference } = this.#node;
    const { lookbackMs } = state;
    const minTime = reference.startMs - lookbackMs + 1;
    const maxTime = lastReference(reference, this.grid) + lookbackMs;
    const samples = new SampleColumns();
    const column = Column.ofSteps(this.grid.count);
    const series = new RangeSeries({
      steps: this.grid.count,
      reference,
      rangeMs: lookbackMs,
      extraBeforeMs: 0,
      extraAfterMs: lookbackMs,
    });
    for (let i = 0; i < set.length; i++) {
      state.poll();
      set.read(i, minTime, maxTime, samples);
      if (samples.length === 0) continue;
      if (this.#node.statsOnly) keepOnlyStats(samples);
      series.load(samples);
      series.metricName = set.labels(i).metricName;
      column.clear();
      for (let step = 0; step < column.steps; step++) this.#smooth(series, step, column, state);
      const weight = columnWeight(column);
      if (weight === 0) continue;
      state.samples.hold(weight);
      this.#counter.add(0, weight, weight);
      sink.accept(i, column);
    }
  }

  #smooth(series: RangeSeries, step: number, out: Column, state: QueryState): void {
    const { floats, histograms } = series;
    const hasFloats = floats.hi[step]! > floats.lo[step]!;
    const hasHistograms = histograms.hi[step]! > histograms.lo[step]!;
    if (hasFloats && hasHistograms) {
      noteMixedFloatsHistograms(state.annotations, series.metricName, this.#node.expr.pos);
    } else if (hasHistograms) {
      const histogram = this.#histogramAt(series, step, state);
      if (histogram !== undefined) out.setHistogram(step, histogram);
    } else if (hasFloats) {
      smoothFloat(series, step, out);
    }
  }

  #histogramAt(series: RangeSeries, step: number, state: QueryState): FloatHistogram | undefined {
    const { histograms, times, lo, hi } = series.histograms;
    const at = series.windowEnd(step);
    const next = firstAtOrAfter(times, lo[step]!, hi[step]!, at);
    if (next < hi[step]! && times[next] === at) return histograms[next];
    if (next === lo[step]) return undefined;
    const before = histograms[next - 1]!;
    // What the hint says of the sample before is no property of the value.
    if (next === hi[step]) return { ...before, counterReset: CounterResetHint.unknown };
    const after = histograms[next]!;
    const { pos } = this.#node.expr;
    if (isCustomSchema(before.schema) !== isCustomSchema(after.schema)) {
      noteMixedExponentialCustom(state.annotations, series.metricName, pos);
      return undefined;
    }
    const { gauge } = CounterResetHint;
    const isCounter = before.counterReset !== gauge || after.counterReset !== gauge;
    return interpolateHistograms(before, times[next - 1]!, after, times[next]!, at, isCounter, (operation) =>
      noteMismatchedCustomBuckets(state.annotations, operation, pos),
    );
  }
}

function smoothFloat(series: RangeSeries, step: number, out: Column): void {
  const { times, values, lo, hi } = series.floats;
  const at = series.windowEnd(step);
  const next = firstAtOrAfter(times, lo[step]!, hi[step]!, at);
  if (next < hi[step]! && times[next] === at) {
    out.setFloat(step, values[next]!);
  } else if (next > lo[step]!) {
    const before = values[next - 1]!;
    if (next === hi[step]) {
      out.setFloat(step, before);
      return;
    }
    const way = at - times[next - 1]!;
    out.setFloat(step, before + ((values[next]! - before) * way) / (times[next]! - times[next - 1]!));
  }
}

function firstAtOrAfter(times: Float64Array, lo: number, hi: number, at: number): number {
  while (lo < hi) {
    const middle = (lo + hi) >>> 1;
    if (times[middle]! < at) lo = middle + 1;
    else hi = middle;
  }
  return lo;
}
