// A range vector where an instant vector is wanted, and the other way round: what was probably meant.
import { childrenOf, type Expr, type Span, typeOf, withoutParens } from '../ast.ts';
import { findFunction } from '../functions/signatures.ts';
import { parseUnchecked } from '../parse/parse.ts';
import { ParseError } from '../parse/parse-error.ts';
import { correction, edit, type Hint, type HintContext } from './hint.ts';
import { looksLikeCounter } from './metric-names.ts';

const CODE = 'promql/range-vector';
/** The range that is offered where none is given. */
const RANGE = '[5m]';

export function typeHints(error: ParseError, context: HintContext): Hint[] {
  if (!/expected type|only scalar and instant vector|unary expression only/.test(error.reason)) return [];
  const tree = treeOf(error.query, context);
  const found = tree && findArgument(tree, error.span);
  if (!found) return [];
  const { argument, parent } = found;
  const given = typeOf(argument);
  if (given === 'matrix') return [unwantedRange(error.query, argument, parent, context)];
  if (given === 'vector' && /expected type range vector/.test(error.reason)) {
    return [missingRange(error.query, argument, parent, context)];
  }
  return [];
}

/** A range vector as the answer of a range query, which cannot be drawn. */
export function rangeAnswerHints(query: string, expr: Expr, context: HintContext): Hint[] {
  if (!context.isRange || typeOf(expr) !== 'matrix') return [];
  const name = rangeFunctionFor(expr, context);
  const corrected = `${name}(${query.trim()})`;
  const text = `a graph needs one value per step, and this is a range vector, which has many: try ${corrected}`;
  return [{ code: CODE, text, position: expr.pos, ...correction(corrected, context.options) }];
}

function unwantedRange(query: string, argument: Expr, parent: Expr, context: HintContext): Hint {
  const overTime = overTimeName(parent);
  const source = query.slice(argument.pos.start, argument.pos.end);
  if (overTime !== undefined) {
    const other = parent.kind === 'aggregate' && parent.param ? parent.param : undefined;
    const args = other ? `${query.slice(other.pos.start, other.pos.end)}, ${source}` : source;
    const replacement = `${overTime}(${args})`;
    const corrected = edit(query, [{ span: parent.pos, text: replacement }]);
    const text = `${nameOf(parent)} takes an instant vector, and this is a range vector: for the values over time use ${replacement}`;
    return { code: CODE, text, position: argument.pos, ...correction(corrected, context.options) };
  }
  const replacement = `${rangeFunctionFor(argument, context)}(${source})`;
  const corrected = edit(query, [{ span: argument.pos, text: replacement }]);
  const text = `${nameOf(parent)} takes an instant vector, and this is a range vector: make one of it, as in ${replacement}`;
  return { code: CODE, text, position: argument.pos, ...correction(corrected, context.options) };
}

function missingRange(query: string, argument: Expr, parent: Expr, context: HintContext): Hint {
  const name = nameOf(parent);
  const inner = withoutParens(argument);
  const sourceOf = (expr: Expr): string => query.slice(expr.pos.start, expr.pos.end);
  const says = `${name} takes a range vector, and this is an instant vector`;
  if (inner.kind === 'vector' && parent.kind === 'call') {
    const bare = withRange(sourceOf(inner));
    const corrected = edit(query, [{ span: argument.pos, text: bare }]);
    const call = edit(sourceOf(parent), [
      {
        span: {
          start: argument.pos.start - parent.pos.start,
          end: argument.pos.end - parent.pos.start,
        },
        text: bare,
      },
    ]);
    return {
      code: CODE,
      text: `${says}: ${call}`,
      position: argument.pos,
      ...correction(corrected, context.options),
    };
  }
  if (inner.kind === 'aggregate' && withoutParens(inner.expr).kind === 'vector') {
    const selector = withoutParens(inner.expr);
    const swapped = edit(sourceOf(inner), [
      {
        span: {
          start: inner.expr.pos.start - inner.pos.start,
          end: inner.expr.pos.end - inner.pos.start,
        },
        text: `${name}(${withRange(sourceOf(selector))})`,
      },
    ]);
    const corrected = edit(query, [{ span: parent.pos, text: swapped }]);
    return {
      code: CODE,
      text: `${says}: take the ${name} of each series first, then aggregate: ${swapped}`,
      position: argument.pos,
      ...correction(corrected, context.options),
    };
  }
  const operation = argument.kind === 'binary' || argument.kind === 'unary';
  const subquery = `${operation ? `(${sourceOf(argument)})` : sourceOf(argument)}[5m:]`;
  const corrected = edit(query, [{ span: argument.pos, text: subquery }]);
  return {
    code: CODE,
    text: `${says}: a subquery evaluates it over time, as in ${subquery}`,
    position: argument.pos,
    ...correction(corrected, context.options),
  };
}

/** Puts a range behind the selector and before its modifiers. */
function withRange(selector: string): string {
  const modifiers = /(?<!\s)\s+(?:offset\b|@).*$/s.exec(
    selector.replaceAll(/"(?:[^"\\]|\\.)*"/g, (s) => '_'.repeat(s.length)),
  );
  const end = modifiers?.index ?? selector.length;
  return selector.slice(0, end) + RANGE + selector.slice(end);
}

/** The function that does over time what this one does over series: avg_over_time for avg. */
function overTimeName(parent: Expr): string | undefined {
  const name = parent.kind === 'aggregate' ? parent.op : parent.kind === 'call' ? parent.func.name : '';
  return findFunction(`${name}_over_time`)?.name;
}

function rangeFunctionFor(expr: Expr, context: HintContext): string {
  return expr.kind === 'matrix' && looksLikeCounter(expr.selector, context) !== false
    ? 'rate'
    : 'avg_over_time';
}

function nameOf(parent: Expr): string {
  if (parent.kind === 'call') return parent.func.name;
  if (parent.kind === 'aggregate') return parent.op;
  return parent.kind === 'binary' ? parent.op : 'this operator';
}

function treeOf(query: string, { options }: HintContext): Expr | undefined {
  try {
    return parseUnchecked(query, options);
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

/** The node that the error is about, with the one around it. */
function findArgument(tree: Expr, span: Span): { argument: Expr; parent: Expr } | undefined {
  for (const child of childrenOf(tree)) {
    if (child.pos.start === span.start && child.pos.end === span.end)
      return { argument: child, parent: tree };
    const deeper = findArgument(child, span);
    if (deeper) return deeper;
  }
  return undefined;
}
