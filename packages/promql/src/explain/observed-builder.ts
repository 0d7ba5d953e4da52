// Builds the same operators as a query, each in a wrapper that counts what comes out of it.
import type { QueryState } from '../engine/query-state.ts';
import { OperatorBuilder } from '../operators/build.ts';
import { type Column, Kind } from '../operators/column.ts';
import type { ColumnSink, SeriesHeader, VectorOperator } from '../operators/operator.ts';
import { columnWeight, type RangeSource } from '../operators/range-function.ts';
import type { RangeSeries, WindowShape } from '../operators/range-series.ts';
import type { SampleCounter } from '../operators/sample-counter.ts';
import type { Grid } from '../plan/grid.ts';
import type { MatrixNode, PlanNode, VectorNode } from '../plan/plan.ts';
import { type LastWindow, lastWindow } from './last-window.ts';
import { KEPT_LABEL_SETS, NodeFigures, type Profile } from './profile.ts';

export class ObservedBuilder extends OperatorBuilder {
  readonly figures = new Map<PlanNode, NodeFigures>();
  /** For range selectors: the samples in the last window of the first series that has two. */
  readonly windows = new Map<PlanNode, LastWindow>();
  readonly #profile: Profile;

  constructor(lookbackMs: number, profile: Profile) {
    super(lookbackMs);
    this.#profile = profile;
  }

  override vector(node: VectorNode, counter: SampleCounter): VectorOperator {
    return new ObservedVector(super.vector(node, counter), this.#figuresOf(node), this.#profile);
  }

  override matrix(node: MatrixNode, counter: SampleCounter): RangeSource {
    const source = super.matrix(node, counter);
    return new ObservedRange(source, this.#figuresOf(node), this.#profile, (series) => {
      if (this.windows.has(node)) return;
      const window = lastWindow(series);
      if (window) this.windows.set(node, window);
    });
  }

  #figuresOf(node: PlanNode): NodeFigures {
    const figures = new NodeFigures();
    this.figures.set(node, figures);
    return figures;
  }
}

class ObservedVector implements VectorOperator {
  readonly grid: Grid;
  readonly #inner: VectorOperator;
  readonly #figures: NodeFigures;
  readonly #profile: Profile;
  #headers: readonly SeriesHeader[] = [];

  constructor(inner: VectorOperator, figures: NodeFigures, profile: Profile) {
    this.grid = inner.grid;
    this.#inner = inner;
    this.#figures = figures;
    this.#profile = profile;
  }

  open(state: QueryState): readonly SeriesHeader[] {
    const outer = this.#profile.switchTo(this.#figures);
    this.#headers = this.#inner.open(state);
    this.#profile.switchTo(outer);
    return this.#headers;
  }

  produce(state: QueryState, sink: ColumnSink): void {
    const outer = this.#profile.switchTo(this.#figures);
    this.#inner.produce(state, {
      accept: (index, column) => {
        this.#count(index, column);
        const mine = this.#profile.switchTo(outer);
        sink.accept(index, column);
        this.#profile.switchTo(mine);
      },
    });
    this.#profile.switchTo(outer);
  }

  #count(index: number, column: Column): void {
    const weight = columnWeight(column);
    if (weight === 0) return;
    const figures = this.#figures;
    figures.series++;
    figures.samples += weight;
    const { kinds, values } = column;
    if (figures.labels.length < KEPT_LABEL_SETS) {
      const last = kinds.length - 1;
      figures.labels.push(this.#headers[index]!.labels);
      figures.lastValues.push(kinds[last] === Kind.float ? values[last]! : Number.NaN);
      figures.lastHistogram.push(kinds[last] === Kind.histogram);
    }
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] !== Kind.float) continue;
      const value = values[step]!;
      if (value === Infinity || value === -Infinity) figures.infinite++;
      else if (Number.isNaN(value)) figures.notANumber++;
    }
  }
}

class ObservedRange implements RangeSource {
  readonly shape: WindowShape;
  readonly counter: SampleCounter;
  readonly #inner: RangeSource;
  readonly #figures: NodeFigures;
  readonly #profile: Profile;
  readonly #look: (series: RangeSeries) => void;
  #headers: readonly SeriesHeader[] = [];

  constructor(
    inner: RangeSource,
    figures: NodeFigures,
    profile: Profile,
    look: (series: RangeSeries) => void,
  ) {
    this.shape = inner.shape;
    this.counter = inner.counter;
    this.#inner = inner;
    this.#figures = figures;
    this.#profile = profile;
    this.#look = look;
  }

  open(state: QueryState): readonly SeriesHeader[] {
    this.#headers = this.#inner.open(state);
    return this.#headers;
  }

  forEach(state: QueryState, series: RangeSeries, visit: (index: number) => void): void {
    const figures = this.#figures;
    const outer = this.#profile.switchTo(figures);
    this.#inner.forEach(state, series, (index) => {
      const samples = series.floats.length + series.histograms.length;
      if (samples > 0) {
        figures.series++;
        figures.samples += samples;
        if (figures.labels.length < KEPT_LABEL_SETS) figures.labels.push(this.#headers[index]!.labels);
        this.#look(series);
      }
      const mine = this.#profile.switchTo(outer);
      visit(index);
      this.#profile.switchTo(mine);
    });
    this.#profile.switchTo(outer);
  }
}
