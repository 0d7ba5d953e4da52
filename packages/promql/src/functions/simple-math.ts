// Functions of one value: abs, ceil, floor, round, exp, logarithms, sqrt, sgn, clamp. Histograms have no answer.
import { type Column, Kind } from '../operators/column.ts';
import { larger, smaller } from '../operators/scalar-operators.ts';
import type { ColumnFunction } from './contract.ts';

/** A column function that maps every float; steps that hold a histogram become absent. */
export function mapFloats(map: (value: number) => number): ColumnFunction {
  return {
    form: 'column',
    apply: (column) => {
      const { values } = column;
      dropHistograms(column);
      for (let step = 0; step < values.length; step++) values[step] = map(values[step]!);
    },
  };
}

/** Makes every step absent that holds a histogram. */
export function dropHistograms(column: Column): void {
  if (column.histograms === undefined) return;
  const { kinds } = column;
  for (let step = 0; step < kinds.length; step++) {
    if (kinds[step] === Kind.histogram) kinds[step] = Kind.absent;
  }
  column.histograms = undefined;
}

export const abs = mapFloats(Math.abs);
export const ceil = mapFloats(Math.ceil);
export const floor = mapFloats(Math.floor);
export const exp = mapFloats(Math.exp);
export const sqrt = mapFloats(Math.sqrt);
export const ln = mapFloats(Math.log);
export const log2 = mapFloats(Math.log2);
export const log10 = mapFloats(Math.log10);
export const sgn = mapFloats(Math.sign);

/** Ties go up. */
export const round: ColumnFunction = {
  form: 'column',
  apply: (column, args) => {
    dropHistograms(column);
    const { values } = column;
    const to = args[0];
    for (let step = 0; step < values.length; step++) {
      // Multiplying by the inverse loses fewer digits than dividing.
      const inverse = 1 / (to === undefined ? 1 : to[step]!);
      values[step] = Math.floor(values[step]! * inverse + 0.5) / inverse;
    }
  },
};

export const clamp = clampFunction((args, step) => [args[0]![step]!, args[1]![step]!]);
export const clampMin = clampFunction((args, step) => [args[0]![step]!, Infinity]);
export const clampMax = clampFunction((args, step) => [-Infinity, args[0]![step]!]);

type Bounds = (args: readonly Float64Array[], step: number) => readonly [low: number, high: number];

/** Where the bounds are the wrong way round there is no answer. */
function clampFunction(boundsOf: Bounds): ColumnFunction {
  return {
    form: 'column',
    apply: (column, args) => {
      dropHistograms(column);
      const { kinds, values } = column;
      for (let step = 0; step < values.length; step++) {
        const [low, high] = boundsOf(args, step);
        if (high < low) kinds[step] = Kind.absent;
        else values[step] = larger(low, smaller(high, values[step]!));
      }
    },
  };
}
