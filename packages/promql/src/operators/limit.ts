// limitk and limit_ratio: some samples of each group, without looking at their values.
import { noteInvalidRatio } from '../engine/notes.ts';
import { executionError } from '../engine/query-error.ts';
import type { QueryState } from '../engine/query-state.ts';
import type { Grid } from '../plan/grid.ts';
import type { AggregateNode } from '../plan/plan.ts';
import { Kind } from './column.ts';
import { groupSeries } from './grouping.ts';
import { labelHashFraction } from './label-hash.ts';
import type { ColumnSink, ScalarOperator, SeriesHeader, VectorOperator } from './operator.ts';
import { paramRange } from './param-range.ts';
import { columnWeight } from './range-function.ts';
import { countsPerStep } from './top-k.ts';

export class Limit implements VectorOperator {
  readonly grid: Grid;
  readonly #node: AggregateNode;
  readonly #input: VectorOperator;
  readonly #param: ScalarOperator;
  #headers: readonly SeriesHeader[] = [];

  constructor(node: AggregateNode, input: VectorOperator, param: ScalarOperator) {
    this.grid = node.grid;
    this.#node = node;
    this.#input = input;
    this.#param = param;
  }

  open(state: QueryState): readonly SeriesHeader[] {
    this.#headers = this.#input.open(state);
    return this.#headers;
  }

  produce(state: QueryState, sink: ColumnSink): void {
    const held = state.samples.current;
    let weight = 0;
    const params = this.#param.evaluate(state);
    const counted: ColumnSink = {
      accept: (index, column) => {
        weight += columnWeight(column);
        sink.accept(index, column);
      },
    };
    if (this.#node.expr.op === 'limitk') this.#limitCount(params, state, counted);
    else this.#limitRatio(params, state, counted);
    state.samples.release(state.samples.current - held);
    state.samples.hold(weight);
  }

  /** The first k of each group. */
  #limitCount(params: Float64Array, state: QueryState, sink: ColumnSink): void {
    const { count } = this.grid;
    const wanted = countsPerStep(params, this.#headers.length);
    const { labels, groupOf } = groupSeries(this.#headers, this.#node.expr);
    const taken = new Int32Array(labels.length * count);
    this.#input.produce(state, {
      accept: (index, column) => {
        if (wanted === undefined) return;
        const from = groupOf[index]! * count;
        const { kinds } = column;
        for (let step = 0; step < kinds.length; step++) {
          if (kinds[step] === Kind.absent) continue;
          if (taken[from + step]! < wanted[step]!) taken[from + step]!++;
          else kinds[step] = Kind.absent;
        }
        sink.accept(index, column);
      },
    });
  }

  /** Series whose hash lies in the lower part of its range, or for a negative ratio in the upper. */
  #limitRatio(params: Float64Array, state: QueryState, sink: ColumnSink): void {
    const { min, max, hasNan } = paramRange(params);
    const { pos } = this.#node.param!.expr;
    if (hasNan) throw executionError('Ratio value is NaN');
    this.#input.produce(state, {
      accept: (index, column) => {
        const { kinds } = column;
        const fraction = labelHashFraction(this.#headers[index]!.labels);
        for (let step = 0; step < kinds.length; step++) {
          const ratio = Math.max(-1, Math.min(1, params[step]!));
          const isIn = ratio >= 0 ? fraction < ratio : fraction >= 1 + ratio;
          if (!isIn) kinds[step] = Kind.absent;
        }
        sink.accept(index, column);
      },
    });
    // After those of the operand: of equal annotations the last one tells its position.
    if (max > 1) noteInvalidRatio(state.annotations, max, 1, pos);
    if (min < -1) noteInvalidRatio(state.annotations, min, -1, pos);
  }
}
