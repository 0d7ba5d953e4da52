// What a refused expression says. The text is the one of Go's regexp/syntax, which PromQL errors quote.

/** An expression that is not valid RE2, or too large. `message` is `error parsing regexp: REASON: \`PART\``. */
export class RegexpError extends Error {
  readonly code = 'invalid_regexp';
  /** What is wrong, without the offending part. */
  readonly reason: string;
  /** The part of the expression that is at fault. */
  readonly part: string;
  /** What to do next; undefined where the reason says it all. */
  readonly hint: string | undefined;

  constructor(reason: string, part: string, hint?: string) {
    super(`error parsing regexp: ${reason}: \`${part}\``);
    this.name = 'RegexpError';
    this.reason = reason;
    this.part = part;
    this.hint = hint;
  }
}
