// The grammar of expressions: precedence climbing over a token stream. Tokens are peeked exactly where the
// grammar cannot go on without, because that decides which of several errors is found first.
import { Matcher, METRIC_NAME } from '@prometheus-ts/model';
import type {
  AggregateExpr,
  AggregateOperator,
  BinaryExpr,
  BinaryOperator,
  CallExpr,
  DurationOperand,
  Expr,
  MatchCardinality,
  SubqueryExpr,
  UnaryExpr,
  VectorExpr,
  VectorMatching,
} from '../ast.ts';
import { findFunction } from '../functions/signatures.ts';
import { DurationGrammar } from './duration-grammar.ts';
import { parseGrouping, parseMatchers } from './labels-grammar.ts';
import { isNumeric, literalToMs, parseNumeric, withSign } from './literals.ts';
import { applyAt, applyAtTime, applyExtension, applyOffset, applyRange } from './modifiers.ts';
import { MAX_NESTING, type ParseOptions } from './options.ts';
import type { ErrorContext, TokenStream } from './token-stream.ts';
import { canBeMetricName, isAggregator, Kind, type Token } from './tokens.ts';
import { unquote } from './unquote.ts';

const PRECEDENCE: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '</': 3,
  '>/': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6,
};
const POWER = 6;

const WITH_PARAMETER: ReadonlySet<string> = new Set([
  'topk',
  'bottomk',
  'count_values',
  'quantile',
  'limitk',
  'limit_ratio',
]);
const EXPERIMENTAL_AGGREGATORS: ReadonlySet<string> = new Set(['limitk', 'limit_ratio']);

/** Keywords that are functions when a parenthesis follows. */
const FUNCTION_KEYWORDS: ReadonlySet<string> = new Set(['start', 'end', 'step', 'range', 'min_of', 'max_of']);

const IN_AGGREGATION: ErrorContext = { where: 'aggregation', expected: '' };
const IN_OFFSET: ErrorContext = { where: 'offset', expected: 'number, duration, step(), or range()' };
const IN_AT: ErrorContext = { where: '@', expected: 'timestamp' };
const IN_BRACKET: ErrorContext = {
  where: 'subquery or range selector',
  expected: 'number, duration, step(), or range()',
};
const AFTER_RANGE: ErrorContext = { where: 'subquery or range', expected: '":" or "]"' };
const IN_STEP: ErrorContext = {
  where: 'subquery selector',
  expected: 'number, duration, step(), range(), or "]"',
};
const AFTER_STEP: ErrorContext = { where: 'subquery selector', expected: '"]"' };

interface Modifiers extends VectorMatching {
  readonly returnBool: boolean;
}

export class ExpressionGrammar {
  readonly #stream: TokenStream;
  readonly #options: ParseOptions;
  readonly #durations: DurationGrammar;
  #depth = 0;

  constructor(stream: TokenStream, options: ParseOptions) {
    this.#stream = stream;
    this.#options = options;
    this.#durations = new DurationGrammar(stream, options);
  }

  /** A whole query. */
  parseQuery(): Expr {
    if (this.#stream.peek().kind === Kind.eof) {
      this.#stream.fail({ start: 0, end: 0 }, 'no expression found in input');
    }
    const expr = this.#expression(0);
    if (this.#stream.peek().kind !== Kind.eof) this.#stream.unexpected();
    return expr;
  }

  /** A vector selector without modifiers and nothing else. */
  parseSelectorOnly(): VectorExpr {
    const token = this.#stream.peek();
    if (token.kind !== '{' && !canBeMetricName(token.kind)) this.#stream.unexpected();
    const selector = this.#selector(token.kind === '{' ? undefined : this.#stream.take());
    if (this.#stream.peek().kind !== Kind.eof) this.#stream.unexpected();
    return selector;
  }

  /** Operators of at least that precedence and their operands. */
  #expression(minimum: number): Expr {
    if (this.#depth >= MAX_NESTING) {
      this.#stream.fail(this.#stream.peek(), `expression is nested deeper than ${MAX_NESTING} levels`);
    }
    this.#depth++;
    let left = this.#operand();
    for (;;) {
      const operator = this.#stream.peek();
      const precedence = PRECEDENCE[operator.kind] ?? -1;
      if (precedence < 0 || precedence < minimum) break;
      this.#stream.take();
      const modifiers = this.#binaryModifiers();
      const right = this.#expression(operator.kind === '^' ? precedence : precedence + 1);
      left = this.#binary(left, operator.kind as BinaryOperator, modifiers, right);
    }
    this.#depth--;
    return left;
  }

  #binary(left: Expr, op: BinaryOperator, modifiers: Modifiers, right: Expr): BinaryExpr {
    const { returnBool, ...matching } = modifiers;
    const pos = { start: left.pos.start, end: right.pos.end };
    const fills = matching.fillLeft !== undefined || matching.fillRight !== undefined;
    if (fills && !this.#options.fillModifiers) {
      this.#stream.fail(pos, 'binop fill modifiers are experimental and not enabled');
    }
    return { kind: 'binary', pos, op, left, right, returnBool, matching };
  }

