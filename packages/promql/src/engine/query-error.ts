// What a query can fail with. The texts are upstream's, because clients match on them.
import { CodedError } from '@prometheus-ts/model';

export const QueryErrorCode = {
  /** The evaluation itself failed: duplicate series, many-to-many matching, an invalid parameter. */
  execution: 'query_execution',
  timeout: 'query_timeout',
  canceled: 'query_canceled',
  tooManySamples: 'query_too_many_samples',
  /** The byte budget is spent. Ours: upstream has no such limit. */
  tooManyBytes: 'query_too_many_bytes',
  /** The expression cannot be run this way (a range vector as a range query). */
  badData: 'query_bad_data',
  storage: 'query_storage',
} as const;
export type QueryErrorCode = (typeof QueryErrorCode)[keyof typeof QueryErrorCode];

export class QueryError extends CodedError {
  constructor(code: QueryErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(code, message, options);
    this.name = 'QueryError';
  }
}

export function executionError(message: string): QueryError {
  return new QueryError(QueryErrorCode.execution, message);
}

export function duplicateLabelSet(): QueryError {
  return executionError('vector cannot contain metrics with the same labelset');
}
