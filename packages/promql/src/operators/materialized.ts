// A vector kept as a whole, for operators that need all of one side before they can answer.
import type { QueryState } from '../engine/query-state.ts';
import { type Column, ColumnArena } from './column.ts';
import type { ColumnSink, VectorOperator } from './operator.ts';

/** Bytes that a step of a kept column takes: a float and its kind. */
const STEP_BYTES = 9;

/** Keeps what it is given. A series that was never pushed has no column. */
export class ColumnKeeper implements ColumnSink {
  readonly columns: (Column | undefined)[];
  readonly #arena: ColumnArena;
  readonly #state: QueryState;

  constructor(series: number, steps: number, state: QueryState) {
    this.columns = new Array(series).fill(undefined);
    this.#arena = new ColumnArena(steps);
    this.#state = state;
  }

  accept(index: number, column: Column): void {
    this.#state.holdBytes(column.steps * STEP_BYTES);
    this.columns[index] = this.#arena.copy(column);
  }
}

/** Produces an operator that was opened with `series` headers and keeps all of it. */
export function materialize(
  operator: VectorOperator,
  series: number,
  state: QueryState,
): (Column | undefined)[] {
  const keeper = new ColumnKeeper(series, operator.grid.count, state);
  operator.produce(state, keeper);
  return keeper.columns;
}
