// Runs a range function over the series of a range selector or of a subquery, one series at a time.
import { SampleColumns, type SeriesSet } from '@prometheus-ts/model';
import { type Expr, type Span, withoutParens } from '../ast.ts';
import { notePossibleNonCounter, notePossibleNonCounterType } from '../engine/notes.ts';
import { executionError } from '../engine/query-error.ts';
import type { QueryState } from '../engine/query-state.ts';
import type { RangeCall, RangeFunction } from '../functions/contract.ts';
import { type Grid, lastReference } from '../plan/grid.ts';
import type { RangeCallNode, RangeScanNode, SubqueryNode } from '../plan/plan.ts';
import { Column } from './column.ts';
import { dropNames, OnDuplicate, SeriesMerge } from './headers.ts';
import { keepOnlyStats } from './histogram-stats.ts';
import { histogramWeight } from './histogram-weight.ts';
import type { ColumnSink, ScalarOperator, SeriesHeader, VectorOperator } from './operator.ts';
import { RangeSeries, type WindowShape } from './range-series.ts';
import type { SampleCounter } from './sample-counter.ts';

/** Pushes range series; the door through which selectors and subqueries look alike. */
export interface RangeSource {
  readonly shape: WindowShape;
  open(state: QueryState): readonly SeriesHeader[];
  /** Loads one series after the other into `series` and calls `visit` with its index. */
  forEach(state: QueryState, series: RangeSeries, visit: (index: number) => void): void;
  readonly counter: SampleCounter;
}

export function windowShape(node: RangeScanNode | SubqueryNode, lookbackMs: number): WindowShape {
  const { anchored, smoothed } =
    node.kind === 'range-scan' ? node.expr.selector : { anchored: false, smoothed: false };
  return {
    steps: node.grid.count,
    reference: node.reference,
    rangeMs: node.rangeMs,
    extraBeforeMs: anchored || smoothed ? lookbackMs : 0,
    extraAfterMs: smoothed ? lookbackMs : 0,
  };
}

export class RangeScan implements RangeSource {
  readonly shape: WindowShape;
  readonly counter: SampleCounter;
  readonly #node: RangeScanNode;
  #set: SeriesSet | undefined;

  constructor(node: RangeScanNode, lookbackMs: number, counter: SampleCounter) {
    this.#node = node;
    this.shape = windowShape(node, lookbackMs);
    this.counter = counter;
  }

