// sort, sort_desc, sort_by_label and sort_by_label_desc. An instant query answers in the order in which
// series are pushed; a range query orders by labels, and a warning says so.
import type { LabelSet } from '@prometheus-ts/model';
import { noteSortInRangeQuery } from '../engine/notes.ts';
import type { QueryState } from '../engine/query-state.ts';
import type { Column } from '../operators/column.ts';
import { materialize } from '../operators/materialized.ts';
import type { ColumnSink, SeriesHeader, VectorOperator } from '../operators/operator.ts';
import type { Grid } from '../plan/grid.ts';
import type { VectorCallNode, VectorNode } from '../plan/plan.ts';
import type { OperatorFunction } from './contract.ts';
import { compareNaturally } from './natural-order.ts';
import { dropHistograms } from './simple-math.ts';

interface Entry {
  readonly index: number;
  readonly labels: LabelSet;
  readonly column: Column;
}
type Compare = (a: Entry, b: Entry) => number;

export const sort = sortFunction(true, () => byValue(1));
export const sortDesc = sortFunction(true, () => byValue(-1));
export const sortByLabel = sortFunction(false, (node) => byLabels(labelsOf(node), 1));
export const sortByLabelDesc = sortFunction(false, (node) => byLabels(labelsOf(node), -1));

function sortFunction(floatsOnly: boolean, order: (node: VectorCallNode) => Compare): OperatorFunction {
  return {
    form: 'operator',
    create: (node, builder, counter) => {
      const input = builder.vector(node.args[0] as VectorNode, counter);
      return new Sorted(node, input, floatsOnly, order(node));
    },
  };
}

function labelsOf(node: VectorCallNode): string[] {
  return node.args.slice(1).map((arg) => (arg.type === 'string' ? arg.value : ''));
}

/** NaN goes last in both directions. */
function byValue(direction: 1 | -1): Compare {
  return (a, b) => {
    const x = a.column.values[0]!;
    const y = b.column.values[0]!;
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return direction * (x - y) || 0;
  };
}

function byLabels(names: readonly string[], direction: 1 | -1): Compare {
  return (a, b) => {
    for (const name of names) {
      const x = a.labels.get(name);
      const y = b.labels.get(name);
      if (x !== y) return direction * compareNaturally(x, y);
    }
    return direction * a.labels.compare(b.labels);
  };
}

class Sorted implements VectorOperator {
  readonly grid: Grid;
  readonly #node: VectorCallNode;
  readonly #input: VectorOperator;
  readonly #floatsOnly: boolean;
  readonly #compare: Compare;
  #headers: readonly SeriesHeader[] = [];

  constructor(node: VectorCallNode, input: VectorOperator, floatsOnly: boolean, compare: Compare) {
    this.grid = node.grid;
    this.#node = node;
    this.#input = input;
    this.#floatsOnly = floatsOnly;
    this.#compare = compare;
  }

  open(state: QueryState): readonly SeriesHeader[] {
    this.#headers = this.#input.open(state);
    return this.#headers;
  }

  produce(state: QueryState, sink: ColumnSink): void {
    if (this.grid.count !== 1) {
      this.#passOn(state, sink);
      // After those of the argument: of equal annotations the last one tells its position.
      noteSortInRangeQuery(state.annotations, this.#node.expr.pos);
      return;
    }
    const entries: Entry[] = [];
    for (const [index, column] of materialize(this.#input, this.#headers.length, state).entries()) {
      if (column === undefined) continue;
      if (this.#floatsOnly) dropHistograms(column);
      if (column.count() > 0) entries.push({ index, labels: this.#headers[index]!.labels, column });
    }
    entries.sort(this.#compare);
    for (const { index, column } of entries) sink.accept(index, column);
  }

  #passOn(state: QueryState, sink: ColumnSink): void {
    this.#input.produce(state, {
      accept: (index, column) => {
        if (this.#floatsOnly) dropHistograms(column);
        sink.accept(index, column);
      },
    });
  }
}
