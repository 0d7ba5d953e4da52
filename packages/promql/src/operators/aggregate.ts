// Aggregations that fold the series of a group into one value per step, as they stream by: memory is groups ×
// steps. How values are folded is the accumulator's business; see accumulators.ts.
import type { AggregateOperator } from '../ast.ts';
import { noteInvalidQuantile } from '../engine/notes.ts';
import type { QueryState } from '../engine/query-state.ts';
import type { Grid } from '../plan/grid.ts';
import type { AggregateNode } from '../plan/plan.ts';
import { type Accumulator, type AccumulatorContext, createAccumulator } from './accumulators.ts';
import { Column } from './column.ts';
import { groupSeries } from './grouping.ts';
import type { ColumnSink, ScalarOperator, SeriesHeader, VectorOperator } from './operator.ts';
import { paramRange } from './param-range.ts';
import { columnWeight } from './range-function.ts';

export class Aggregate implements VectorOperator {
  readonly grid: Grid;
  readonly #node: AggregateNode;
  readonly #input: VectorOperator;
  readonly #param: ScalarOperator | undefined;
  #groupOf: Int32Array = new Int32Array(0);
  #metricNames: readonly SeriesHeader[] = [];
  #groups = 0;

  constructor(node: AggregateNode, input: VectorOperator, param: ScalarOperator | undefined) {
    this.grid = node.grid;
    this.#node = node;
    this.#input = input;
    this.#param = param;
  }

  open(state: QueryState): readonly SeriesHeader[] {
    const headers = this.#input.open(state);
    this.#metricNames = headers;
    const { labels, groupOf } = groupSeries(headers, this.#node.expr);
    this.#groupOf = groupOf;
    this.#groups = labels.length;
    const dropName = new Array<boolean>(labels.length).fill(false);
    for (let i = 0; i < headers.length; i++) if (headers[i]!.dropName) dropName[groupOf[i]!] = true;
    return labels.map((labelsOfGroup, group) => ({ labels: labelsOfGroup, dropName: dropName[group]! }));
  }

  produce(state: QueryState, sink: ColumnSink): void {
    const { expr } = this.#node;
    const held = state.samples.current;
    const param = this.#param?.evaluate(state);
    const context: AccumulatorContext = {
      groups: this.#groups,
      steps: this.grid.count,
      param,
      // Parentheses around the operand are gone by the time upstream looks at its position.
      pos: this.#node.input.expr.pos,
      state,
    };
    const accumulator = createAccumulator(expr.op as FoldingOperator, context);
    this.#input.produce(state, {
      accept: (index, column) => {
        accumulator.add(this.#groupOf[index]!, column, this.#metricNames[index]!.labels);
      },
    });
    // After those of the operand: of equal annotations the last one tells its position.
    if (expr.op === 'quantile') checkQuantile(param!, this.#node, state);
    state.samples.release(state.samples.current - held);
    this.#emit(accumulator, state, sink);
  }

  #emit(accumulator: Accumulator, state: QueryState, sink: ColumnSink): void {
    const column = Column.ofSteps(this.grid.count);
    for (let group = 0; group < this.#groups; group++) {
      column.clear();
      accumulator.finish(group, column);
      const weight = columnWeight(column);
      if (weight === 0) continue;
      state.samples.hold(weight);
      sink.accept(group, column);
    }
  }
}

export type FoldingOperator = Exclude<
  AggregateOperator,
  'topk' | 'bottomk' | 'limitk' | 'limit_ratio' | 'count_values'
>;

function checkQuantile(quantiles: Float64Array, node: AggregateNode, state: QueryState): void {
  const { min, max, hasNan } = paramRange(quantiles);
  const { annotations } = state;
  const { pos } = node.param!.expr;
  if (hasNan) noteInvalidQuantile(annotations, Number.NaN, pos);
  if (max > 1) noteInvalidQuantile(annotations, max, pos);
  if (min < 0) noteInvalidQuantile(annotations, min, pos);
}
