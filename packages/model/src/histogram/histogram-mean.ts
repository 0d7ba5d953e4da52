// The mean of histograms: the sum divided by their number, until the sum would overflow; from then on the mean
// itself is carried along.
import type { FloatHistogram } from '../float-histogram.ts';
import { divideHistogram } from './arithmetic.ts';
import { type AdditionNotes, HistogramSum } from './histogram-sum.ts';

export class HistogramMean {
  /** The sum so far, or the mean once `#incremental` is set. */
  #state: HistogramSum;
  #count = 1;
  #incremental = false;

  constructor(first: FloatHistogram) {
    this.#state = new HistogramSum(first);
  }

  /** Throws HistogramError when exponential and custom buckets meet. */
  add(h: FloatHistogram): AdditionNotes {
    this.#count++;
    if (!this.#incremental) {
      const attempt = this.#state.copy();
      const notes = attempt.add(h);
      if (!attempt.hasOverflow) {
        this.#state = attempt;
        return notes;
      }
      this.#incremental = true;
      this.#state.divide(this.#count - 1);
    }
    this.#state.scale((this.#count - 1) / this.#count);
    return this.#state.add(divideHistogram(h, this.#count));
  }

  /** Not compacted. Ends the mean. */
  total(): FloatHistogram {
    if (!this.#incremental) this.#state.divide(this.#count);
    this.#incremental = true;
    return this.#state.total();
  }
}
