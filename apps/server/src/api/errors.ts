// Errors of the API: a type of upstream's list, the HTTP status that belongs to it, and hints beside the text.
import type { Hint } from './hint.ts';

export const API_ERROR_STATUS = {
  bad_data: 400,
  execution: 422,
  canceled: 499,
  timeout: 503,
  internal: 500,
  unavailable: 500,
  not_found: 404,
  not_acceptable: 406,
} as const;
export type ApiErrorType = keyof typeof API_ERROR_STATUS;

export class ApiError extends Error {
  readonly type: ApiErrorType;
  readonly hints: readonly Hint[];

  constructor(type: ApiErrorType, message: string, hints: readonly Hint[] = []) {
    super(message);
    this.name = 'ApiError';
    this.type = type;
    this.hints = hints;
  }
}

export function badData(message: string): ApiError {
  return new ApiError('bad_data', message);
}

/** The error of a parameter, with the words that upstream puts before it. */
export function invalidParameter(name: string, error: Error | string, hints: readonly Hint[] = []): ApiError {
  const reason = typeof error === 'string' ? error : error.message;
  return new ApiError('bad_data', `invalid parameter "${name}": ${reason}`, hints);
}
