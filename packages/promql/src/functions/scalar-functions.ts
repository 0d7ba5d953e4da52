// Functions that yield a number per step without looking at series.
import { larger, smaller } from '../operators/scalar-operators.ts';
import { timeAt } from '../plan/grid.ts';
import type { ScalarFunction } from './contract.ts';

/** Seconds since the epoch. */
export const time: ScalarFunction = {
  form: 'scalar',
  evaluate: (_args, grid) =>
    Float64Array.from({ length: grid.count }, (_, step) => timeAt(grid, step) / 1000),
};

export const pi: ScalarFunction = {
  form: 'scalar',
  evaluate: (_args, grid) => new Float64Array(grid.count).fill(Math.PI),
};

export const maxOf: ScalarFunction = {
  form: 'scalar',
  evaluate: ([a, b], grid) => Float64Array.from({ length: grid.count }, (_, i) => larger(a![i]!, b![i]!)),
};

export const minOf: ScalarFunction = {
  form: 'scalar',
  evaluate: ([a, b], grid) => Float64Array.from({ length: grid.count }, (_, i) => smaller(a![i]!, b![i]!)),
};