  open(state: QueryState): readonly SeriesHeader[] {
    const set = state.seriesSets[this.#node.selection]!;
    this.#set = set;
    for (const warning of set.warnings) state.annotations.addForeign(warning);
    const headers: SeriesHeader[] = new Array(set.length);
    for (let i = 0; i < set.length; i++) headers[i] = { labels: set.labels(i), dropName: false };
    return headers;
  }

  forEach(state: QueryState, series: RangeSeries, visit: (index: number) => void): void {
    const set = this.#set!;
    const { reference, rangeMs, extraBeforeMs, extraAfterMs } = this.shape;
    const minTime = reference.startMs - rangeMs - extraBeforeMs + 1;
    const maxTime = lastReference(reference, this.#node.grid) + extraAfterMs;
    if (minTime > maxTime) return;
    const samples = new SampleColumns();
    for (let i = 0; i < set.length; i++) {
      state.poll();
      set.read(i, minTime, maxTime, samples);
      if (samples.length === 0) continue;
      if (this.#node.statsOnly) keepOnlyStats(samples);
      series.load(samples);
      visit(i);
    }
  }
}

export class SubqueryScan implements RangeSource {
  readonly shape: WindowShape;
  readonly counter: SampleCounter;
  readonly #inner: VectorOperator;
  readonly #innerGrid: Grid;

  constructor(node: SubqueryNode, inner: VectorOperator, lookbackMs: number, counter: SampleCounter) {
    this.shape = windowShape(node, lookbackMs);
    this.#inner = inner;
    this.#innerGrid = node.inner.grid;
    this.counter = counter;
  }

  open(state: QueryState): readonly SeriesHeader[] {
    return this.#inner.open(state);
  }

  forEach(state: QueryState, series: RangeSeries, visit: (index: number) => void): void {
    this.#inner.produce(state, {
      accept: (index, column) => {
        series.loadColumn(column, this.#innerGrid);
        visit(index);
      },
    });
  }
}

export class RangeFunctionOperator implements VectorOperator {
  readonly grid: Grid;
  readonly #node: RangeCallNode;
  readonly #implementation: RangeFunction;
  readonly #source: RangeSource;
  readonly #scalars: readonly ScalarOperator[];
  readonly #countsRead: boolean;
  #merge: SeriesMerge | undefined;
  #headers: readonly SeriesHeader[] = [];

  constructor(
    node: RangeCallNode,
    implementation: RangeFunction,
    source: RangeSource,
    scalars: readonly ScalarOperator[],
  ) {
    this.grid = node.grid;
    this.#node = node;
    this.#implementation = implementation;
    this.#source = source;
    this.#scalars = scalars;
    // What a subquery reads is counted inside it.
    this.#countsRead = node.matrix.kind === 'range-scan';
  }

  open(state: QueryState): readonly SeriesHeader[] {
    const { count } = this.grid;
    this.#headers = this.#source.open(state);
    this.#merge = this.#implementation.keepsName
      ? new SeriesMerge(this.#headers, count, OnDuplicate.reject)
      : dropNames(this.#headers, state, count, OnDuplicate.reject);
    return this.#merge.headers;
  }

  produce(state: QueryState, sink: ColumnSink): void {
    const heldBefore = state.samples.current;
    const call = rangeCall(this.#node, this.#scalars, state);
    this.#implementation.check?.(call);
    let held = 0;
    const series = new RangeSeries(this.#source.shape);
    const column = Column.ofSteps(this.grid.count);
    this.#merge!.run(state, sink, (incoming) => {
      this.#source.forEach(state, series, (index) => {
        series.metricName = this.#headers[index]!.labels.metricName;
        const widest = countWindows(series, this.#source.counter, this.#countsRead);
        if (widest === 0) return;
        state.samples.touch(widest);
        column.clear();
        this.#implementation.slide(series, column, call);
        const weight = columnWeight(column);
        if (weight === 0) return;
        // The last window is still there when the series is done.
        state.samples.touch(weight + series.weight(series.steps - 1, 0, 0));
        held += weight;
        state.samples.hold(weight);
        this.#noteCounterName(index, column, state);
        incoming.accept(index, column);
      });
    });
    // Whatever a subquery held is gone once its windows are done.
    state.samples.release(state.samples.current - heldBefore - held);
  }

  /** The info that rate and increase give for metrics that do not look like counters. */
  #noteCounterName(index: number, column: Column, state: QueryState): void {
    const { name } = this.#node.expr.func;
    if (name !== 'rate' && name !== 'increase') return;
    const { labels } = this.#headers[index]!;
    const metric = labels.metricName;
    if (metric === '' || !holdsFloat(column)) return;
    const pos = spanOfArgument(this.#node.expr.args[0]!);
    if (state.features.typeAndUnitLabels) {
      const type = labels.get('__type__');
      if (type !== 'counter' && type !== 'histogram') {
        notePossibleNonCounterType(state.annotations, metric, type, pos);
      }
    } else if (!/_(?:total|sum|count|bucket)$/.test(metric)) {
      notePossibleNonCounter(state.annotations, metric, pos);
    }
  }
}

/** Evaluates the scalar arguments. */
export function rangeCall(
  node: RangeCallNode,
  scalars: readonly ScalarOperator[],
  state: QueryState,
): RangeCall {
  const { matrix, expr } = node;
  const { anchored, smoothed } =
    matrix.kind === 'range-scan' ? matrix.expr.selector : { anchored: false, smoothed: false };
  return {
    grid: node.grid,
    rangeMs: matrix.rangeMs,
    args: scalars.map((scalar) => scalar.evaluate(state)),
    anchored,
    smoothed,
    pos: spanOfArgument(expr.args[0]!),
    argsPos: {
      start: spanOfArgument(expr.args[0]!).start,
      end: spanOfArgument(expr.args[expr.args.length - 1]!).end,
    },
    state,
  };
}

/** Upstream loses the position of a subquery when it evaluates one; positions are part of the texts. */
function spanOfArgument(arg: Expr): Span {
  const inner = withoutParens(arg);
  return inner.kind === 'subquery' ? { start: 0, end: 0 } : inner.pos;
}

/** Refuses a modifier that the function cannot use. */
export function checkModifiers(
  node: RangeCallNode,
  implementation: Pick<RangeFunction, 'allowsAnchored' | 'allowsSmoothed'>,
  anchoredSafe: readonly string[],
  smoothedSafe: readonly string[],
): void {
  if (node.matrix.kind !== 'range-scan') return;
  const { anchored, smoothed } = node.matrix.expr.selector;
  const { name } = node.expr.func;
  if (anchored && !implementation.allowsAnchored) {
    throw executionError(
      `anchored modifier can only be used with: ${anchoredSafe.join(', ')} - not with ${name}`,
    );
  }
  if (smoothed && !implementation.allowsSmoothed) {
    throw executionError(
      `smoothed modifier can only be used with: ${smoothedSafe.join(', ')} - not with ${name}`,
    );
  }
}

/** Counts the windows of a series and answers the weight of the widest. */
function countWindows(series: RangeSeries, counter: SampleCounter, countsRead: boolean): number {
  if (counter.perStep || series.histograms.length > 0) return countWeights(series, counter, countsRead);
  const { lo, hi } = series.floats;
  let widest = 0;
  let loaded = 0;
  let read = 0;
  let seen = 0;
  for (let step = 0; step < lo.length; step++) {
    const from = lo[step]!;
    const to = hi[step]!;
    const width = to - from;
    loaded += width;
    if (width > widest) widest = width;
    if (to > seen) {
      read += to - Math.max(from, seen);
      seen = to;
    }
  }
  if (loaded > 0) counter.add(0, loaded, countsRead ? read : 0);
  return widest;
}

/** The same for windows that hold histograms, and step by step. */
function countWeights(series: RangeSeries, counter: SampleCounter, countsRead: boolean): number {
  const { floats, histograms, steps } = series;
  let widest = 0;
  let floatsSeen = 0;
  let histogramsSeen = 0;
  for (let step = 0; step < steps; step++) {
    const weight = series.weight(step, 0, 0);
    if (weight > widest) widest = weight;
    const fresh = countsRead ? series.weight(step, floatsSeen, histogramsSeen) : 0;
    floatsSeen = floats.hi[step]!;
    histogramsSeen = histograms.hi[step]!;
    if (weight > 0) counter.add(step, weight, fresh);
  }
  return widest;
}

export function columnWeight(column: Column): number {
  const { kinds, histograms } = column;
  if (histograms === undefined) return column.count();
  let weight = 0;
  for (let step = 0; step < kinds.length; step++) {
    if (kinds[step] === 1) weight++;
    else if (kinds[step] === 2) weight += histogramWeight(histograms[step]!);
  }
  return weight;
}

function holdsFloat(column: Column): boolean {
  const { kinds } = column;
  for (let step = 0; step < kinds.length; step++) if (kinds[step] === 1) return true;
  return false;
}
