// When and how windows are aggregated incrementally.
//
// Subtracting what leaves a window would let rounding errors pile up over a range, so nothing is ever
// subtracted. Instead the rows of a window are split at a moving boundary m:
//
//        lo                 m                hi
//   ─────┼──────────────────┼─────────────────┼─────
//         suffix[i] = i…m-1    prefix = m…hi-1
//
// A window is suffix[lo] merged with the prefix. When lo passes m, the boundary moves to hi and the suffixes are
// built anew, from right to left. Every row is added twice in all, whatever the width of the windows.

/** The rows of all windows of a series together are so many times its rows before sliding pays. */
const WORTH_SLIDING = 4;

/** Whether the windows overlap enough; else each is aggregated on its own, which is upstream's arithmetic. */
export function isWorthSliding(lo: Int32Array, hi: Int32Array): boolean {
  const steps = lo.length;
  let rows = 0;
  for (let step = 0; step < steps; step++) rows += hi[step]! - lo[step]!;
  return rows > WORTH_SLIDING * (hi[steps - 1]! - lo[0]!);
}

/**
 * The largest absolute value of rows from…to-1; Infinity where one is not finite, which sums must handle row by
 * row in order.
 */
export function largestMagnitude(values: Float64Array, from: number, to: number): number {
  let largest = 0;
  for (let i = from; i < to; i++) {
    const magnitude = Math.abs(values[i]!);
    // The negation catches NaN as well.
    if (!(magnitude <= largest)) largest = Number.isNaN(magnitude) ? Infinity : magnitude;
  }
  return largest;
}

/** Grows a scratch array; the content is lost. */
export function scratch(array: Float64Array, length: number): Float64Array {
  return array.length >= length ? array : new Float64Array(Math.max(length, array.length * 2));
}
