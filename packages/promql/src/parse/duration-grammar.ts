// Durations in brackets and after `offset`: literals, or computed from them, `step()`, `range()`,
// `min_of()` and `max_of()`.
import type { DurationExpr, DurationOperand, DurationOperator, Span } from '../ast.ts';
import { isNumeric, isOutOfRange, parseNumeric, withSign } from './literals.ts';
import { MAX_NESTING, type ParseOptions } from './options.ts';
import type { TokenStream } from './token-stream.ts';
import type { Token } from './tokens.ts';

const PRECEDENCE: Readonly<Record<string, number>> = { '+': 1, '-': 1, '*': 2, '/': 2, '%': 2, '^': 3 };
const POWER = 3;

export class DurationGrammar {
  readonly #stream: TokenStream;
  readonly #options: ParseOptions;
  #depth = 0;

  constructor(stream: TokenStream, options: ParseOptions) {
    this.#stream = stream;
    this.#options = options;
  }

  /** A range or a step: any expression, but no literal that is not positive. */
  parsePositive(): DurationOperand {
    const duration = this.#binary(0);
    if (duration.kind === 'number' && duration.value <= 0) {
      this.#stream.fail(duration.pos, 'duration must be greater than 0');
    }
    return duration;
  }

  /**
   * What `offset` takes. A literal, a call and a signed one of them end there, so that `x offset 5m + y` adds
   * to x; after a parenthesis without sign the expression goes on.
   */
  parseOffset(): DurationOperand {
    const token = this.#stream.peek();
    if (isNumeric(token)) return this.#literal();
    if (isCall(token)) return this.#call();
    if (token.kind !== '+' && token.kind !== '-') return this.#binary(0);
    this.#stream.take();
    const next = this.#stream.peek();
    if (isNumeric(next)) return this.#checked(withSign(token, parseNumeric(this.#stream)), token);
    if (isCall(next)) return this.#signedCall(token);
    if (next.kind === '(') return this.#signedParen(token);
    return this.#binaryFrom(this.#applySign(token, this.#binary(POWER)), 0);
  }

  #signedCall(sign: Token): DurationExpr {
    const right = this.#call(false);
    const signed = operation(sign.kind as DurationOperator, undefined, right, sign);
    this.#requireEnabled(signed);
    return signed;
  }

  #signedParen(sign: Token): DurationOperand {
    this.#stream.take();
    const inner = this.#binary(0);
    this.#stream.expect(')');
    return this.#applySign(sign, wrap(inner, inner.pos));
  }

  #binary(minimum: number): DurationOperand {
    if (this.#depth >= MAX_NESTING) {
      this.#stream.fail(
        this.#stream.peek(),
        `duration expression is nested deeper than ${MAX_NESTING} levels`,
      );
    }
    this.#depth++;
    const result = this.#binaryFrom(this.#operand(), minimum);
    this.#depth--;
    return result;
  }

  #binaryFrom(left: DurationOperand, minimum: number): DurationOperand {
    for (;;) {
      const token = this.#stream.peek();
      const precedence = PRECEDENCE[token.kind] ?? -1;
      if (precedence < 0 || precedence < minimum) return left;
      this.#stream.take();
      const right = this.#binary(token.kind === '^' ? precedence : precedence + 1);
      this.#requireEnabled(left);
      this.#refuseZero(token, right);
      left = operation(token.kind as DurationOperator, left, right, token);
    }
  }

  #refuseZero(operator: Token, right: DurationOperand): void {
    if (right.kind !== 'number' || right.value !== 0) return;
    if (operator.kind === '/') this.#stream.fail(operator, 'division by zero');
    if (operator.kind === '%') this.#stream.fail(operator, 'modulo by zero');
  }

  #operand(): DurationOperand {
    const token = this.#stream.peek();
    if (isNumeric(token)) return this.#literal();
    if (isCall(token)) return this.#call();
    if (token.kind === '+' || token.kind === '-') {
      this.#stream.take();
      return this.#applySign(token, this.#binary(POWER));
    }
    if (token.kind !== '(') this.#stream.unexpected();
    this.#stream.take();
    const inner = this.#binary(0);
    const close = this.#stream.expect(')');
    this.#requireEnabled(inner);
    return wrap(inner, { start: token.start, end: close.end });
  }

  #literal(): DurationOperand {
    const literal = parseNumeric(this.#stream);
    return this.#checked(literal, literal.pos);
  }

  #checked(literal: DurationOperand, blame: Span): DurationOperand {
    if (literal.kind === 'number' && isOutOfRange(literal.value)) {
      this.#stream.fail(blame, 'duration out of range');
    }
    return literal;
  }

  /** `step()`, `range()`, `min_of(a, b)` or `max_of(a, b)`. */
  #call(check = true): DurationExpr {
    const name = this.#stream.take();
    this.#stream.expect('(');
    let left: DurationOperand | undefined;
    let right: DurationOperand | undefined;
    if (name.kind === 'min_of' || name.kind === 'max_of') {
      left = this.#binary(0);
      this.#stream.expect(',');
      right = this.#binary(0);
    }
    const close = this.#stream.expect(')');
    const call = operation(name.kind as DurationOperator, left, right, { start: name.start, end: close.end });
    if (check) this.#requireEnabled(call);
    return call;
  }

  #applySign(sign: Token, operand: DurationOperand): DurationOperand {
    if (operand.kind === 'number') return this.#checked(withSign(sign, operand), sign);
    if (sign.kind === '+') return operand;
    return operation('-', undefined, operand, sign);
  }

  #requireEnabled(expr: DurationOperand): void {
    if (this.#options.durationExpressions) return;
    this.#stream.fail(expr.pos, 'experimental duration expression is not enabled');
  }
}

function isCall(token: Token): boolean {
  const { kind } = token;
  return kind === 'step' || kind === 'range' || kind === 'min_of' || kind === 'max_of';
}

/** A literal has no room for its parentheses, so it goes into a unary plus, which prints as nothing. */
function wrap(expr: DurationOperand, pos: Span): DurationExpr {
  if (expr.kind === 'duration') return { ...expr, wrapped: true };
  return { ...operation('+', undefined, expr, pos), wrapped: true };
}

/** @param token the operator, or the whole call where there are no operands */
function operation(
  op: DurationOperator,
  left: DurationOperand | undefined,
  right: DurationOperand | undefined,
  token: Span,
): DurationExpr {
  const pos = { start: (left?.pos ?? token).start, end: (right?.pos ?? token).end };
  return { kind: 'duration', pos, op, left, right, wrapped: false };
}