  #operand(): Expr {
    const token = this.#stream.peek();
    if (token.kind !== '+' && token.kind !== '-') return this.#modified(this.#primary());
    this.#stream.take();
    const expr = this.#expression(POWER);
    if (expr.kind === 'number') return withSign(token, expr);
    const pos = { start: token.start, end: expr.pos.end };
    return { kind: 'unary', pos, op: token.kind, expr } satisfies UnaryExpr;
  }

  #primary(): Expr {
    const token = this.#stream.peek();
    const pos = { start: token.start, end: token.end };
    const { kind } = token;
    if (isNumeric(token)) return parseNumeric(this.#stream);
    if (kind === '{') return this.#selector(undefined);
    if (kind === '(') return this.#paren();
    if (kind === Kind.string) {
      this.#stream.take();
      return { kind: 'string', pos, value: unquote(token.text) };
    }
    if (!canBeMetricName(kind)) this.#stream.unexpected();
    this.#stream.take();
    if (isAggregator(kind)) return this.#aggregateOrMetric(token);
    const callable = kind === Kind.identifier || FUNCTION_KEYWORDS.has(kind);
    if (callable && this.#stream.peek().kind === '(') return this.#call(token);
    return this.#selector(token);
  }

  #paren(): Expr {
    const open = this.#stream.take();
    const expr = this.#expression(0);
    const close = this.#stream.expect(')');
    return { kind: 'paren', pos: { start: open.start, end: close.end }, expr };
  }

  /** @param name the token of the metric name, already taken */
  #selector(name: Token | undefined): VectorExpr {
    const braces =
      name === undefined || this.#stream.peek().kind === '{' ? parseMatchers(this.#stream) : undefined;
    const matchers = braces?.matchers ?? [];
    if (name !== undefined) matchers.push(new Matcher('=', METRIC_NAME, name.text));
    const first = name ?? braces!.pos;
    const last = braces?.pos ?? name!;
    return {
      kind: 'vector',
      pos: { start: first.start, end: last.end },
      name: name?.text ?? '',
      matchers,
      offsetMs: 0,
      offsetExpr: undefined,
      at: undefined,
      anchored: false,
      smoothed: false,
    };
  }

  #call(name: Token): CallExpr {
    const args = this.#arguments();
    const func = findFunction(name.text);
    if (!func) this.#stream.fail(name, `unknown function with name ${JSON.stringify(name.text)}`);
    if (func.experimental && !this.#options.experimentalFunctions) {
      this.#stream.fail(name, `function ${JSON.stringify(name.text)} is not enabled`);
    }
    return { kind: 'call', pos: { start: name.start, end: this.#stream.end }, func, args };
  }

  #arguments(): Expr[] {
    this.#stream.expect('(');
    const args: Expr[] = [];
    if (this.#stream.accept(')')) return args;
    for (;;) {
      args.push(this.#expression(0));
      const comma = this.#stream.accept(',');
      if (!comma) {
        this.#stream.expect(')');
        return args;
      }
      if (!startsExpression(this.#stream.peek())) {
        this.#stream.fail(comma, 'trailing commas not allowed in function call args');
      }
    }
  }

  #aggregateOrMetric(name: Token): Expr {
    const { kind } = this.#stream.peek();
    if (kind !== '(' && kind !== 'by' && kind !== 'without') return this.#selector(name);
    return this.#stream.within(IN_AGGREGATION, () => {
      const before = this.#aggregateModifier();
      const args = this.#arguments();
      const modifier = before ?? this.#aggregateModifier();
      return this.#aggregate(name, args, modifier);
    });
  }

  #aggregateModifier(): { labels: string[]; without: boolean } | undefined {
    const { kind } = this.#stream.peek();
    if (kind !== 'by' && kind !== 'without') return undefined;
    this.#stream.take();
    return { labels: parseGrouping(this.#stream), without: kind === 'without' };
  }

  #aggregate(
    name: Token,
    args: Expr[],
    modifier: { labels: string[]; without: boolean } | undefined,
  ): AggregateExpr {
    const pos = { start: name.start, end: this.#stream.end };
    const op = name.kind as AggregateOperator;
    if (args.length === 0) this.#stream.fail(pos, 'no arguments for aggregate expression provided');
    if (EXPERIMENTAL_AGGREGATORS.has(op) && !this.#options.experimentalFunctions) {
      this.#stream.fail(
        pos,
        `${op}() is experimental and must be enabled with --enable-feature=promql-experimental-functions`,
      );
    }
    const desired = WITH_PARAMETER.has(op) ? 2 : 1;
    if (args.length !== desired) {
      this.#stream.fail(
        pos,
        `wrong number of arguments for aggregate expression provided, expected ${desired}, got ${args.length}`,
      );
    }
    return {
      kind: 'aggregate',
      pos,
      op,
      expr: args[desired - 1]!,
      param: desired === 2 ? args[0] : undefined,
      grouping: modifier?.labels ?? [],
      without: modifier?.without ?? false,
    };
  }

  /** Everything that may stand behind an operand. */
  #modified(expr: Expr): Expr {
    for (;;) {
      const { kind } = this.#stream.peek();
      if (kind === 'offset') expr = this.#offset(expr);
      else if (kind === '@') expr = this.#at(expr);
      else if (kind === '[') expr = this.#bracket(expr);
      else if (kind === 'anchored' || kind === 'smoothed') expr = this.#extension(expr, kind);
      else return expr;
    }
  }

  #offset(expr: Expr): Expr {
    this.#stream.take();
    const offset = this.#stream.within(IN_OFFSET, () => this.#durations.parseOffset());
    return applyOffset(this.#stream, expr, offset);
  }

  #extension(expr: Expr, name: 'anchored' | 'smoothed'): Expr {
    this.#stream.take();
    if (!this.#options.extendedRangeSelectors) {
      this.#stream.fail(expr.pos, `${name} modifier is experimental and not enabled`);
    }
    return applyExtension(this.#stream, expr, name);
  }

  #at(expr: Expr): Expr {
    this.#stream.take();
    return this.#stream.within(IN_AT, () => {
      const token = this.#stream.peek();
      if (token.kind === 'start' || token.kind === 'end') {
        this.#stream.take();
        this.#stream.expect('(');
        this.#stream.expect(')');
        return applyAt(this.#stream, expr, { kind: token.kind });
      }
      const sign = token.kind === '+' || token.kind === '-' ? this.#stream.take() : undefined;
      if (!isNumeric(this.#stream.peek())) this.#stream.unexpected();
      const literal = parseNumeric(this.#stream);
      return applyAtTime(this.#stream, expr, sign?.kind === '-' ? -literal.value : literal.value);
    });
  }

  #bracket(expr: Expr): Expr {
    const open = this.#stream.take();
    const range = this.#stream.within(IN_BRACKET, () => this.#durations.parsePositive());
    const close = this.#stream.accept(']');
    if (close) return applyRange(this.#stream, expr, range, { start: open.start, end: close.end });
    if (!this.#stream.accept(':')) this.#stream.unexpected(AFTER_RANGE);
    let step: DurationOperand | undefined;
    if (!this.#stream.accept(']')) {
      step = this.#stream.within(IN_STEP, () => this.#durations.parsePositive());
      if (!this.#stream.accept(']')) this.#stream.unexpected(AFTER_STEP);
    }
    return {
      kind: 'subquery',
      pos: { start: expr.pos.start, end: this.#stream.end },
      expr,
      rangeMs: range.kind === 'number' ? literalToMs(range.value) : 0,
      rangeExpr: range.kind === 'duration' ? range : undefined,
      stepMs: step?.kind === 'number' ? literalToMs(step.value) : 0,
      stepExpr: step?.kind === 'duration' ? step : undefined,
      offsetMs: 0,
      offsetExpr: undefined,
      at: undefined,
    } satisfies SubqueryExpr;
  }

  /** `bool`, `on`/`ignoring`, `group_left`/`group_right` and fills, each optional, in that order. */
  #binaryModifiers(): Modifiers {
    const returnBool = this.#stream.accept('bool') !== undefined;
    let cardinality: MatchCardinality = 'one-to-one';
    let labels: string[] = [];
    let include: string[] = [];
    const on = this.#stream.accept('on') !== undefined;
    if (on || this.#stream.accept('ignoring')) {
      labels = parseGrouping(this.#stream);
      const { kind } = this.#stream.peek();
      if (kind === 'group_left' || kind === 'group_right') {
        this.#stream.take();
        cardinality = kind === 'group_left' ? 'many-to-one' : 'one-to-many';
        const next = this.#stream.peek();
        if (next.kind === '(' || !startsExpression(next)) include = parseGrouping(this.#stream);
      }
    }
    return { returnBool, cardinality, labels, on, include, ...this.#fills() };
  }

  #fills(): { fillLeft: number | undefined; fillRight: number | undefined } {
    if (this.#stream.accept('fill')) {
      const value = this.#fillValue();
      return { fillLeft: value, fillRight: value };
    }
    let fillLeft: number | undefined;
    let fillRight: number | undefined;
    const { kind } = this.#stream.peek();
    if (this.#stream.accept('fill_left')) fillLeft = this.#fillValue();
    if (this.#stream.accept('fill_right')) fillRight = this.#fillValue();
    if (kind === 'fill_right' && this.#stream.accept('fill_left')) fillLeft = this.#fillValue();
    return { fillLeft, fillRight };
  }

  #fillValue(): number {
    this.#stream.expect('(');
    const sign = this.#stream.accept('-') ?? this.#stream.accept('+');
    if (!isNumeric(this.#stream.peek())) this.#stream.unexpected();
    const { value } = parseNumeric(this.#stream);
    this.#stream.expect(')');
    return sign?.kind === '-' ? -value : value;
  }
}

function startsExpression(token: Token): boolean {
  const { kind } = token;
  const literal = isNumeric(token) || kind === Kind.string;
  return literal || '({+-'.includes(kind) || canBeMetricName(kind);
}
