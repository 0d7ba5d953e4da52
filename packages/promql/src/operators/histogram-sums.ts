// Sums and averages of native histograms, as `sum` and `avg` over series and `*_over_time` over time need them.
import {
  type AdditionNotes,
  CounterResetHint,
  type FloatHistogram,
  HistogramMean,
  HistogramSum,
} from '@prometheus-ts/model';
import { isIncompatible } from './histogram-operators.ts';

/** One or more histograms, folded; keeps in mind what the user should know of the result. */
export class HistogramFold {
  /** Exponential and custom buckets met: there is no result. */
  incompatible = false;
  /** Custom bounds differed; only those that all have are left. */
  boundsReconciled = false;
  /** Some said that their counter was reset before them, others that it was not. */
  get resetsCollide(): boolean {
    return this.#resetSeen && this.#notResetSeen;
  }
  readonly #fold: { add(h: FloatHistogram): AdditionNotes; total(): FloatHistogram };
  #resetSeen = false;
  #notResetSeen = false;

  constructor(first: FloatHistogram, isMean: boolean) {
    this.#fold = isMean ? new HistogramMean(first) : new HistogramSum(first);
    this.#noteHint(first);
  }

  /** Does nothing once the fold is incompatible. */
  add(histogram: FloatHistogram): void {
    if (this.incompatible) return;
    this.#noteHint(histogram);
    try {
      if (this.#fold.add(histogram).boundsReconciled) this.boundsReconciled = true;
    } catch (error) {
      if (!isIncompatible(error)) throw error;
      this.incompatible = true;
    }
  }

  /** The sum or mean, not compacted. Ends the fold. */
  total(): FloatHistogram {
    return this.#fold.total();
  }

  #noteHint({ counterReset }: FloatHistogram): void {
    if (counterReset === CounterResetHint.reset) this.#resetSeen = true;
    else if (counterReset === CounterResetHint.notReset) this.#notResetSeen = true;
  }
}
