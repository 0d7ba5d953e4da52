// What can be wrong with a native histogram. The texts are upstream's: they reach users through scrape and
// remote-write errors.
import { CodedError } from '../errors.ts';
import { CUSTOM_BUCKETS_SCHEMA } from '../float-histogram.ts';
import { MAX_SCHEMA, MIN_SCHEMA } from './bounds.ts';

/** Schema numbers that a sender may use and that are reduced to the finest one that is stored. */
export const MAX_RESERVED_SCHEMA = 52;
export const MIN_RESERVED_SCHEMA = -9;

const MESSAGES = {
  histogram_count_not_big_enough:
    "histogram's observation count should be at least the number of observations found in the buckets",
  histogram_count_mismatch:
    "histogram's observation count should equal the number of observations found in the buckets (in absence of NaN)",
  histogram_negative_count: "histogram's observation count is negative",
  histogram_negative_bucket_count: 'histogram has a bucket whose observation count is negative',
  histogram_span_negative_offset: 'histogram has a span whose offset is negative',
  histogram_spans_buckets_mismatch: 'histogram spans specify different number of buckets than provided',
  histogram_custom_buckets_mismatch: 'histogram custom bounds are too few',
  histogram_custom_buckets_invalid: 'histogram custom bounds must be in strictly increasing order',
  histogram_custom_buckets_infinite: 'histogram custom bounds must be finite',
  histogram_custom_buckets_nan: 'histogram custom bounds must not be NaN',
  histograms_incompatible_schema:
    'cannot apply this operation on histograms with a mix of exponential and custom bucket schemas',
  histogram_custom_buckets_zero_count: 'custom buckets: must have zero count of 0',
  histogram_custom_buckets_zero_threshold: 'custom buckets: must have zero threshold of 0',
  histogram_custom_buckets_negative_spans: 'custom buckets: must not have negative spans',
  histogram_custom_buckets_negative_buckets: 'custom buckets: must not have negative buckets',
  histogram_exponential_custom_bounds: 'histogram with exponential schema must not have custom bounds',
  histogram_invalid_schema: `histogram has an invalid schema, which must be between ${MIN_SCHEMA} and ${MAX_SCHEMA} for exponential buckets, or ${CUSTOM_BUCKETS_SCHEMA} for custom buckets`,
  histogram_unknown_schema: `histogram has an unknown schema, which must be between ${MIN_RESERVED_SCHEMA} and ${MAX_RESERVED_SCHEMA} for exponential buckets, or ${CUSTOM_BUCKETS_SCHEMA} for custom buckets`,
} as const;

export type HistogramErrorCode = keyof typeof MESSAGES;

/** `message` is upstream's text for the code, with the details around it where there are any. */
export class HistogramError extends CodedError {
  declare readonly code: HistogramErrorCode;

  constructor(code: HistogramErrorCode, around: { before?: string; after?: string } = {}) {
    super(code, `${around.before ?? ''}${MESSAGES[code]}${around.after ?? ''}`);
    this.name = 'HistogramError';
  }
}

export function invalidSchema(schema: number): HistogramError {
  return new HistogramError('histogram_invalid_schema', { after: `, got schema ${schema}` });
}

export function unknownSchema(schema: number): HistogramError {
  return new HistogramError('histogram_unknown_schema', { after: `, got schema ${schema}` });
}
