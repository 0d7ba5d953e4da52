// Quantiles of plain values, by linear interpolation between ranks.

/** NaN for no values or a NaN quantile, ∓Infinity for a quantile below 0 or above 1. */
export function quantileOf(q: number, count: number, at: (rank: number) => number): number {
  if (count === 0 || Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  const rank = q * (count - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(count - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  return at(lower) * (1 - weight) + at(upper) * weight;
}

/** Of values that are sorted with NaN first; see `sortNanFirst`. */
export function quantileOfSorted(q: number, sorted: Float64Array): number {
  return quantileOf(q, sorted.length, (rank) => sorted[rank]!);
}

/** Sorts in place, NaN before everything. Typed arrays sort NaN last by themselves. */
export function sortNanFirst(values: Float64Array): Float64Array {
  values.sort();
  let nans = 0;
  while (nans < values.length && Number.isNaN(values[values.length - 1 - nans])) nans++;
  if (nans > 0 && nans < values.length) {
    values.copyWithin(nans, 0, values.length - nans);
    values.fill(Number.NaN, 0, nans);
  }
  return values;
}
