// quantile: needs all values of a group at once, so it keeps the columns of the group.
import { quantileOfSorted, sortNanFirst } from '../functions/quantile.ts';
import type { Accumulator, AccumulatorContext } from './accumulators.ts';
import { type Column, ColumnArena, Kind } from './column.ts';
import { noteIgnored } from './simple-accumulators.ts';

export class QuantileAccumulator implements Accumulator {
  readonly #context: AccumulatorContext;
  readonly #columns: Column[][];
  readonly #arena: ColumnArena;

  constructor(context: AccumulatorContext) {
    this.#context = context;
    this.#columns = Array.from({ length: context.groups }, () => []);
    this.#arena = new ColumnArena(context.steps);
  }

  add(group: number, column: Column): void {
    if (column.histograms !== undefined) noteIgnored(column, 'quantile', this.#context);
    this.#context.state.holdBytes(column.steps * 9);
    const kept = this.#arena.take();
    kept.values.set(column.values);
    kept.kinds.set(column.kinds);
    this.#columns[group]!.push(kept);
  }

  finish(group: number, out: Column): void {
    const columns = this.#columns[group]!;
    const { steps, param } = this.#context;
    const values = new Float64Array(columns.length);
    for (let step = 0; step < steps; step++) {
      let count = 0;
      for (const column of columns) {
        if (column.kinds[step] === Kind.float) values[count++] = column.values[step]!;
      }
      if (count === 0) continue;
      out.setFloat(step, quantileOfSorted(param![step]!, sortNanFirst(values.subarray(0, count))));
    }
  }
}
