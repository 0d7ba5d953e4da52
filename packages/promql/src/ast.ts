// The syntax tree of a PromQL expression: plain immutable records, told apart by `kind`. The parser makes
// only trees that passed the type check, so a reader may rely on the argument types of calls and operators.
// Positions are offsets into the query text in UTF-16 units; `formatPosition` prints them as upstream does.
import type { Matcher } from '@prometheus-ts/model';
import type { FunctionSignature } from './functions/signatures.ts';

/** Half-open range of the query text, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Expr =
  | NumberExpr
  | StringExpr
  | VectorExpr
  | MatrixExpr
  | SubqueryExpr
  | CallExpr
  | AggregateExpr
  | BinaryExpr
  | UnaryExpr
  | ParenExpr;

export type ValueType = 'scalar' | 'string' | 'vector' | 'matrix' | 'none';

export interface NumberExpr {
  readonly kind: 'number';
  readonly pos: Span;
  /** A duration literal is in seconds. */
  readonly value: number;
  /** Written as a duration (`5m`), and printed as one. */
  readonly isDuration: boolean;
}

export interface StringExpr {
  readonly kind: 'string';
  readonly pos: Span;
  /** Bytes that are not UTF-8 stand as U+DC80 to U+DCFF, one per byte. */
  readonly value: string;
}

/** The fixed time of a selector: a moment in integer milliseconds, or an end of the query's range. */
export type AtModifier =
  | { readonly kind: 'time'; readonly timeMs: number }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' };

/**
 * An instant vector selector. Inside a MatrixExpr the modifiers that the text has after the brackets
 * (offset, @, anchored, smoothed) are kept here, not on the MatrixExpr.
 */
export interface VectorExpr {
  readonly kind: 'vector';
  readonly pos: Span;
  /** The metric name before the braces, '' where there is none. */
  readonly name: string;
  /** All conditions in source order; a name before the braces is the last of them. */
  readonly matchers: readonly Matcher[];
  /** Integer milliseconds, may be negative; 0 while `offsetExpr` is unresolved. */
  readonly offsetMs: number;
  /** Set where the offset is computed; see `resolveDurations`. */
  readonly offsetExpr: DurationExpr | undefined;
  readonly at: AtModifier | undefined;
  readonly anchored: boolean;
  readonly smoothed: boolean;
}

export interface MatrixExpr {
  readonly kind: 'matrix';
  readonly pos: Span;
  readonly selector: VectorExpr;
  /** Integer milliseconds, may be 0 for a literal below 1 ms; 0 while `rangeExpr` is unresolved. */
  readonly rangeMs: number;
  readonly rangeExpr: DurationExpr | undefined;
}

export interface SubqueryExpr {
  readonly kind: 'subquery';
  readonly pos: Span;
  readonly expr: Expr;
  readonly rangeMs: number;
  readonly rangeExpr: DurationExpr | undefined;
  /** 0 means the server's default evaluation interval, unless `stepExpr` is unresolved. */
  readonly stepMs: number;
  readonly stepExpr: DurationExpr | undefined;
  readonly offsetMs: number;
  readonly offsetExpr: DurationExpr | undefined;
  readonly at: AtModifier | undefined;
}

export interface CallExpr {
  readonly kind: 'call';
  readonly pos: Span;
  readonly func: FunctionSignature;
  readonly args: readonly Expr[];
}

export const AGGREGATE_OPERATORS = [
  'sum',
  'avg',
  'count',
  'min',
  'max',
  'group',
  'stddev',
  'stdvar',
  'topk',
  'bottomk',
  'count_values',
  'quantile',
  'limitk',
  'limit_ratio',
] as const;
export type AggregateOperator = (typeof AGGREGATE_OPERATORS)[number];

export interface AggregateExpr {
  readonly kind: 'aggregate';
  readonly pos: Span;
  readonly op: AggregateOperator;
  readonly expr: Expr;
  /** Exactly topk, bottomk, limitk, limit_ratio, quantile (scalar) and count_values (string) have one. */
  readonly param: Expr | undefined;
  readonly grouping: readonly string[];
  readonly without: boolean;
}

