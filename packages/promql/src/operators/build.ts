// Turns a plan into operators. A plan can be built and run once.
import { executionError } from '../engine/query-error.ts';
import type { ColumnFunction } from '../functions/contract.ts';
import { ANCHORED_SAFE, IMPLEMENTATIONS, SMOOTHED_SAFE } from '../functions/registry.ts';
import type {
  AggregateNode,
  MatrixNode,
  PlanNode,
  RangeCallNode,
  ScalarCallNode,
  ScalarNode,
  VectorBinaryNode,
  VectorCallNode,
  VectorNode,
} from '../plan/plan.ts';
import { Aggregate } from './aggregate.ts';
import { ColumnCall, Invariant, Negate, VectorOfScalar } from './column-operators.ts';
import { CountValues } from './count-values.ts';
import { VectorJoin } from './join.ts';
import { Limit } from './limit.ts';
import type { ScalarOperator, VectorOperator } from './operator.ts';
import {
  checkModifiers,
  RangeFunctionOperator,
  RangeScan,
  type RangeSource,
  SubqueryScan,
} from './range-function.ts';
import { InvariantCounter, type SampleCounter, SubqueryCounter } from './sample-counter.ts';
import {
  ConstantScalar,
  InvariantScalar,
  ScalarBinary,
  ScalarCall,
  ScalarNegate,
  ScalarOfVector,
} from './scalars.ts';
import { Scan } from './scan.ts';
import { SetFilter, SetUnion } from './set-operators.ts';
import { SmoothedScan } from './smoothed-scan.ts';
import { TopK } from './top-k.ts';
import { VectorScalar } from './vector-scalar.ts';

export class OperatorBuilder {
  readonly #lookbackMs: number;

  constructor(lookbackMs: number) {
    this.#lookbackMs = lookbackMs;
  }

  /** @param counter where the samples of this part of the plan are counted */
  vector(node: VectorNode, counter: SampleCounter): VectorOperator {
    switch (node.kind) {
      case 'scan':
        return node.expr.smoothed ? new SmoothedScan(node, counter) : new Scan(node, counter);
      case 'range-call':
        return this.#rangeCall(node, counter);
      case 'call':
        return this.#call(node, counter);
      case 'aggregate':
        return this.#aggregate(node, counter);
      case 'vector-binary':
        return this.#binary(node, counter);
      case 'vector-scalar':
        return new VectorScalar(node, this.vector(node.vector, counter), this.scalar(node.scalar, counter));
      case 'negate':
        return new Negate(this.vector(node.input, counter));
      case 'invariant': {
        const inner = new InvariantCounter(counter, node.grid.count);
        return new Invariant(node.grid, this.vector(node.input, inner));
      }
    }
  }

  scalar(node: ScalarNode, counter: SampleCounter): ScalarOperator {
    switch (node.kind) {
      case 'constant':
        return new ConstantScalar(node.grid, node.value);
      case 'scalar-call':
        return this.#scalarCall(node, counter);
      case 'scalar-binary': {
        const left = this.scalar(node.left, counter);
        return new ScalarBinary(node.expr.op, left, this.scalar(node.right, counter));
      }
      case 'scalar-negate':
        return new ScalarNegate(this.scalar(node.input, counter));
      case 'invariant-scalar': {
        const inner = new InvariantCounter(counter, node.grid.count);
        return new InvariantScalar(node.grid, this.scalar(node.input, inner));
      }
    }
  }

  matrix(node: MatrixNode, counter: SampleCounter): RangeSource {
    if (node.kind === 'range-scan') return new RangeScan(node, this.#lookbackMs, counter);
    const { inner, grid, rangeMs, expr } = node;
    const innerCounter = new SubqueryCounter(counter, grid, inner.grid, rangeMs, expr.offsetMs);
    const operator = this.vectorOf(inner, innerCounter);
    return new SubqueryScan(node, operator, this.#lookbackMs, counter);
  }

  /** A vector, or a scalar as a vector without labels. */
  vectorOf(node: VectorNode | ScalarNode, counter: SampleCounter): VectorOperator {
    return node.type === 'vector'
      ? this.vector(node, counter)
      : new VectorOfScalar(this.scalar(node, counter));
  }

  /** The scalar arguments among others, in order. */
  scalars(args: readonly PlanNode[], counter: SampleCounter): ScalarOperator[] {
    return args.filter((arg) => arg.type === 'scalar').map((arg) => this.scalar(arg, counter));
  }

  #rangeCall(node: RangeCallNode, counter: SampleCounter): VectorOperator {
    const implementation = IMPLEMENTATIONS[node.expr.func.name];
    if (implementation?.form === 'range') {
      checkModifiers(node, implementation, ANCHORED_SAFE, SMOOTHED_SAFE);
      const source = this.matrix(node.matrix, counter);
      const scalars = node.scalars.map((scalar) => this.scalar(scalar, counter));
      return new RangeFunctionOperator(node, implementation, source, scalars);
    }
    if (implementation?.form === 'range-operator') {
      checkModifiers(node, {}, ANCHORED_SAFE, SMOOTHED_SAFE);
      return implementation.create(node, this, counter);
    }
    throw unimplemented(node.expr.func.name);
  }

  #call(node: VectorCallNode, counter: SampleCounter): VectorOperator {
    const { name } = node.expr.func;
    if (name === 'vector') return new VectorOfScalar(this.scalar(node.args[0] as ScalarNode, counter));
    const implementation = IMPLEMENTATIONS[name];
    if (implementation?.form === 'operator') return implementation.create(node, this, counter);
    if (implementation?.form === 'column') return this.#columnCall(node, implementation, counter);
    throw unimplemented(name);
  }

  #columnCall(node: VectorCallNode, implementation: ColumnFunction, counter: SampleCounter): VectorOperator {
    const input = node.args.find((arg) => arg.type === 'vector');
    if (input === undefined) {
      const { grid } = node;
      return new VectorOfScalar({ grid, evaluate: () => implementation.withoutVector!(grid) });
    }
    return new ColumnCall(implementation, this.vector(input, counter), this.scalars(node.args, counter));
  }

  #scalarCall(node: ScalarCallNode, counter: SampleCounter): ScalarOperator {
    const { name } = node.expr.func;
    if (name === 'scalar') return new ScalarOfVector(this.vector(node.args[0] as VectorNode, counter));
    const implementation = IMPLEMENTATIONS[name];
    if (implementation?.form !== 'scalar') throw unimplemented(name);
    return new ScalarCall(node.grid, implementation, this.scalars(node.args, counter));
  }

  #aggregate(node: AggregateNode, counter: SampleCounter): VectorOperator {
    const param = node.param?.type === 'scalar' ? this.scalar(node.param, counter) : undefined;
    const input = this.vector(node.input, counter);
    switch (node.expr.op) {
      case 'topk':
      case 'bottomk':
        return new TopK(node, input, param!);
      case 'limitk':
      case 'limit_ratio':
        return new Limit(node, input, param!);
      case 'count_values':
        return new CountValues(node, input);
      default:
        return new Aggregate(node, input, param);
    }
  }

  #binary(node: VectorBinaryNode, counter: SampleCounter): VectorOperator {
    const left = this.vector(node.left, counter);
    const right = this.vector(node.right, counter);
    switch (node.expr.op) {
      case 'and':
      case 'unless':
        return new SetFilter(node, left, right);
      case 'or':
        return new SetUnion(node, left, right);
      default:
        return new VectorJoin(node, left, right);
    }
  }
}

function unimplemented(name: string): Error {
  return executionError(`unexpected nil implementation for function "${name}"`);
}
