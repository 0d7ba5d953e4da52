// What an aggregation needs to know of its parameter as a whole.

export interface ParamRange {
  /** NaN where one of the values is. */
  readonly min: number;
  readonly max: number;
  readonly hasNan: boolean;
}

export function paramRange(values: Float64Array): ParamRange {
  let min = Number.MAX_VALUE;
  let max = -Number.MAX_VALUE;
  for (let i = 0; i < values.length; i++) {
    min = Math.min(min, values[i]!);
    max = Math.max(max, values[i]!);
  }
  return { min, max, hasNan: Number.isNaN(min) };
}
