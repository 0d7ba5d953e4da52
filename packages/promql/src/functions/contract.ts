// What an implementation of a function looks like. There are five forms; `registry.ts` lists one for every
// name. Argument types were checked by the parser, so an implementation may rely on the signature.
import type { Span } from '../ast.ts';
import type { QueryState } from '../engine/query-state.ts';
import type { OperatorBuilder } from '../operators/build.ts';
import type { Column } from '../operators/column.ts';
import type { VectorOperator } from '../operators/operator.ts';
import type { RangeSeries } from '../operators/range-series.ts';
import type { SampleCounter } from '../operators/sample-counter.ts';
import type { Grid } from '../plan/grid.ts';
import type { RangeCallNode, VectorCallNode } from '../plan/plan.ts';

export type FunctionImplementation =
  | ScalarFunction
  | ColumnFunction
  | RangeFunction
  | OperatorFunction
  | RangeOperatorFunction;

/** Numbers in, one number per step out: `time`, `pi`, `max_of`. */
export interface ScalarFunction {
  readonly form: 'scalar';
  /**
   * @param args one array per argument, a value per step
   * @returns a new array of `grid.count` values
   */
  evaluate(args: readonly Float64Array[], grid: Grid): Float64Array;
}

/**
 * One column in, the same column out, series by series: `abs`, `clamp`, `hour`. The metric name is dropped.
 * Steps that the function has no answer for are set absent.
 */
export interface ColumnFunction {
  readonly form: 'column';
  /**
   * Rewrites `column` in place. Steps that held a histogram and are left so stay histograms.
   * @param args the scalar arguments in order, a value per step
   */
  apply(column: Column, args: readonly Float64Array[], state: QueryState): void;
  /** Where the vector argument may be left out: the value of each step without it. */
  withoutVector?(grid: Grid): Float64Array;
}

/** What a range function knows besides the samples. */
export interface RangeCall {
  readonly grid: Grid;
  readonly rangeMs: number;
  /** The other arguments in order, a value per step. */
  readonly args: readonly Float64Array[];
  readonly anchored: boolean;
  readonly smoothed: boolean;
  /** Where annotations point: the first argument, or all arguments. As upstream, 0 for a subquery. */
  readonly pos: Span;
  readonly argsPos: Span;
  readonly state: QueryState;
}

/** Slides over the windows of one series: `rate`, `avg_over_time`. */
export interface RangeFunction {
  readonly form: 'range';
  /** The result is a sample of the series itself, so its metric name stays. */
  readonly keepsName?: boolean;
  readonly allowsAnchored?: boolean;
  readonly allowsSmoothed?: boolean;
  /**
   * Writes the value of every step that has one into `out`, which comes cleared.
   * The whole range is done in one pass: O(samples + steps), not O(steps × window).
   */
  slide(series: RangeSeries, out: Column, call: RangeCall): void;
  /** Looks at the arguments before any series is read; throws QueryError. */
  check?(call: RangeCall): void;
}

/** Anything else over vectors: an operator of its own, which evaluates its arguments as it likes. */
export interface OperatorFunction {
  readonly form: 'operator';
  create(node: VectorCallNode, builder: OperatorBuilder, counter: SampleCounter): VectorOperator;
}

/** Anything else over a range vector: `absent_over_time`. */
export interface RangeOperatorFunction {
  readonly form: 'range-operator';
  create(node: RangeCallNode, builder: OperatorBuilder, counter: SampleCounter): VectorOperator;
}
