// Equality of results as upstream's test framework takes it.
import { type BucketSpan, compactHistogram, type FloatHistogram, isCustomSchema } from '@prometheus-ts/model';

const EPSILON = 1e-6;
const SMALLEST_NORMAL = 2 ** -1022;

/** Equal but for a millionth of their sum; NaN equals NaN. */
export function almostEqual(a: number, b: number): boolean {
  if (Number.isNaN(a) && Number.isNaN(b)) return true;
  if (a === b) return true;
  const sum = Math.abs(a) + Math.abs(b);
  const difference = Math.abs(a - b);
  if (a === 0 || b === 0 || sum < SMALLEST_NORMAL) return difference < EPSILON * SMALLEST_NORMAL;
  return difference / Math.min(sum, Number.MAX_VALUE) < EPSILON;
}

/** @param withHint whether the counter reset hints have to be equal too */
export function histogramsAlmostEqual(a: FloatHistogram, b: FloatHistogram, withHint: boolean): boolean {
  a = compactHistogram(a);
  b = compactHistogram(b);
  return (
    a.schema === b.schema &&
    almostEqual(a.count, b.count) &&
    almostEqual(a.sum, b.sum) &&
    (!isCustomSchema(a.schema) || sameNumbers(a.customValues ?? [], b.customValues ?? [])) &&
    a.zeroThreshold === b.zeroThreshold &&
    almostEqual(a.zeroCount, b.zeroCount) &&
    sameSpans(a.negativeSpans, b.negativeSpans) &&
    sameSpans(a.positiveSpans, b.positiveSpans) &&
    almostEqualLists(a.negativeBuckets, b.negativeBuckets) &&
    almostEqualLists(a.positiveBuckets, b.positiveBuckets) &&
    (!withHint || a.counterReset === b.counterReset)
  );
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function almostEqualLists(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => almostEqual(value, b[i]!));
}

/** Compact spans have one form, so they compare one by one. */
function sameSpans(a: readonly BucketSpan[], b: readonly BucketSpan[]): boolean {
  return (
    a.length === b.length &&
    a.every((span, i) => span.offset === b[i]!.offset && span.length === b[i]!.length)
  );
}
