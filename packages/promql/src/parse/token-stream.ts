// Tokens with one of lookahead, read only when asked: of several errors in a query the one that is read first
// is reported. A grammar that fails says "unexpected" about the token that was read last.
import type { Span } from '../ast.ts';
import type { Lexer } from './lexer.ts';
import { ParseError } from './parse-error.ts';
import { describeToken, Kind, type Token } from './tokens.ts';

/** What an error says about where in the grammar it happened; each text may be ''. */
export interface ErrorContext {
  readonly where: string;
  readonly expected: string;
}

const NOWHERE: ErrorContext = { where: '', expected: '' };

export class TokenStream {
  readonly #lexer: Lexer;
  #lookahead: Token | undefined;
  /** Where the last token taken ends. */
  end = 0;
  /** The context of the innermost construct that has one. */
  context: ErrorContext = NOWHERE;

  constructor(lexer: Lexer) {
    this.#lexer = lexer;
  }

  get input(): string {
    return this.#lexer.input;
  }

  peek(): Token {
    if (this.#lookahead) return this.#lookahead;
    let token = this.#lexer.next();
    while (token.kind === Kind.comment) token = this.#lexer.next();
    this.#lookahead = token;
    return token;
  }

  take(): Token {
    const token = this.peek();
    this.#lookahead = undefined;
    this.end = token.end;
    return token;
  }

  /** Takes the next token if it is of that kind. */
  accept(kind: string): Token | undefined {
    return this.peek().kind === kind ? this.take() : undefined;
  }

  /** Takes the next token, which must be of that kind. */
  expect(kind: string): Token {
    return this.accept(kind) ?? this.unexpected();
  }

  /** Runs `parse` with another context for its errors. */
  within<T>(context: ErrorContext, parse: () => T): T {
    const outer = this.context;
    this.context = context;
    const result = parse();
    this.context = outer;
    return result;
  }

  unexpected(context: ErrorContext = this.context): never {
    const token = this.peek();
    const where = context.where && ` in ${context.where}`;
    const expected = context.expected && `, expected ${context.expected}`;
    return this.fail(token, `unexpected ${describeToken(token)}${where}${expected}`);
  }

  fail(span: Span, reason: string): never {
    throw new ParseError(this.input, { start: span.start, end: span.end }, reason);
  }
}
