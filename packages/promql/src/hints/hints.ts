// The ways in: advice about a query that failed, and about one that did not.
import type { Expr } from '../ast.ts';
import { parseExpr } from '../parse/parse.ts';
import { ParseError } from '../parse/parse-error.ts';
import { durationHints } from './duration-hints.ts';
import { expressionHints } from './expression-hints.ts';
import type { Hint, HintContext } from './hint.ts';
import { contradictionHints, labelSyntaxHints } from './label-hints.ts';
import { modifierHints } from './modifier-hints.ts';
import { rangeAnswerHints, typeHints } from './type-hints.ts';

/** What was probably meant by a query that does not parse or has wrong types; the first hint fits best. */
export function hintsForError(error: ParseError, context: HintContext): Hint[] {
  return [
    ...modifierHints(error, context),
    ...typeHints(error, context),
    ...durationHints(error, context),
    ...labelSyntaxHints(error, context),
  ].slice(0, 1);
}

/** Advice for whatever an engine threw: an error of the parser, or the refusal to draw a range vector. */
export function hintsForFailure(query: string, error: unknown, context: HintContext): Hint[] {
  if (error instanceof ParseError) return hintsForError(error, context);
  try {
    return rangeAnswerHints(query, parseExpr(query, context.options), context);
  } catch (failure) {
    if (failure instanceof ParseError) return hintsForError(failure, context);
    throw failure;
  }
}

/**
 * What is worth knowing about a query that parses. Where a range query is refused because its answer is a range
 * vector, this says what to draw instead.
 */
export function hintsForExpr(query: string, expr: Expr, context: HintContext): Hint[] {
  return [
    ...rangeAnswerHints(query, expr, context),
    ...contradictionHints(query, expr, context),
    ...expressionHints(query, expr, context),
  ];
}
