// label_replace and label_join: they look at labels only, once a query; the samples pass through.
import { isValidLabelName, type LabelSet, METRIC_NAME } from '@prometheus-ts/model';
import { compileAnchored, type Regexp, RegexpError } from '@prometheus-ts/regexp';
import { executionError } from '../engine/query-error.ts';
import type { QueryState } from '../engine/query-state.ts';
import { SeriesMerge } from '../operators/headers.ts';
import type { ColumnSink, SeriesHeader, VectorOperator } from '../operators/operator.ts';
import type { Grid } from '../plan/grid.ts';
import type { PlanNode, VectorCallNode, VectorNode } from '../plan/plan.ts';
import type { OperatorFunction } from './contract.ts';

/** The label set of a series, or undefined where it stays as it is. */
type Relabel = (labels: LabelSet) => LabelSet | undefined;

export const labelReplace: OperatorFunction = {
  form: 'operator',
  create: (node, builder, counter) => {
    const [, target, replacement, source, expression] = node.args.map(textOf);
    const regexp = compile(expression!);
    requireLabelName(target!, 'destination label name in label_replace()');
    const relabel: Relabel = (labels) => {
      const value = labels.get(source!);
      const groups = regexp.groups(value);
      return groups && labels.with(target!, regexp.expand(replacement!, value, groups));
    };
    return new Relabelled(builder.vector(node.args[0] as VectorNode, counter), target!, relabel);
  },
};

export const labelJoin: OperatorFunction = {
  form: 'operator',
  create: (node: VectorCallNode, builder, counter) => {
    const [, target, separator, ...sources] = node.args.map(textOf);
    for (const source of sources) requireLabelName(source, 'source label name in label_join()');
    requireLabelName(target!, 'destination label name in label_join()');
    const relabel: Relabel = (labels) =>
      labels.with(target!, sources.map((source) => labels.get(source)).join(separator));
    return new Relabelled(builder.vector(node.args[0] as VectorNode, counter), target!, relabel);
  },
};

function textOf(node: PlanNode): string {
  return node.type === 'string' ? node.value : '';
}

function compile(expression: string): Regexp {
  try {
    return compileAnchored(expression);
  } catch (error) {
    if (!(error instanceof RegexpError)) throw error;
    throw executionError(`invalid regular expression in label_replace(): ${expression}`);
  }
}

function requireLabelName(name: string, what: string): void {
  if (!isValidLabelName(name)) throw executionError(`invalid ${what}: ${name}`);
}

/** Series that end up with the same labels are merged; two samples at one step are an error. */
class Relabelled implements VectorOperator {
  readonly grid: Grid;
  readonly #input: VectorOperator;
  readonly #target: string;
  readonly #relabel: Relabel;
  #merge: SeriesMerge | undefined;

  constructor(input: VectorOperator, target: string, relabel: Relabel) {
    this.grid = input.grid;
    this.#input = input;
    this.#target = target;
    this.#relabel = relabel;
  }

  open(state: QueryState): readonly SeriesHeader[] {
    const headers = this.#input.open(state).map((header) => {
      const labels = this.#relabel(header.labels);
      if (!labels) return header;
      // A name that the query gave is not dropped later.
      return { labels, dropName: this.#target === METRIC_NAME ? false : header.dropName };
    });
    this.#merge = new SeriesMerge(headers, this.grid.count);
    return this.#merge.headers;
  }

  produce(state: QueryState, sink: ColumnSink): void {
    this.#merge!.run(state, sink, (incoming) => this.#input.produce(state, incoming));
  }
}
