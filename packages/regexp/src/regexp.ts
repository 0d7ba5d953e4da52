// The contract of a compiled expression.

/**
 * An RE2 expression that must match the whole input (or any part of it, when compiled unanchored), in time
 * linear in its length. Inputs are taken code point by code point.
 */
export interface Regexp {
  readonly source: string;
  matches(input: string): boolean;
  /** When the expression is exactly an alternation of literals: those literals, sorted; else undefined. */
  readonly literals: readonly string[] | undefined;
  /** A literal that every match starts with; '' when there is none. */
  readonly prefix: string;
  /**
   * The spans of the groups (0 is the whole) in UTF-16 units as `[start, end, start, end, …]`, -1 for a group
   * that took no part; undefined when the input does not match.
   */
  groups(input: string): Int32Array | undefined;
  /** Names of the groups, by number; '' for unnamed ones, '' for group 0. */
  readonly groupNames: readonly string[];
  /** Go's Regexp.Expand: fills `$1`, `${1}`, `$name`, `${name}` and `$$` in a template. */
  expand(template: string, input: string, groups: Int32Array): string;
  /** Go's Regexp.ReplaceAllString: every match, left to right, replaced with the expanded template. */
  replaceAll(input: string, template: string): string;
}
