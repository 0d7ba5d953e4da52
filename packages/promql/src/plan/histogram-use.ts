// Whether the buckets of a selector's histograms are needed. Under histogram_count, histogram_sum and
// histogram_avg they are not, unless something on the way up looks at them: a quantile, a fraction, a trim
// operator, or a subquery, after which counter resets can only be told from buckets.
//
// This is more than an optimisation: without its buckets a histogram carries the counter reset that was found
// when it was read, and annotations about conflicting resets depend on that.
import type { Expr } from '../ast.ts';

const STATS_FUNCTIONS = new Set(['histogram_count', 'histogram_sum', 'histogram_avg']);
const BUCKET_FUNCTIONS = new Set(['histogram_quantile', 'histogram_quantiles', 'histogram_fraction']);

/** Follows the way down to a selector. */
export class HistogramUse {
  #statsAround = 0;
  #bucketsAround = 0;

  get isStatsOnly(): boolean {
    return this.#statsAround > 0 && this.#bucketsAround === 0;
  }

  /** Runs something that looks at the children of an expression. */
  inside<T>(expr: Expr, run: () => T): T {
    const stats = wantsStats(expr) ? 1 : 0;
    const buckets = wantsBuckets(expr) ? 1 : 0;
    this.#statsAround += stats;
    this.#bucketsAround += buckets;
    try {
      return run();
    } finally {
      this.#statsAround -= stats;
      this.#bucketsAround -= buckets;
    }
  }
}

function wantsStats(expr: Expr): boolean {
  return expr.kind === 'call' && STATS_FUNCTIONS.has(expr.func.name);
}

function wantsBuckets(expr: Expr): boolean {
  switch (expr.kind) {
    case 'subquery':
      return true;
    case 'call':
      return BUCKET_FUNCTIONS.has(expr.func.name);
    case 'binary':
      return expr.op === '</' || expr.op === '>/';
    default:
      return false;
  }
}
