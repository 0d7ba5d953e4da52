// The types of arguments and operands, and what the grammar cannot say. The first error in upstream's order
// of traversal is the one reported. Errors are ParseErrors.
import {
  type BinaryExpr,
  type CallExpr,
  COMPARISON_OPERATORS,
  type Expr,
  SET_OPERATORS,
  type Span,
  typeOf,
  type ValueType,
  type VectorExpr,
  type VectorMatching,
} from '../ast.ts';
import { isSpace } from './characters.ts';
import { secondMetricName } from './modifiers.ts';
import { MAX_NESTING } from './options.ts';
import { ParseError } from './parse-error.ts';
import { quoteText } from './quote.ts';

const COMPARISONS: ReadonlySet<string> = new Set(COMPARISON_OPERATORS);
const SETS: ReadonlySet<string> = new Set(SET_OPERATORS);

/** What people call a type. */
export function describeType(type: ValueType): string {
  if (type === 'vector') return 'instant vector';
  return type === 'matrix' ? 'range vector' : type;
}

/**
 * Checks a tree fresh from the grammar, and settles the vector matching of its operators (the only time that
 * a node is written to after it was made).
 */
export function checkTypes(query: string, expr: Expr): void {
  new TypeCheck(query).check(expr);
}

class TypeCheck {
  readonly #query: string;
  #depth = 0;

  constructor(query: string) {
    this.#query = query;
  }

  check(expr: Expr): ValueType {
    if (++this.#depth > MAX_NESTING) {
      this.#fail(expr.pos, `expression is nested deeper than ${MAX_NESTING} levels`);
    }
    const type = this.#checkNode(expr);
    this.#depth--;
    return type;
  }

