// sum: floats with Kahan–Neumaier compensation, histograms likewise. A step that has both has no result.
import { compactHistogram, type LabelSet } from '@prometheus-ts/model';
import type { Accumulator, AccumulatorContext } from './accumulators.ts';
import { type Column, Kind } from './column.ts';
import { HistogramCells } from './histogram-cells.ts';

export class SumAccumulator implements Accumulator {
  readonly #context: AccumulatorContext;
  readonly #sums: Float64Array;
  readonly #errors: Float64Array;
  readonly #seen: Uint8Array;
  readonly #histograms: HistogramCells;

  constructor(context: AccumulatorContext) {
    const size = context.groups * context.steps;
    this.#context = context;
    this.#sums = new Float64Array(size);
    this.#errors = new Float64Array(size);
    this.#seen = new Uint8Array(size);
    this.#histograms = new HistogramCells(context, false);
  }

  add(group: number, column: Column, labels: LabelSet): void {
    const { kinds, values } = column;
    const sums = this.#sums;
    const errors = this.#errors;
    const seen = this.#seen;
    const from = group * this.#context.steps;
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] !== Kind.float) continue;
      const at = from + step;
      const value = values[step]!;
      if (seen[at] === 0) {
        seen[at] = 1;
        sums[at] = value;
        continue;
      }
      const sum = sums[at]!;
      const total = sum + value;
      // Of an infinite sum nothing was lost; the difference is NaN for that and for NaN.
      if (total - total !== 0) errors[at] = 0;
      else if (Math.abs(sum) >= Math.abs(value)) errors[at]! += sum - total + value;
      else errors[at]! += value - total + sum;
      sums[at] = total;
    }
    if (column.histograms !== undefined) this.#histograms.add(group, column, labels);
  }

  finish(group: number, out: Column): void {
    const { steps } = this.#context;
    const from = group * steps;
    for (let step = 0; step < steps; step++) {
      const at = from + step;
      const fold = this.#histograms.at(at);
      if (fold !== undefined) {
        const hasFloats = this.#seen[at] !== 0;
        if (this.#histograms.isValid(fold, hasFloats)) {
          out.setHistogram(step, compactHistogram(fold.total()));
        }
      } else if (this.#seen[at] !== 0) {
        out.setFloat(step, this.#sums[at]! + this.#errors[at]!);
      }
    }
  }
}
