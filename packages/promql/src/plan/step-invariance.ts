// Which parts of an expression have the same value at every step. They are evaluated once.
import { type CallExpr, childrenOf, type Expr, withoutParens } from '../ast.ts';

/** Functions that look at the evaluation time themselves, or at the times of their argument's samples. */
const TIME_DEPENDENT = new Set([
  'days_in_month',
  'day_of_month',
  'day_of_week',
  'day_of_year',
  'hour',
  'minute',
  'month',
  'year',
  'predict_linear',
  'time',
  'timestamp',
]);

/** Calls whose value is fixed for a query; the planner folds them to constants. */
export const QUERY_CONSTANTS: ReadonlySet<string> = new Set(['start', 'end', 'range', 'step']);

/**
 * Answers for all nodes of one expression. As upstream, an aggregation counts as invariant when its operand is,
 * whatever its parameter does.
 */
export class StepInvariance {
  readonly #known = new Map<Expr, boolean>();

  isInvariant(expr: Expr): boolean {
    let known = this.#known.get(expr);
    if (known === undefined) {
      known = this.#compute(expr);
      this.#known.set(expr, known);
    }
    return known;
  }

  #compute(expr: Expr): boolean {
    switch (expr.kind) {
      case 'number':
      case 'string':
        return true;
      case 'vector':
        return expr.at !== undefined;
      case 'matrix':
        return expr.selector.at !== undefined;
      case 'subquery':
        return expr.at !== undefined;
      case 'aggregate':
        return this.isInvariant(expr.expr);
      case 'call':
        return this.#isCallInvariant(expr);
      default:
        return childrenOf(expr).every((child) => this.isInvariant(child));
    }
  }

  #isCallInvariant(call: CallExpr): boolean {
    if (QUERY_CONSTANTS.has(call.func.name)) return true;
    if (!call.args.every((arg) => this.isInvariant(arg))) return false;
    // The time of the sample that a fixed selector finds is fixed too.
    if (call.func.name === 'timestamp') return withoutParens(call.args[0]!).kind === 'vector';
    return !TIME_DEPENDENT.has(call.func.name);
  }
}