  #checkNode(expr: Expr): ValueType {
    switch (expr.kind) {
      case 'number':
        return 'scalar';
      case 'string':
        return 'string';
      case 'vector':
        this.#checkSelector(expr);
        return 'vector';
      case 'matrix':
        this.check(expr.selector);
        return 'matrix';
      case 'paren':
        return this.check(expr.expr);
      case 'unary':
        return this.#checkUnary(expr.pos, expr.expr);
      case 'subquery': {
        const type = this.check(expr.expr);
        if (type !== 'vector') {
          this.#fail(expr.pos, `subquery is only allowed on instant vector, got ${type} instead`);
        }
        return 'matrix';
      }
      case 'aggregate':
        this.#expect(expr.expr, 'vector', 'aggregation expression');
        if (expr.param) {
          const wanted = expr.op === 'count_values' ? 'string' : 'scalar';
          this.#expect(expr.param, wanted, 'aggregation parameter');
        }
        return 'vector';
      case 'binary':
        return this.#checkBinary(expr);
      case 'call':
        this.#checkCall(expr);
        return expr.func.returnType;
    }
  }

  #checkUnary(pos: Span, operand: Expr): ValueType {
    const type = this.check(operand);
    if (type !== 'scalar' && type !== 'vector') {
      this.#fail(
        pos,
        `unary expression only allowed on expressions of type scalar or instant vector, got "${describeType(type)}"`,
      );
    }
    return type;
  }

  #checkSelector(expr: VectorExpr): void {
    const second = secondMetricName(expr);
    if (second !== undefined) {
      this.#fail(
        expr.pos,
        `metric name must not be set twice: ${quoteText(expr.name)} or ${quoteText(second)}`,
      );
    }
    if (expr.name === '' && expr.matchers.every((matcher) => matcher.matchesEmpty)) {
      this.#fail(expr.pos, 'vector selector must contain at least one non-empty matcher');
    }
  }

  #checkBinary(expr: BinaryExpr): ValueType {
    const left = this.check(expr.left);
    const right = this.check(expr.right);
    const { op } = expr;
    const matching = expr.matching!;
    const comparison = COMPARISONS.has(op);
    const set = SETS.has(op);
    const vectors = left === 'vector' && right === 'vector';
    const fills = matching.fillLeft !== undefined || matching.fillRight !== undefined;

    if (expr.returnBool && !comparison) {
      this.#failAtOperator(expr, 'bool modifier can only be used on comparison operators');
    }
    if (comparison && !expr.returnBool && left === 'scalar' && right === 'scalar') {
      this.#failAtOperator(expr, 'comparisons between scalars must use BOOL modifier');
    }
    const twice = matching.on ? matching.labels.find((label) => matching.include.includes(label)) : undefined;
    if (twice !== undefined) {
      this.#failAtOperator(expr, `label ${quoteText(twice)} must not occur in ON and GROUP clause at once`);
    }
    this.#requireOperand(expr.left, left);
    this.#requireOperand(expr.right, right);
    if (!vectors) {
      if (matching.labels.length > 0) {
        this.#fail(expr.pos, 'vector matching only allowed between instant vectors');
      }
      if (fills) this.#fail(expr.pos, 'filling in missing series only allowed between instant vectors');
      if (set) this.#fail(expr.pos, `set operator "${op}" not allowed in binary scalar expression`);
      settle(expr, undefined);
      return left === 'scalar' && right === 'scalar' ? 'scalar' : 'vector';
    }
    if (set) {
      if (matching.cardinality !== 'one-to-one') {
        this.#fail(expr.pos, `no grouping allowed for "${op}" operation`);
      }
      if (fills) this.#fail(expr.pos, 'filling in missing series not allowed for set operators');
      settle(expr, { ...matching, cardinality: 'many-to-many' });
    }
    return 'vector';
  }

  #requireOperand(operand: Expr, type: ValueType): void {
    if (type === 'scalar' || type === 'vector') return;
    this.#fail(operand.pos, 'binary expression must contain only scalar and instant vector types');
  }

  #checkCall(expr: CallExpr): void {
    const { func, args } = expr;
    this.#checkCount(expr);
    const name = `"${func.name}"`;
    if (func.name === 'info' && args.length > 1) this.#checkInfoSelector(expr, args[1]!);
    for (const [i, argument] of args.entries()) {
      const wanted = func.argTypes[Math.min(i, func.argTypes.length - 1)]!;
      if (func.name === 'info' && i === 1) continue;
      const type = this.check(argument);
      if (type !== wanted) {
        this.#fail(
          argument.pos,
          `expected type ${describeType(wanted)} in call to function ${name}, got ${describeType(type)}`,
        );
      }
    }
  }

  #checkCount(expr: CallExpr): void {
    const { func, args } = expr;
    const given = args.length;
    const least = func.variadic === 0 ? func.argTypes.length : func.argTypes.length - 1;
    const most = func.variadic < 0 ? Infinity : least + func.variadic;
    if (func.variadic === 0 && given !== least) {
      this.#fail(expr.pos, `expected ${least} argument(s) in call to "${func.name}", got ${given}`);
    }
    if (given < least) {
      this.#fail(expr.pos, `expected at least ${least} argument(s) in call to "${func.name}", got ${given}`);
    }
    if (given > most) {
      this.#fail(expr.pos, `expected at most ${most} argument(s) in call to "${func.name}", got ${given}`);
    }
  }

  /** The second argument of `info` is written as a selector but only lists conditions on labels. */
  #checkInfoSelector(expr: CallExpr, selector: Expr): void {
    const type = typeOf(selector);
    if (type !== 'vector') {
      this.#fail(
        expr.pos,
        `expected type instant vector in call to function "info", got ${describeType(type)}`,
      );
    }
    if (selector.kind !== 'vector') this.#fail(selector.pos, 'expected label selectors only');
    if (selector.name !== '') {
      this.#fail(selector.pos, 'expected label selectors only, got vector selector instead');
    }
  }

  #expect(expr: Expr, wanted: ValueType, where: string): void {
    const type = this.check(expr);
    if (type === wanted) return;
    this.#fail(expr.pos, `expected type ${describeType(wanted)} in ${where}, got ${describeType(type)}`);
  }

  #failAtOperator(expr: BinaryExpr, reason: string): never {
    let start = expr.left.pos.end;
    while (isSpace(this.#query.charCodeAt(start))) start++;
    this.#fail({ start, end: expr.right.pos.start }, reason);
  }

  #fail(span: Span, reason: string): never {
    throw new ParseError(this.#query, span, reason);
  }
}

function settle(expr: BinaryExpr, matching: VectorMatching | undefined): void {
  (expr as { matching: VectorMatching | undefined }).matching = matching;
}
