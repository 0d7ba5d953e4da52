// The contract of vector operators.
//
// A query calls `open` once on the root; every operator opens its inputs there, so that all labels are known
// before a value is read: grouping tables, join tables and duplicate checks are made at that time, once a query.
// Then `produce` runs once and pushes the columns of its series, each at most once, in any order. Nothing waits
// for anything: all of it is synchronous.
import type { LabelSet } from '@prometheus-ts/model';
import type { QueryState } from '../engine/query-state.ts';
import type { Grid } from '../plan/grid.ts';
import type { Column } from './column.ts';

/** One series that an operator may produce; it may turn out to have no samples. */
export interface SeriesHeader {
  readonly labels: LabelSet;
  /** The metric name is to be dropped at the end of the query (only with delayed name removal). */
  readonly dropName: boolean;
}

export interface ColumnSink {
  /**
   * Takes the column of series `index` of the producer's headers. The callee may overwrite the column during
   * the call, and copies what it wants to keep: the producer reuses it for the next series.
   */
  accept(index: number, column: Column): void;
}

export interface VectorOperator {
  readonly grid: Grid;
  /** The series it may push. An instant query lists its answer in the order of the pushes. */
  open(state: QueryState): readonly SeriesHeader[];
  /** Called once, after `open`. A series without samples need not be pushed. */
  produce(state: QueryState, sink: ColumnSink): void;
}

/** Yields one number for every step; the array belongs to the caller. */
export interface ScalarOperator {
  readonly grid: Grid;
  evaluate(state: QueryState): Float64Array;
}
