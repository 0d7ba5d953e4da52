// Counts the samples of a query: how many it holds (which is what the limit is about), how many it loaded, and
// both per step where asked. The counting follows upstream's evaluator, so that a query that passes its limit
// there passes ours too: a float weighs 1, a histogram its size in units of 16 bytes.
import { endOf, type Grid } from '../plan/grid.ts';
import { QueryError, QueryErrorCode } from './query-error.ts';

export class SampleAccount {
  readonly #max: number;
  #current = 0;
  peak = 0;
  /** Loaded; a window counts wholly at every step. */
  total = 0;
  /** Read from storage; of a window only what no earlier step had. */
  read = 0;
  /** Per step of the query, undefined where not asked for. */
  readonly totalPerStep: Float64Array | undefined;
  readonly readPerStep: Float64Array | undefined;

  /** @param max 0 for no limit */
  constructor(max: number, perStep?: Grid) {
    this.#max = max === 0 ? Number.POSITIVE_INFINITY : max;
    if (perStep !== undefined) {
      this.totalPerStep = new Float64Array(perStep.count);
      this.readPerStep = new Float64Array(perStep.count);
    }
  }

  get current(): number {
    return this.#current;
  }

  /** Takes note of samples that now are in memory; throws when they are too many. */
  hold(samples: number): void {
    this.#current += samples;
    if (this.#current > this.peak) this.peak = this.#current;
    if (this.#current > this.#max) {
      throw new QueryError(
        QueryErrorCode.tooManySamples,
        'query processing would load too many samples into memory in query execution',
        { hint: `the limit is ${this.#max} samples: narrow the selectors or the range, or aggregate sooner` },
      );
    }
  }

  release(samples: number): void {
    this.#current -= samples;
  }

  /** Runs something and answers by how much the count rose above where it was, at most. */
  measurePeak(run: () => void): number {
    const start = this.#current;
    const peakBefore = this.peak;
    this.peak = start;
    run();
    const rise = this.peak - start;
    this.peak = Math.max(this.peak, peakBefore);
    return rise;
  }

  /** Looks whether `samples` more would still be allowed, and counts them towards the peak. */
  touch(samples: number): void {
    this.hold(samples);
    this.release(samples);
  }
}

/** Maps steps of a node's grid to steps of the query, for the counts per step. */
export function queryStepOf(queryGrid: Grid, timeMs: number): number {
  if (timeMs <= queryGrid.startMs) return 0;
  if (timeMs >= endOf(queryGrid)) return queryGrid.count - 1;
  return Math.ceil((timeMs - queryGrid.startMs) / queryGrid.stepMs);
}