export const ARITHMETIC_OPERATORS = ['+', '-', '*', '/', '%', '^', 'atan2'] as const;
export const COMPARISON_OPERATORS = ['==', '!=', '<=', '<', '>=', '>'] as const;
export const SET_OPERATORS = ['and', 'or', 'unless'] as const;
/** Operators that cut a native histogram: `</` keeps what is below the scalar, `>/` what is above. */
export const TRIM_OPERATORS = ['</', '>/'] as const;
export type ArithmeticOperator = (typeof ARITHMETIC_OPERATORS)[number];
export type ComparisonOperator = (typeof COMPARISON_OPERATORS)[number];
export type SetOperator = (typeof SET_OPERATORS)[number];
export type TrimOperator = (typeof TRIM_OPERATORS)[number];
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | SetOperator | TrimOperator;

export type MatchCardinality = 'one-to-one' | 'many-to-one' | 'one-to-many' | 'many-to-many';

/** How the series of two vectors find each other. */
export interface VectorMatching {
  /** Set operators are always many-to-many; group_left is many-to-one, group_right one-to-many. */
  readonly cardinality: MatchCardinality;
  /** The labels of `on` or `ignoring`. */
  readonly labels: readonly string[];
  readonly on: boolean;
  /** Labels that group_left or group_right copies from the one side. */
  readonly include: readonly string[];
  /** Stands in for a series missing on that side; undefined where nothing is filled. */
  readonly fillLeft: number | undefined;
  readonly fillRight: number | undefined;
}

export interface BinaryExpr {
  readonly kind: 'binary';
  readonly pos: Span;
  readonly op: BinaryOperator;
  readonly left: Expr;
  readonly right: Expr;
  /** A comparison that yields 0 or 1 instead of filtering. */
  readonly returnBool: boolean;
  /** Set exactly where both sides are vectors. */
  readonly matching: VectorMatching | undefined;
}

export interface UnaryExpr {
  readonly kind: 'unary';
  readonly pos: Span;
  readonly op: '+' | '-';
  readonly expr: Expr;
}

export interface ParenExpr {
  readonly kind: 'paren';
  readonly pos: Span;
  readonly expr: Expr;
}

export type DurationOperator = '+' | '-' | '*' | '/' | '%' | '^' | 'step' | 'range' | 'min_of' | 'max_of';

/**
 * A computed range, step or offset, in seconds. `step` and `range` have no operands, `+` and `-` without
 * `left` are unary, all others have both.
 */
export interface DurationExpr {
  readonly kind: 'duration';
  /** From the first operand to the last one, without parentheses and commas around them. */
  readonly pos: Span;
  readonly op: DurationOperator;
  readonly left: DurationOperand | undefined;
  readonly right: DurationOperand | undefined;
  /** Written in parentheses, and printed with them. */
  readonly wrapped: boolean;
}
export type DurationOperand = DurationExpr | NumberExpr;

/** The type a tree evaluates to. */
export function typeOf(expr: Expr): ValueType {
  switch (expr.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'vector':
    case 'aggregate':
      return 'vector';
    case 'matrix':
    case 'subquery':
      return 'matrix';
    case 'call':
      return expr.func.returnType;
    case 'paren':
    case 'unary':
      return typeOf(expr.expr);
    case 'binary':
      return typeOf(expr.left) === 'scalar' && typeOf(expr.right) === 'scalar' ? 'scalar' : 'vector';
  }
}

/** The direct children, in upstream's order of traversal (an aggregation's operand before its parameter). */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'number':
    case 'string':
    case 'vector':
      return [];
    case 'matrix':
      return [expr.selector];
    case 'call':
      return expr.args;
    case 'aggregate':
      return expr.param === undefined ? [expr.expr] : [expr.expr, expr.param];
    case 'binary':
      return [expr.left, expr.right];
    case 'subquery':
    case 'paren':
    case 'unary':
      return [expr.expr];
  }
}

/** Calls `visit` for every node, parents first; `path` holds the ancestors, outermost first, and is reused. */
export function walk(expr: Expr, visit: (node: Expr, path: readonly Expr[]) => void): void {
  const path: Expr[] = [];
  const descend = (node: Expr): void => {
    visit(node, path);
    path.push(node);
    for (const child of childrenOf(node)) descend(child);
    path.pop();
  };
  descend(expr);
}

/** The expression inside any parentheses around it. */
export function withoutParens(expr: Expr): Expr {
  while (expr.kind === 'paren') expr = expr.expr;
  return expr;
}
