// The one error of lexer, parser and type check.
import { CodedError } from '@prometheus-ts/model';
import type { Span } from '../ast.ts';
import { formatPosition } from './position.ts';

/** A query that is none. `message` is upstream's: `1:5: parse error: …`. */
export class ParseError extends CodedError {
  readonly query: string;
  readonly span: Span;
  /** What is wrong, without the position. */
  readonly reason: string;

  constructor(query: string, span: Span, reason: string) {
    super('promql/parse', `${formatPosition(query, span.start)}: parse error: ${reason}`);
    this.name = 'ParseError';
    this.query = query;
    this.span = span;
    this.reason = reason;
  }

  /** The message of a query that starts further down in a file. */
  messageAtLine(lineOffset: number): string {
    return `${formatPosition(this.query, this.span.start, lineOffset)}: parse error: ${this.reason}`;
  }
}
