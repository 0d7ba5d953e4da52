// Operators that yield one number per step.
import type { BinaryOperator } from '../ast.ts';
import type { QueryState } from '../engine/query-state.ts';
import type { ScalarFunction } from '../functions/contract.ts';
import type { Grid } from '../plan/grid.ts';
import { type Column, Kind } from './column.ts';
import type { ScalarOperator, VectorOperator } from './operator.ts';
import { applyScalarOperator } from './scalar-operators.ts';

export class ConstantScalar implements ScalarOperator {
  readonly grid: Grid;
  readonly value: number;

  constructor(grid: Grid, value: number) {
    this.grid = grid;
    this.value = value;
  }

  evaluate(state: QueryState): Float64Array {
    state.samples.hold(this.grid.count);
    return new Float64Array(this.grid.count).fill(this.value);
  }
}

export class ScalarCall implements ScalarOperator {
  readonly grid: Grid;
  readonly #implementation: ScalarFunction;
  readonly #args: readonly ScalarOperator[];

  constructor(grid: Grid, implementation: ScalarFunction, args: readonly ScalarOperator[]) {
    this.grid = grid;
    this.#implementation = implementation;
    this.#args = args;
  }

  evaluate(state: QueryState): Float64Array {
    return this.#implementation.evaluate(
      this.#args.map((arg) => arg.evaluate(state)),
      this.grid,
    );
  }
}

export class ScalarBinary implements ScalarOperator {
  readonly grid: Grid;
  readonly #op: BinaryOperator;
  readonly #left: ScalarOperator;
  readonly #right: ScalarOperator;

  constructor(op: BinaryOperator, left: ScalarOperator, right: ScalarOperator) {
    this.grid = left.grid;
    this.#op = op;
    this.#left = left;
    this.#right = right;
  }

  evaluate(state: QueryState): Float64Array {
    const left = this.#left.evaluate(state);
    const right = this.#right.evaluate(state);
    for (let step = 0; step < left.length; step++) {
      left[step] = applyScalarOperator(this.#op, left[step]!, right[step]!);
    }
    return left;
  }
}

export class ScalarNegate implements ScalarOperator {
  readonly grid: Grid;
  readonly #input: ScalarOperator;

  constructor(input: ScalarOperator) {
    this.grid = input.grid;
    this.#input = input;
  }

  evaluate(state: QueryState): Float64Array {
    const values = this.#input.evaluate(state);
    for (let step = 0; step < values.length; step++) values[step] = -values[step]!;
    return values;
  }
}

/** Evaluated once, at the first step. */
export class InvariantScalar implements ScalarOperator {
  readonly grid: Grid;
  readonly #input: ScalarOperator;

  constructor(grid: Grid, input: ScalarOperator) {
    this.grid = grid;
    this.#input = input;
  }

  evaluate(state: QueryState): Float64Array {
    const [value] = this.#input.evaluate(state);
    return new Float64Array(this.grid.count).fill(value!);
  }
}

/** `scalar(v)`: the one float of the vector, NaN where it has none or several. Histograms do not count. */
export class ScalarOfVector implements ScalarOperator {
  readonly grid: Grid;
  readonly #input: VectorOperator;

  constructor(input: VectorOperator) {
    this.grid = input.grid;
    this.#input = input;
  }

  evaluate(state: QueryState): Float64Array {
    const { count } = this.grid;
    const values = new Float64Array(count).fill(Number.NaN);
    const found = new Uint8Array(count);
    const held = state.samples.current;
    this.#input.open(state);
    this.#input.produce(state, {
      accept: (_index: number, column: Column) => {
        for (let step = 0; step < count; step++) {
          if (column.kinds[step] !== Kind.float) continue;
          values[step] = found[step] === 0 ? column.values[step]! : Number.NaN;
          found[step] = 1;
        }
      },
    });
    state.samples.release(state.samples.current - held);
    state.samples.hold(count);
    return values;
  }
}
