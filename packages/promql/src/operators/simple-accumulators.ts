// count, group, min, max, stddev and stdvar.
import { noteIgnoredInAggregation } from '../engine/notes.ts';
import type { Accumulator, AccumulatorContext } from './accumulators.ts';
import { type Column, Kind } from './column.ts';

export class CountAccumulator implements Accumulator {
  readonly #steps: number;
  readonly #counts: Float64Array;

  constructor({ groups, steps }: AccumulatorContext) {
    this.#steps = steps;
    this.#counts = new Float64Array(groups * steps);
  }

  add(group: number, column: Column): void {
    const { kinds } = column;
    const counts = this.#counts;
    const from = group * this.#steps;
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] !== Kind.absent) counts[from + step]!++;
    }
  }

  finish(group: number, out: Column): void {
    const from = group * this.#steps;
    for (let step = 0; step < this.#steps; step++) {
      const count = this.#counts[from + step]!;
      if (count > 0) out.setFloat(step, count);
    }
  }
}

/** 1 where there is anything. */
export class GroupAccumulator implements Accumulator {
  readonly #steps: number;
  readonly #seen: Uint8Array;

  constructor({ groups, steps }: AccumulatorContext) {
    this.#steps = steps;
    this.#seen = new Uint8Array(groups * steps);
  }

  add(group: number, column: Column): void {
    const { kinds } = column;
    const from = group * this.#steps;
    for (let step = 0; step < kinds.length; step++) this.#seen[from + step]! |= kinds[step]!;
  }

  finish(group: number, out: Column): void {
    const from = group * this.#steps;
    for (let step = 0; step < this.#steps; step++) if (this.#seen[from + step] !== 0) out.setFloat(step, 1);
  }
}

/** min and max. NaN gives way to any other value. */
export class ExtremeAccumulator implements Accumulator {
  readonly #context: AccumulatorContext;
  readonly #isMax: boolean;
  readonly #values: Float64Array;
  readonly #seen: Uint8Array;

  constructor(context: AccumulatorContext, isMax: boolean) {
    this.#context = context;
    this.#isMax = isMax;
    this.#values = new Float64Array(context.groups * context.steps);
    this.#seen = new Uint8Array(context.groups * context.steps);
  }

  add(group: number, column: Column): void {
    const { kinds, values } = column;
    const best = this.#values;
    const seen = this.#seen;
    const isMax = this.#isMax;
    const from = group * this.#context.steps;
    if (column.histograms !== undefined) noteIgnored(column, isMax ? 'max' : 'min', this.#context);
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] !== Kind.float) continue;
      const at = from + step;
      const value = values[step]!;
      const known = best[at]!;
      if (seen[at] === 0 || (isMax ? known < value : known > value) || Number.isNaN(known)) {
        best[at] = value;
        seen[at] = 1;
      }
    }
  }

  finish(group: number, out: Column): void {
    const { steps } = this.#context;
    const from = group * steps;
    for (let step = 0; step < steps; step++) {
      if (this.#seen[from + step] !== 0) out.setFloat(step, this.#values[from + step]!);
    }
  }
}

/** stddev and stdvar, by Welford's recurrence. */
export class VarianceAccumulator implements Accumulator {
  readonly #context: AccumulatorContext;
  readonly #root: boolean;
  readonly #counts: Float64Array;
  readonly #means: Float64Array;
  readonly #squares: Float64Array;

  constructor(context: AccumulatorContext, root: boolean) {
    this.#context = context;
    this.#root = root;
    const size = context.groups * context.steps;
    this.#counts = new Float64Array(size);
    this.#means = new Float64Array(size);
    this.#squares = new Float64Array(size);
  }

  add(group: number, column: Column): void {
    const { kinds, values } = column;
    const counts = this.#counts;
    const means = this.#means;
    const squares = this.#squares;
    const from = group * this.#context.steps;
    if (column.histograms !== undefined) {
      noteIgnored(column, this.#root ? 'stddev' : 'stdvar', this.#context);
    }
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] !== Kind.float) continue;
      const at = from + step;
      const value = values[step]!;
      const count = ++counts[at]!;
      if (count === 1) {
        means[at] = value;
        squares[at] = Number.isFinite(value) ? 0 : Number.NaN;
        continue;
      }
      const distance = value - means[at]!;
      const mean = means[at]! + distance / count;
      means[at] = mean;
      squares[at]! += distance * (value - mean);
    }
  }

  finish(group: number, out: Column): void {
    const { steps } = this.#context;
    const from = group * steps;
    for (let step = 0; step < steps; step++) {
      const count = this.#counts[from + step]!;
      if (count === 0) continue;
      const variance = this.#squares[from + step]! / count;
      out.setFloat(step, this.#root ? Math.sqrt(variance) : variance);
    }
  }
}

/** Says so when a column that holds histograms goes into an aggregation that cannot use them. */
export function noteIgnored(column: Column, aggregation: string, context: AccumulatorContext): void {
  const { kinds } = column;
  for (let step = 0; step < kinds.length; step++) {
    if (kinds[step] !== Kind.histogram) continue;
    noteIgnoredInAggregation(context.state.annotations, aggregation, context.pos);
    return;
  }
}
