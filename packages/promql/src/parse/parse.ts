// The ways into the parser. All throw ParseError.
import { LabelSet, type Matcher, METRIC_NAME } from '@prometheus-ts/model';
import type { Expr } from '../ast.ts';
import { ExpressionGrammar } from './expression-grammar.ts';
import { parseLabelSet } from './labels-grammar.ts';
import { Lexer } from './lexer.ts';
import { DEFAULT_PARSE_OPTIONS, type ParseOptions } from './options.ts';
import { TokenStream } from './token-stream.ts';
import { canBeMetricName, Kind } from './tokens.ts';
import { checkTypes } from './type-check.ts';

/** Parses and type-checks a query. */
export function parseExpr(query: string, options: ParseOptions = DEFAULT_PARSE_OPTIONS): Expr {
  const expr = parseUnchecked(query, options);
  checkTypes(query, expr);
  return expr;
}

/** Parses without the type check, to look at what is wrong: the types of arguments are whatever they are. */
export function parseUnchecked(query: string, options: ParseOptions): Expr {
  return new ExpressionGrammar(new TokenStream(new Lexer(query)), options).parseQuery();
}

/** Parses one series selector, as `match[]` has them, into its conditions. `{}` is allowed. */
export function parseMetricSelector(text: string): readonly Matcher[] {
  const stream = new TokenStream(new Lexer(text));
  return new ExpressionGrammar(stream, DEFAULT_PARSE_OPTIONS).parseSelectorOnly().matchers;
}

/** Parses the text form of one series: `name{label="value"}`, each part optional. */
export function parseMetric(text: string): LabelSet {
  const stream = new TokenStream(new Lexer(text));
  const labels = takeMetric(stream);
  if (stream.peek().kind !== Kind.eof) stream.unexpected();
  return labels;
}

/** Takes a series from the stream, up to what cannot belong to it. */
export function takeMetric(stream: TokenStream): LabelSet {
  const name = canBeMetricName(stream.peek().kind) ? stream.take().text : undefined;
  const labels = stream.peek().kind === '{' ? parseLabelSet(stream) : LabelSet.empty;
  return name === undefined ? labels : labels.with(METRIC_NAME, name);
}
