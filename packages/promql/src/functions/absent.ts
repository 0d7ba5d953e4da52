// absent and absent_over_time: one series that is 1 at every step at which the argument has nothing.
import { LabelSet, type Matcher, METRIC_NAME } from '@prometheus-ts/model';
import { type Expr, withoutParens } from '../ast.ts';
import type { QueryState } from '../engine/query-state.ts';
import { Column, Kind } from '../operators/column.ts';
import type { ColumnSink, SeriesHeader, VectorOperator } from '../operators/operator.ts';
import { RangeFunctionOperator } from '../operators/range-function.ts';
import type { Grid } from '../plan/grid.ts';
import type { VectorNode } from '../plan/plan.ts';
import type { OperatorFunction, RangeFunction, RangeOperatorFunction } from './contract.ts';
import { presentOverTime } from './window-ends.ts';

/** Names are kept so that series of several metrics cannot collide. */
const PRESENT: RangeFunction = { ...presentOverTime, keepsName: true };

export const absent: OperatorFunction = {
  form: 'operator',
  create: (node, builder, counter) =>
    new Absent(builder.vector(node.args[0] as VectorNode, counter), labelsOf(node.expr.args[0]!)),
};

export const absentOverTime: RangeOperatorFunction = {
  form: 'range-operator',
  create: (node, builder, counter) => {
    const present = new RangeFunctionOperator(node, PRESENT, builder.matrix(node.matrix, counter), []);
    return new Absent(present, labelsOf(node.expr.args[0]!));
  },
};

/** What the selector says by equality, but for labels that it mentions more than once. */
function labelsOf(expr: Expr): LabelSet {
  const argument = withoutParens(expr);
  if (argument.kind !== 'vector' && argument.kind !== 'matrix') return LabelSet.empty;
  const { matchers } = argument.kind === 'matrix' ? argument.selector : argument;
  const known = new Map<string, Matcher | undefined>();
  const equal = new Set<string>();
  for (const matcher of matchers) {
    if (matcher.name === METRIC_NAME) continue;
    const isFirst = matcher.type === '=' && !equal.has(matcher.name);
    if (isFirst) equal.add(matcher.name);
    known.set(matcher.name, isFirst ? matcher : undefined);
  }
  return LabelSet.from([...known].map(([name, matcher]) => [name, matcher?.value ?? ''] as const));
}

class Absent implements VectorOperator {
  readonly grid: Grid;
  readonly #input: VectorOperator;
  readonly #labels: LabelSet;

  constructor(input: VectorOperator, labels: LabelSet) {
    this.grid = input.grid;
    this.#input = input;
    this.#labels = labels;
  }

  open(state: QueryState): readonly SeriesHeader[] {
    this.#input.open(state);
    return [{ labels: this.#labels, dropName: false }];
  }

  produce(state: QueryState, sink: ColumnSink): void {
    const { count } = this.grid;
    const held = state.samples.current;
    const result = Column.ofSteps(count);
    result.values.fill(1);
    result.kinds.fill(Kind.float);
    this.#input.produce(state, {
      accept: (_index, { kinds }) => {
        for (let step = 0; step < count; step++) {
          if (kinds[step] !== Kind.absent) result.kinds[step] = Kind.absent;
        }
      },
    });
    state.samples.release(state.samples.current - held);
    const steps = result.count();
    if (steps === 0) return;
    state.samples.hold(steps);
    sink.accept(0, result);
  }
}
