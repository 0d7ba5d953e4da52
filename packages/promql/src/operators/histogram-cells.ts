// The histogram side of sum and avg: a sparse table of groups × steps, made when the first histogram comes.
import type { LabelSet } from '@prometheus-ts/model';
import {
  noteCounterResetCollision,
  noteMismatchedCustomBuckets,
  noteMixedExponentialCustom,
  noteMixedFloatsHistogramsInAggregation,
} from '../engine/notes.ts';
import type { AccumulatorContext } from './accumulators.ts';
import { type Column, Kind } from './column.ts';
import { HistogramFold } from './histogram-sums.ts';

export class HistogramCells {
  readonly #context: AccumulatorContext;
  readonly #forMean: boolean;
  readonly #cells = new Map<number, HistogramFold>();

  constructor(context: AccumulatorContext, forMean: boolean) {
    this.#context = context;
    this.#forMean = forMean;
  }

  at(cell: number): HistogramFold | undefined {
    return this.#cells.get(cell);
  }

  add(group: number, column: Column, labels: LabelSet): void {
    const { kinds, histograms } = column;
    const { steps, state, pos } = this.#context;
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] !== Kind.histogram) continue;
      const cell = group * steps + step;
      const fold = this.#cells.get(cell);
      if (fold === undefined) {
        this.#cells.set(cell, new HistogramFold(histograms![step]!, this.#forMean));
        continue;
      }
      const wasIncompatible = fold.incompatible;
      fold.add(histograms![step]!);
      if (fold.incompatible && !wasIncompatible) {
        noteMixedExponentialCustom(state.annotations, labels.metricName, pos);
      }
    }
  }

  /** Whether a cell has a result; notes what stands against it, or what the user should know of it. */
  isValid(fold: HistogramFold, hasFloats: boolean): boolean {
    const { state, pos } = this.#context;
    if (fold.boundsReconciled) noteMismatchedCustomBuckets(state.annotations, 'aggregation', pos);
    if (hasFloats) {
      noteMixedFloatsHistogramsInAggregation(state.annotations, pos);
      return false;
    }
    if (fold.incompatible) return false;
    if (fold.resetsCollide) noteCounterResetCollision(state.annotations, 'aggregation', pos);
    return true;
  }
}
