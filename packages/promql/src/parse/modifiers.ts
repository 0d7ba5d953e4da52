// `offset`, `@`, `anchored` and `smoothed`: what they may stand behind, and the selector with them applied.
import { METRIC_NAME } from '@prometheus-ts/model';
import type { AtModifier, DurationOperand, Expr, MatrixExpr, SubqueryExpr, VectorExpr } from '../ast.ts';
import { literalToMs } from './literals.ts';
import type { TokenStream } from './token-stream.ts';

/** What carries offset and @: a subquery itself, else the vector selector. */
type Carrier = VectorExpr | SubqueryExpr;
type CarrierChange = Partial<Pick<Carrier, 'offsetMs' | 'offsetExpr' | 'at'>>;
const INT64 = 2 ** 63;

const SELECTORS_ONLY =
  'must be preceded by an instant vector selector or range vector selector or a subquery';

/** The modifier was read from the stream up to its last token, as for all of these. */
export function applyOffset(stream: TokenStream, expr: Expr, offset: DurationOperand): Expr {
  const carrier = carrierOf(expr);
  if (!carrier) stream.fail(expr.pos, `offset modifier ${SELECTORS_ONLY}`);
  if (carrier.offsetMs !== 0 || carrier.offsetExpr) {
    stream.fail(expr.pos, 'offset may not be set multiple times');
  }
  if (offset.kind === 'duration') return withChange(expr, { offsetExpr: offset }, stream.end);
  return withChange(expr, { offsetMs: literalToMs(offset.value) }, stream.end);
}

export function applyAtTime(stream: TokenStream, expr: Expr, seconds: number): Expr {
  if (!Number.isFinite(seconds) || Math.abs(seconds) >= INT64) {
    stream.fail(expr.pos, `timestamp out of bounds for @ modifier: ${formatSixDecimals(seconds)}`);
  }
  const rounded = Math.round(Math.abs(seconds) * 1000) * Math.sign(seconds);
  // Milliseconds that upstream's integers do not hold become its smallest one.
  const timeMs = Math.abs(rounded) < INT64 ? rounded + 0 : -INT64;
  return applyAt(stream, expr, { kind: 'time', timeMs });
}

export function applyAt(stream: TokenStream, expr: Expr, at: AtModifier): Expr {
  const carrier = carrierOf(expr);
  if (!carrier) stream.fail(expr.pos, `@ modifier ${SELECTORS_ONLY}`);
  if (carrier.at) stream.fail(expr.pos, '@ <timestamp> may not be set multiple times');
  return withChange(expr, { at }, stream.end);
}

export function applyExtension(stream: TokenStream, expr: Expr, name: 'anchored' | 'smoothed'): Expr {
  if (expr.kind === 'subquery') stream.fail(expr.pos, `${name} modifier is not supported for subqueries`);
  if (expr.kind !== 'vector' && expr.kind !== 'matrix') {
    stream.fail(expr.pos, `${name} modifier not implemented`);
  }
  const selector = expr.kind === 'matrix' ? expr.selector : expr;
  const other = name === 'anchored' ? selector.smoothed : selector.anchored;
  if (other) stream.fail(expr.pos, 'anchored and smoothed modifiers cannot be used together');
  const changed = { ...selector, [name]: true };
  return expr.kind === 'matrix' ? { ...expr, selector: changed } : changed;
}

/** The matrix selector of a range behind `expr`, which must be a selector without modifiers. */
export function applyRange(
  stream: TokenStream,
  expr: Expr,
  range: DurationOperand,
  bracket: { start: number; end: number },
): MatrixExpr {
  if (expr.kind !== 'vector') stream.fail(bracket, 'ranges only allowed for vector selectors');
  if (expr.offsetMs !== 0 || expr.offsetExpr) {
    stream.fail(bracket, 'no offset modifiers allowed before range');
  }
  if (expr.at) stream.fail(bracket, 'no @ modifiers allowed before range');
  return {
    kind: 'matrix',
    pos: { start: expr.pos.start, end: bracket.end },
    selector: expr,
    rangeMs: range.kind === 'number' ? literalToMs(range.value) : 0,
    rangeExpr: range.kind === 'duration' ? range : undefined,
  };
}

/** Whether the selector names its metric outside the braces and again inside. */
export function secondMetricName(selector: VectorExpr): string | undefined {
  if (selector.name === '') return undefined;
  return selector.matchers.slice(0, -1).find((matcher) => matcher.name === METRIC_NAME)?.value;
}

function carrierOf(expr: Expr): Carrier | undefined {
  if (expr.kind === 'vector' || expr.kind === 'subquery') return expr;
  return expr.kind === 'matrix' ? expr.selector : undefined;
}

function withChange(expr: Expr, change: CarrierChange, end: number): Expr {
  const pos = { start: expr.pos.start, end };
  if (expr.kind === 'matrix') return { ...expr, pos, selector: { ...expr.selector, ...change } };
  return { ...(expr as Carrier), ...change, pos };
}

/** Go's `%f`. */
function formatSixDecimals(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return `${BigInt(value)}.000000`;
}
