// Which parts of the language are switched on; upstream's feature flags.
export interface ParseOptions {
  /** Functions and aggregations marked experimental (promql-experimental-functions). */
  readonly experimentalFunctions: boolean;
  /** Computed durations (promql-duration-expr). */
  readonly durationExpressions: boolean;
  /** `anchored` and `smoothed` (promql-extended-range-selectors). */
  readonly extendedRangeSelectors: boolean;
  /** `fill`, `fill_left` and `fill_right` (promql-binop-fill-modifiers). */
  readonly fillModifiers: boolean;
}

/** What a server without feature flags accepts. */
export const DEFAULT_PARSE_OPTIONS: ParseOptions = {
  experimentalFunctions: false,
  durationExpressions: false,
  extendedRangeSelectors: false,
  fillModifiers: false,
};

/** Everything on, as in test scripts. */
export const ALL_PARSE_OPTIONS: ParseOptions = {
  experimentalFunctions: true,
  durationExpressions: true,
  extendedRangeSelectors: true,
  fillModifiers: true,
};

/**
 * How deep a query may nest, and how deep its tree may be. Upstream has no limit; its stack grows. Deeper
 * trees than this come from generators gone wrong.
 */
export const MAX_NESTING = 500;
