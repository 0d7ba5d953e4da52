// timestamp and start_timestamp. Directly over a selector they answer with the times of the samples that it
// finds; over anything else a sample has the time of its step, and no start.
import type { QueryState } from '../engine/query-state.ts';
import { type Column, Kind } from '../operators/column.ts';
import { dropNames, type SeriesMerge } from '../operators/headers.ts';
import type { ColumnSink, SeriesHeader, VectorOperator } from '../operators/operator.ts';
import { Scan } from '../operators/scan.ts';
import { type Grid, timeAt } from '../plan/grid.ts';
import type { VectorNode } from '../plan/plan.ts';
import type { OperatorFunction } from './contract.ts';

export const timestamp: OperatorFunction = {
  form: 'operator',
  create: (node, builder, counter) => {
    const input = node.args[0] as VectorNode;
    if (input.kind === 'scan') return new Renamed(new Scan(input, counter, 'timestamp'), keepAll);
    return new Renamed(builder.vector(input, counter), (column, grid) => {
      for (let step = 0; step < column.steps; step++) {
        if (column.kinds[step] !== Kind.absent) column.setFloat(step, timeAt(grid, step) / 1000);
      }
    });
  },
};

export const startTimestamp: OperatorFunction = {
  form: 'operator',
  create: (node, builder, counter) => {
    const input = node.args[0] as VectorNode;
    if (input.kind !== 'scan') return new Renamed(builder.vector(input, counter), clearAll);
    return new Renamed(new Scan(input, counter, 'start-timestamp'), (column, _grid, state) => {
      if (!state.features.useStartTimestamps) column.clear();
    });
  },
};

type Rewrite = (column: Column, grid: Grid, state: QueryState) => void;
const keepAll: Rewrite = () => {};
const clearAll: Rewrite = (column) => column.clear();

/** Rewrites columns and drops names. */
class Renamed implements VectorOperator {
  readonly grid: Grid;
  readonly #input: VectorOperator;
  readonly #rewrite: Rewrite;
  #merge: SeriesMerge | undefined;

  constructor(input: VectorOperator, rewrite: Rewrite) {
    this.grid = input.grid;
    this.#input = input;
    this.#rewrite = rewrite;
  }

  open(state: QueryState): readonly SeriesHeader[] {
    this.#merge = dropNames(this.#input.open(state), state, this.grid.count);
    return this.#merge.headers;
  }

  produce(state: QueryState, sink: ColumnSink): void {
    const perStep = new Int32Array(this.grid.count);
    let widest = 0;
    this.#merge!.run(state, sink, (incoming) => {
      this.#input.produce(state, {
        accept: (index, column) => {
          this.#rewrite(column, this.grid, state);
          for (let step = 0; step < column.steps; step++) {
            if (column.kinds[step] !== Kind.absent) widest = Math.max(widest, ++perStep[step]!);
          }
          incoming.accept(index, column);
        },
      });
    });
    // Beside the results there is the vector of a step.
    state.samples.touch(widest);
  }
}
