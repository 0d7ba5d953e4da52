/**
 * Advice beside an answer, never in place of it. It travels in the field `hints`, which upstream does not
 * have; `error`, `warnings` and `infos` hold upstream's texts alone.
 */
export interface Hint {
  /** Stable, for programs. */
  readonly code: string;
  readonly text: string;
  /** Half-open range of the query, in UTF-16 units. */
  readonly position?: { readonly start: number; readonly end: number };
  /** The query as it was probably meant. */
  readonly query?: string;
}
