// avg: the sum divided by the count. Where the sum would overflow, the cell turns into a running mean instead.
import { compactHistogram, type LabelSet } from '@prometheus-ts/model';
import type { Accumulator, AccumulatorContext } from './accumulators.ts';
import { type Column, Kind } from './column.ts';
import { HistogramCells } from './histogram-cells.ts';

export class AverageAccumulator implements Accumulator {
  readonly #context: AccumulatorContext;
  readonly #counts: Float64Array;
  /** The sum, or the mean in cells that are marked so. */
  readonly #sums: Float64Array;
  readonly #errors: Float64Array;
  readonly #holdsMean: Uint8Array;
  readonly #histograms: HistogramCells;

  constructor(context: AccumulatorContext) {
    const size = context.groups * context.steps;
    this.#context = context;
    this.#counts = new Float64Array(size);
    this.#sums = new Float64Array(size);
    this.#errors = new Float64Array(size);
    this.#holdsMean = new Uint8Array(size);
    this.#histograms = new HistogramCells(context, true);
  }

  add(group: number, column: Column, labels: LabelSet): void {
    const { kinds, values } = column;
    const counts = this.#counts;
    const sums = this.#sums;
    const errors = this.#errors;
    const from = group * this.#context.steps;
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] !== Kind.float) continue;
      const at = from + step;
      const value = values[step]!;
      const count = ++counts[at]!;
      if (count === 1) {
        sums[at] = value;
        continue;
      }
      const sum = sums[at]!;
      const total = sum + value;
      if (this.#holdsMean[at] !== 0 || total === Infinity || total === -Infinity) {
        this.#addToMean(at, value, count);
        continue;
      }
      if (Math.abs(sum) >= Math.abs(value)) errors[at]! += sum - total + value;
      else errors[at]! += value - total + sum;
      sums[at] = total;
    }
    if (column.histograms !== undefined) this.#histograms.add(group, column, labels);
  }

  #addToMean(at: number, value: number, count: number): void {
    let mean = this.#sums[at]!;
    let error = this.#errors[at]!;
    if (this.#holdsMean[at] === 0) {
      this.#holdsMean[at] = 1;
      mean /= count - 1;
      error /= count - 1;
    }
    const q = (count - 1) / count;
    const part = value / count;
    mean *= q;
    error *= q;
    const total = mean + part;
    if (total === Infinity || total === -Infinity) error = 0;
    else if (Math.abs(mean) >= Math.abs(part)) error += mean - total + part;
    else error += part - total + mean;
    this.#sums[at] = total;
    this.#errors[at] = error;
  }

  finish(group: number, out: Column): void {
    const { steps } = this.#context;
    const from = group * steps;
    for (let step = 0; step < steps; step++) {
      const at = from + step;
      const count = this.#counts[at]!;
      const fold = this.#histograms.at(at);
      if (fold !== undefined) {
        if (this.#histograms.isValid(fold, count > 0)) {
          out.setHistogram(step, compactHistogram(fold.total()));
        }
      } else if (count > 0) {
        const divisor = this.#holdsMean[at] === 0 ? count : 1;
        out.setFloat(step, this.#sums[at]! / divisor + this.#errors[at]! / divisor);
      }
    }
  }
}
