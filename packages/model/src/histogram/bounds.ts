// Where buckets begin and end.
import { CUSTOM_BUCKETS_SCHEMA } from '../float-histogram.ts';
import { FINEST_BOUNDS } from './finest-bounds.ts';

/** The finest and the coarsest exponential schema that is stored. */
export const MAX_SCHEMA = 8;
export const MIN_SCHEMA = -4;

export function isCustomSchema(schema: number): boolean {
  return schema === CUSTOM_BUCKETS_SCHEMA;
}

export function isExponentialSchema(schema: number): boolean {
  return schema >= MIN_SCHEMA && schema <= MAX_SCHEMA;
}

/**
 * The upper end of the bucket `index` of an exponential schema: 2^(index · 2^-schema). The bucket that this
 * would give no finite end gets the largest float; the one after it counts infinities and ends at +Inf.
 */
export function exponentialBound(index: number, schema: number): number {
  if (schema < 0) {
    const exponent = index * 2 ** -schema;
    return exponent === 1024 ? Number.MAX_VALUE : 2 ** exponent;
  }
  const fraction = FINEST_BOUNDS[(index & ((1 << schema) - 1)) << (MAX_SCHEMA - schema)]!;
  const exponent = (index >> schema) + 1;
  if (exponent > 1023)
    return fraction === 0.5 && exponent === 1025 ? Number.MAX_VALUE : fraction * 2 * 2 ** (exponent - 1);
  return scale(fraction, exponent);
}

/** The upper end of the bucket `index`; for custom buckets the lower end of the first is at index -1. */
export function bucketBound(
  index: number,
  schema: number,
  customValues: readonly number[] | undefined,
): number {
  if (!isCustomSchema(schema)) return exponentialBound(index, schema);
  if (index < 0) return -Infinity;
  return customValues && index < customValues.length ? customValues[index]! : Infinity;
}

/** The bucket that holds what bucket `index` of a finer schema holds. */
export function coarserIndex(index: number, schema: number, targetSchema: number): number {
  return ((index - 1) >> (schema - targetSchema)) + 1;
}

/** fraction · 2^exponent, rounded once even where the result is subnormal. */
function scale(fraction: number, exponent: number): number {
  return exponent < -1020 ? fraction * 2 ** (exponent + 60) * 2 ** -60 : fraction * 2 ** exponent;
}
