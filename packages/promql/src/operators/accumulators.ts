// How aggregations fold values: one accumulator per operator, with its state as columns of groups × steps.
import type { LabelSet } from '@prometheus-ts/model';
import type { Span } from '../ast.ts';
import type { QueryState } from '../engine/query-state.ts';
import type { FoldingOperator } from './aggregate.ts';
import { AverageAccumulator } from './average-accumulator.ts';
import type { Column } from './column.ts';
import { QuantileAccumulator } from './quantile-accumulator.ts';
import {
  CountAccumulator,
  ExtremeAccumulator,
  GroupAccumulator,
  VarianceAccumulator,
} from './simple-accumulators.ts';
import { SumAccumulator } from './sum-accumulator.ts';

export interface AccumulatorContext {
  readonly groups: number;
  readonly steps: number;
  /** The aggregation's parameter, a value per step. */
  readonly param: Float64Array | undefined;
  /** The operand's position, for annotations. */
  readonly pos: Span;
  readonly state: QueryState;
}

export interface Accumulator {
  /** @param labels of the series, for annotations that name its metric */
  add(group: number, column: Column, labels: LabelSet): void;
  /** Writes a group's values into a cleared column. Called once per group, after everything was added. */
  finish(group: number, out: Column): void;
}

export function createAccumulator(op: FoldingOperator, context: AccumulatorContext): Accumulator {
  switch (op) {
    case 'sum':
      return new SumAccumulator(context);
    case 'avg':
      return new AverageAccumulator(context);
    case 'count':
      return new CountAccumulator(context);
    case 'group':
      return new GroupAccumulator(context);
    case 'min':
      return new ExtremeAccumulator(context, false);
    case 'max':
      return new ExtremeAccumulator(context, true);
    case 'stddev':
      return new VarianceAccumulator(context, true);
    case 'stdvar':
      return new VarianceAccumulator(context, false);
    case 'quantile':
      return new QuantileAccumulator(context);
  }
}
