// Computed ranges, steps and offsets become numbers once the query's own range and step are known.
import { CodedError } from '@prometheus-ts/model';
import type { DurationExpr, DurationOperand, Expr } from '../ast.ts';
import { utf8Length } from './characters.ts';
import { isOutOfRange } from './literals.ts';

/** What `step()` and `range()` stand for; both 0 for an instant query. */
export interface QueryRange {
  readonly stepMs: number;
  readonly rangeMs: number;
}

/**
 * The tree with every computed duration filled in: `offsetMs`, `rangeMs` and `stepMs` are valid, the
 * expressions stay for printing. A tree without any is returned as it is. Throws CodedError
 * `promql/duration` with upstream's text, which starts with the byte range of the expression.
 * @param query the text that the tree was parsed from
 */
export function resolveDurations(query: string, expr: Expr, range: QueryRange): Expr {
  const resolve = (node: Expr): Expr => {
    switch (node.kind) {
      case 'number':
      case 'string':
        return node;
      case 'vector':
        if (!node.offsetExpr) return node;
        return { ...node, offsetMs: evaluate(query, node.offsetExpr, range, true) };
      case 'matrix': {
        const selector = resolve(node.selector) as typeof node.selector;
        if (selector === node.selector && !node.rangeExpr) return node;
        return { ...node, selector, rangeMs: orComputed(node.rangeMs, node.rangeExpr) };
      }
      case 'subquery': {
        const inner = resolve(node.expr);
        if (inner === node.expr && !node.offsetExpr && !node.stepExpr && !node.rangeExpr) return node;
        const { offsetExpr } = node;
        const offsetMs = offsetExpr ? evaluate(query, offsetExpr, range, true) : node.offsetMs;
        const stepMs = orComputed(node.stepMs, node.stepExpr);
        return { ...node, expr: inner, offsetMs, stepMs, rangeMs: orComputed(node.rangeMs, node.rangeExpr) };
      }
      case 'paren':
      case 'unary': {
        const inner = resolve(node.expr);
        return inner === node.expr ? node : { ...node, expr: inner };
      }
      case 'call': {
        const args = node.args.map(resolve);
        return args.every((argument, i) => argument === node.args[i]) ? node : { ...node, args };
      }
      case 'aggregate': {
        const inner = resolve(node.expr);
        const param = node.param && resolve(node.param);
        return inner === node.expr && param === node.param ? node : { ...node, expr: inner, param };
      }
      case 'binary': {
        const left = resolve(node.left);
        const right = resolve(node.right);
        return left === node.left && right === node.right ? node : { ...node, left, right };
      }
    }
  };
  const orComputed = (milliseconds: number, computed: DurationExpr | undefined): number =>
    computed ? evaluate(query, computed, range, false) : milliseconds;
  return resolve(expr);
}

function evaluate(query: string, expr: DurationExpr, range: QueryRange, mayBeNegative: boolean): number {
  const fail = (at: DurationOperand, reason: string): never => {
    const start = utf8Length(query.slice(0, at.pos.start));
    const end = utf8Length(query.slice(0, at.pos.end));
    throw new CodedError('promql/duration', `${start}:${end}: ${reason}`);
  };
  const seconds = (operand: DurationOperand): number => {
    if (operand.kind === 'number') return operand.value;
    const left = operand.left ? seconds(operand.left) : 0;
    const right = operand.right ? seconds(operand.right) : 0;
    switch (operand.op) {
      case 'step':
        return range.stepMs / 1000;
      case 'range':
        return range.rangeMs / 1000;
      case 'min_of':
        return Math.min(left, right);
      case 'max_of':
        return Math.max(left, right);
      case '+':
        return left + right;
      case '-':
        return left - right;
      case '*':
        return left * right;
      case '/':
        return right === 0 ? fail(operand, 'division by zero') : left / right;
      case '%':
        return right === 0 ? fail(operand, 'modulo by zero') : left % right;
      case '^':
        return left ** right;
    }
  };
  const value = seconds(expr);
  if (!Number.isFinite(value)) fail(expr, 'duration is NaN or infinite');
  if (value <= 0 && !mayBeNegative) fail(expr, 'duration must be greater than 0');
  if (isOutOfRange(value)) fail(expr, 'duration is out of range');
  return Math.trunc(value * 1000) + 0;
}
