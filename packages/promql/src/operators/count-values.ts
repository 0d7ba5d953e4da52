// count_values: the labels of the result are values of the input, so the input is read at `open`.
import {
  formatFloatDecimal,
  formatHistogram,
  isValidLabelName,
  type LabelSet,
  LabelSet as Labels,
} from '@prometheus-ts/model';
import { executionError } from '../engine/query-error.ts';
import type { QueryState } from '../engine/query-state.ts';
import { quoteText } from '../parse/quote.ts';
import type { Grid } from '../plan/grid.ts';
import type { AggregateNode, StringNode } from '../plan/plan.ts';
import { type Column, ColumnArena, Kind } from './column.ts';
import { groupingFilter } from './grouping.ts';
import type { ColumnSink, SeriesHeader, VectorOperator } from './operator.ts';

export class CountValues implements VectorOperator {
  readonly grid: Grid;
  readonly #node: AggregateNode;
  readonly #input: VectorOperator;
  readonly #label: string;
  #columns: Column[] = [];

  constructor(node: AggregateNode, input: VectorOperator) {
    this.grid = node.grid;
    this.#node = node;
    this.#input = input;
    this.#label = (node.param as StringNode).value;
  }

  open(state: QueryState): readonly SeriesHeader[] {
    if (!isValidLabelName(this.#label)) {
      throw executionError(`invalid label name ${quoteText(this.#label)}`);
    }
    const held = state.samples.current;
    const inputs = this.#input.open(state);
    const { expr } = this.#node;
    const names = new Set(expr.grouping);
    if (!expr.without) names.add(this.#label);
    const keeps = groupingFilter(names, expr.without);
    const arena = new ColumnArena(this.grid.count);
    const headers: SeriesHeader[] = [];
    const columns = new Map<string, Column>();
    this.#input.produce(state, {
      accept: (index, column) => {
        const group = new ValueLabels(inputs[index]!.labels, this.#label, keeps);
        for (let step = 0; step < column.steps; step++) {
          if (column.kinds[step] === Kind.absent) continue;
          const labels = group.of(valueText(column, step));
          let counts = columns.get(labels.key);
          if (counts === undefined) {
            state.holdBytes(column.steps * 9);
            counts = arena.take();
            columns.set(labels.key, counts);
            headers.push({ labels, dropName: false });
          }
          counts.setFloat(step, (counts.kinds[step] === Kind.absent ? 0 : counts.values[step]!) + 1);
        }
      },
    });
    state.samples.release(state.samples.current - held);
    this.#columns = [...columns.values()];
    return headers;
  }

  produce(state: QueryState, sink: ColumnSink): void {
    for (let i = 0; i < this.#columns.length; i++) {
      const column = this.#columns[i]!;
      state.samples.hold(column.count());
      sink.accept(i, column);
    }
    this.#columns = [];
  }
}

/** The result labels of one input series for each of its values; most series repeat theirs. */
class ValueLabels {
  readonly #input: LabelSet;
  readonly #label: string;
  readonly #keeps: (name: string) => boolean;
  readonly #byValue = new Map<string, LabelSet>();

  constructor(input: LabelSet, label: string, keeps: (name: string) => boolean) {
    this.#input = input;
    this.#label = label;
    this.#keeps = keeps;
  }

  of(value: string): LabelSet {
    let labels = this.#byValue.get(value);
    if (labels === undefined) {
      const record = this.#input.toRecord();
      record[this.#label] = value;
      labels = Labels.from(record).filter(this.#keeps);
      this.#byValue.set(value, labels);
    }
    return labels;
  }
}

function valueText(column: Column, step: number): string {
  return column.kinds[step] === Kind.float
    ? formatFloatDecimal(column.values[step]!)
    : formatHistogram(column.histograms![step]!);
}
