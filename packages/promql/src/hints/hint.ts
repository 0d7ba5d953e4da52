// Advice about a query, beside upstream's errors and annotations and never in their place.
import type { MetricType } from '@prometheus-ts/model';
import type { Span } from '../ast.ts';
import type { ParseOptions } from '../parse/options.ts';
import { parseExpr } from '../parse/parse.ts';
import { ParseError } from '../parse/parse-error.ts';

export interface Hint {
  /** Stable, for programs: `promql/…`. */
  readonly code: string;
  /** One sentence without a final period. */
  readonly text: string;
  readonly position?: Span;
  /** The query as it was probably meant; it parses. */
  readonly query?: string;
}

/** What is known besides the query. */
export interface HintContext {
  readonly options: ParseOptions;
  /** The query is evaluated over a range, to be drawn. */
  readonly isRange: boolean;
  /** Milliseconds between scrapes, where they are known; the longest if they differ. */
  readonly scrapeIntervalMs?: number | undefined;
  /** The type of a metric from its metadata; undefined where unknown. */
  readonly metricType?: ((metric: string) => MetricType | undefined) | undefined;
}

/** Replaces parts of a query, given in any order and not overlapping. */
export function edit(
  query: string,
  changes: readonly { readonly span: Span; readonly text: string }[],
): string {
  let edited = query;
  for (const { span, text } of [...changes].sort((a, b) => b.span.start - a.span.start)) {
    edited = edited.slice(0, span.start) + text + edited.slice(span.end);
  }
  return edited;
}

/** `{ query }` if the query parses, else nothing: a hint never offers what is wrong again. */
export function correction(query: string, options: ParseOptions): { query?: string } {
  try {
    parseExpr(query, options);
    return { query };
  } catch (error) {
    if (error instanceof ParseError) return {};
    throw error;
  }
}
