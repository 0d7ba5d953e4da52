// Operators that rewrite each series by itself: column functions, unary minus, step-invariant parts, and
// scalars that become vectors.
import { multiplyHistogram } from '@prometheus-ts/model';
import type { QueryState } from '../engine/query-state.ts';
import type { ColumnFunction } from '../functions/contract.ts';
import type { Grid } from '../plan/grid.ts';
import { Column, Kind } from './column.ts';
import { dropNames, NO_LABELS, type SeriesMerge } from './headers.ts';
import type { ColumnSink, ScalarOperator, SeriesHeader, VectorOperator } from './operator.ts';
import { columnWeight } from './range-function.ts';

/** Runs a column function; series that only differed in their names come together. */
export class ColumnCall implements VectorOperator {
  readonly grid: Grid;
  readonly #implementation: ColumnFunction;
  readonly #input: VectorOperator;
  readonly #scalars: readonly ScalarOperator[];
  #merge: SeriesMerge | undefined;

  constructor(implementation: ColumnFunction, input: VectorOperator, scalars: readonly ScalarOperator[]) {
    this.grid = input.grid;
    this.#implementation = implementation;
    this.#input = input;
    this.#scalars = scalars;
  }

  open(state: QueryState): readonly SeriesHeader[] {
    this.#merge = dropNames(this.#input.open(state), state, this.grid.count);
    return this.#merge.headers;
  }

  produce(state: QueryState, sink: ColumnSink): void {
    const args = this.#scalars.map((scalar) => scalar.evaluate(state));
    const implementation = this.#implementation;
    this.#merge!.run(state, sink, (incoming) => {
      this.#input.produce(state, {
        accept: (index, column) => {
          implementation.apply(column, args, state);
          incoming.accept(index, column);
        },
      });
    });
  }
}

/** `-v`. */
export class Negate implements VectorOperator {
  readonly grid: Grid;
  readonly #input: VectorOperator;
  #merge: SeriesMerge | undefined;

  constructor(input: VectorOperator) {
    this.grid = input.grid;
    this.#input = input;
  }

  open(state: QueryState): readonly SeriesHeader[] {
    this.#merge = dropNames(this.#input.open(state), state, this.grid.count);
    return this.#merge.headers;
  }

  produce(state: QueryState, sink: ColumnSink): void {
    this.#merge!.run(state, sink, (incoming) => {
      this.#input.produce(state, {
        accept: (index, column) => {
          const { kinds, values, histograms } = column;
          for (let step = 0; step < kinds.length; step++) {
            values[step] = -values[step]!;
            if (kinds[step] === Kind.histogram) {
              column.setHistogram(step, multiplyHistogram(histograms![step]!, -1));
            }
          }
          incoming.accept(index, column);
        },
      });
    });
  }
}

/** Evaluates its input at the first step and repeats it at all. */
export class Invariant implements VectorOperator {
  readonly grid: Grid;
  readonly #input: VectorOperator;

  constructor(grid: Grid, input: VectorOperator) {
    this.grid = grid;
    this.#input = input;
  }

  open(state: QueryState): readonly SeriesHeader[] {
    return this.#input.open(state);
  }

  produce(state: QueryState, sink: ColumnSink): void {
    const { count } = this.grid;
    const repeated = Column.ofSteps(count);
    let copies = 0;
    this.#input.produce(state, {
      accept: (index, column) => {
        copies += columnWeight(column) * (count - 1);
        repeated.kinds.fill(column.kinds[0]!);
        repeated.values.fill(column.values[0]!);
        repeated.histograms =
          column.histograms === undefined ? undefined : new Array(count).fill(column.histograms[0]);
        sink.accept(index, repeated);
      },
    });
    state.samples.hold(copies);
  }
}

/** One series without labels: `vector(s)`, or a subquery over a scalar. */
export class VectorOfScalar implements VectorOperator {
  readonly grid: Grid;
  readonly #input: ScalarOperator;

  constructor(input: ScalarOperator) {
    this.grid = input.grid;
    this.#input = input;
  }

  open(): readonly SeriesHeader[] {
    return [NO_LABELS];
  }

  produce(state: QueryState, sink: ColumnSink): void {
    const values = this.#input.evaluate(state);
    if (values.length === 0) return;
    state.samples.hold(values.length);
    sink.accept(0, new Column(values, new Uint8Array(values.length).fill(Kind.float)));
  }
}
