// Trees back to text, in upstream's normal form: one space around operators, conditions sorted, modifiers in
// a fixed order. What is printed parses to a tree that prints the same.

import type { Matcher } from '@prometheus-ts/model';
import {
  compareStrings,
  formatDuration,
  formatFloatDecimal,
  formatFloatG,
  isLegacyLabelName,
  METRIC_NAME,
} from '@prometheus-ts/model';
import type {
  AggregateExpr,
  AtModifier,
  BinaryExpr,
  DurationExpr,
  DurationOperand,
  Expr,
  MatrixExpr,
  NumberExpr,
  SubqueryExpr,
  VectorExpr,
} from '../ast.ts';
import { quoteText } from '../parse/quote.ts';

/** The query text of a tree. */
export function printExpr(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return printNumber(expr);
    case 'string':
      return quoteText(expr.value);
    case 'paren':
      return `(${printExpr(expr.expr)})`;
    case 'unary':
      return expr.op + printExpr(expr.expr);
    case 'vector':
      return `${printSelector(expr)}${printAt(expr.at)}${printExtension(expr)}${printOffset(expr)}`;
    case 'matrix':
      return printMatrix(expr);
    case 'subquery':
      return printExpr(expr.expr) + printSubquerySuffix(expr);
    case 'call':
      return `${expr.func.name}(${expr.args.map(printExpr).join(', ')})`;
    case 'aggregate': {
      const operands = expr.param ? [expr.param, expr.expr] : [expr.expr];
      return `${printAggregateHead(expr)}(${operands.map(printExpr).join(', ')})`;
    }
    case 'binary':
      return `${printExpr(expr.left)} ${printOperator(expr)} ${printExpr(expr.right)}`;
  }
}

/** `sum by (a, b) `: everything before the parenthesis. */
export function printAggregateHead(expr: AggregateExpr): string {
  if (expr.without) return `${expr.op} without (${printLabels(expr.grouping)}) `;
  return expr.grouping.length > 0 ? `${expr.op} by (${printLabels(expr.grouping)}) ` : expr.op;
}

/** `== bool on (a) group_left (b)`: the operator with its modifiers. */
export function printOperator(expr: BinaryExpr): string {
  const parts: string[] = [expr.op];
  if (expr.returnBool) parts.push('bool');
  const matching = expr.matching;
  if (!matching) return parts.join(' ');
  const { cardinality, labels, on, include, fillLeft, fillRight } = matching;
  const grouped = cardinality === 'many-to-one' || cardinality === 'one-to-many';
  if (labels.length > 0 || on || grouped) {
    parts.push(`${on ? 'on' : 'ignoring'} (${printLabels(labels)})`);
  }
  if (grouped) {
    parts.push(`group_${cardinality === 'many-to-one' ? 'left' : 'right'} (${printLabels(include)})`);
  }
  if (fillLeft !== undefined && fillLeft === fillRight) parts.push(`fill (${formatFloatG(fillLeft)})`);
  else {
    if (fillLeft !== undefined) parts.push(`fill_left (${formatFloatG(fillLeft)})`);
    if (fillRight !== undefined) parts.push(`fill_right (${formatFloatG(fillRight)})`);
  }
  return parts.join(' ');
}

/** `[5m:1m] @ 10.000 offset 1h`. */
export function printSubquerySuffix(expr: SubqueryExpr): string {
  const range = printDuration(expr.rangeMs, expr.rangeExpr);
  const hasStep = expr.stepMs !== 0 || expr.stepExpr !== undefined;
  const step = hasStep ? printDuration(expr.stepMs, expr.stepExpr) : '';
  return `[${range}:${step}]${printAt(expr.at)}${printOffset(expr)}`;
}

/** `name="value"`, the name quoted where it needs to be. */
export function printMatcher(matcher: Matcher): string {
  return `${printLabelName(matcher.name)}${matcher.type}${quoteText(matcher.value)}`;
}

function printSelector(expr: VectorExpr): string {
  const conditions = expr.matchers
    .filter((matcher) => !isName(matcher, expr.name))
    .map(printMatcher)
    .sort(compareStrings);
  return conditions.length > 0 ? `${expr.name}{${conditions.join(',')}}` : expr.name;
}

/** Whether the matcher only repeats the name before the braces. */
function isName(matcher: Matcher, name: string): boolean {
  return name !== '' && matcher.name === METRIC_NAME && matcher.type === '=' && matcher.value === name;
}

function printMatrix(expr: MatrixExpr): string {
  const { selector } = expr;
  const range = printDuration(expr.rangeMs, expr.rangeExpr);
  const modifiers = printExtension(selector) + printAt(selector.at) + printOffset(selector);
  return `${printSelector(selector)}[${range}]${modifiers}`;
}

function printAt(at: AtModifier | undefined): string {
  if (!at) return '';
  return at.kind === 'time' ? ` @ ${(at.timeMs / 1000).toFixed(3)}` : ` @ ${at.kind}()`;
}

function printExtension(expr: VectorExpr): string {
  if (expr.anchored) return ' anchored';
  return expr.smoothed ? ' smoothed' : '';
}

function printOffset(expr: VectorExpr | SubqueryExpr): string {
  if (expr.offsetMs === 0 && !expr.offsetExpr) return '';
  return ` offset ${printDuration(expr.offsetMs, expr.offsetExpr)}`;
}

function printDuration(milliseconds: number, expr: DurationExpr | undefined): string {
  return expr ? printDurationExpr(expr) : formatDuration(milliseconds);
}

function printDurationExpr(expr: DurationOperand): string {
  if (expr.kind === 'number') return printNumber(expr);
  const text = printDurationOperation(expr);
  return expr.wrapped ? `(${text})` : text;
}

function printDurationOperation({ op, left, right }: DurationExpr): string {
  if (op === 'step' || op === 'range') return `${op}()`;
  const last = printDurationExpr(right!);
  if (left === undefined) return op === '-' ? `-${last}` : last;
  const first = printDurationExpr(left);
  return op === 'min_of' || op === 'max_of' ? `${op}(${first}, ${last})` : `${first} ${op} ${last}`;
}

function printNumber(expr: NumberExpr): string {
  if (!expr.isDuration) return formatFloatDecimal(expr.value);
  // Through whole nanoseconds, as upstream: 1.001 s prints as 1s.
  return formatDuration(Math.trunc(expr.value * 1e9) / 1e6);
}

function printLabels(labels: readonly string[]): string {
  return labels.map(printLabelName).join(', ');
}

function printLabelName(name: string): string {
  return isLegacyLabelName(name) ? name : quoteText(name);
}
