// `offset` and `@` behind something that is no selector: `sum(x) by (code) offset 5m`.
import type { Expr, Span } from '../ast.ts';
import { childrenOf } from '../ast.ts';
import { parseUnchecked } from '../parse/parse.ts';
import { ParseError } from '../parse/parse-error.ts';
import { correction, edit, type Hint, type HintContext } from './hint.ts';

const MODIFIER =
  /^\s*(offset\s+-?\s*\d[\da-z.]*|@\s*(?:start\s*\(\s*\)|end\s*\(\s*\)|-?\d[\d.]*(?:e[+-]?\d+)?))/i;

export function modifierHints({ query, span, reason }: ParseError, context: HintContext): Hint[] {
  const found = /^(offset|@) modifier must be preceded/.exec(reason);
  if (!found) return [];
  const text = `${found[1]} goes right behind the selector, inside the parentheses`;
  const hint: Hint = { code: 'promql/modifier-place', text, position: span };
  const modifier = MODIFIER.exec(query.slice(span.end));
  const selectors = modifier && selectorsIn(query.slice(span.start, span.end), context);
  if (!modifier || !selectors || selectors.length === 0) return [hint];
  const insertions = selectors.map(({ end }) => {
    const at = span.start + end;
    return { span: { start: at, end: at }, text: ` ${modifier[1]}` };
  });
  const removal = { span: { start: span.end, end: span.end + modifier[0].length }, text: '' };
  const corrected = correction(edit(query, [...insertions, removal]), context.options);
  if (corrected.query === undefined) return [hint];
  return [{ ...hint, text: `${text}: ${corrected.query}`, ...corrected }];
}

/** The outermost selectors and subqueries of an expression. */
function selectorsIn(text: string, { options }: HintContext): Span[] {
  const spans: Span[] = [];
  const collect = (expr: Expr): void => {
    if (expr.kind === 'vector' || expr.kind === 'matrix' || expr.kind === 'subquery') spans.push(expr.pos);
    else for (const child of childrenOf(expr)) collect(child);
  };
  try {
    collect(parseUnchecked(text, options));
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
  }
  return spans;
}
