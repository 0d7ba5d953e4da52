// Operational errors: everything that data, networks, files or users can cause. Programmer mistakes are
// assertions (node:assert) instead, so that nobody catches them by accident.

/** Where an operational error happened. Only the fields that apply are set. */
export interface ErrorPlace {
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based, counted in characters. */
  readonly column?: number;
  /** WAL segment number or chunk file number. */
  readonly segment?: number;
  /** Byte offset in `file` or `segment`. */
  readonly offset?: number;
  readonly target?: string;
  readonly series?: string;
}

/** An error with a stable `code`, the place, and what the reader can do about it. */
export class CodedError extends Error {
  readonly code: string;
  readonly place: ErrorPlace;
  /** What to do next, one sentence without a final period; travels beside `message`, never inside it. */
  readonly hint: string | undefined;

  constructor(
    code: string,
    message: string,
    options: { place?: ErrorPlace; hint?: string; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CodedError';
    this.code = code;
    this.place = options.place ?? {};
    this.hint = options.hint;
  }
}
