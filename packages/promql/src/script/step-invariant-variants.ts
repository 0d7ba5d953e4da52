// The same instant query at other times: with every selector fixed to the original time by @, the answer must
// not change. Queries whose functions look at the clock are left alone.
import { type Expr, walk } from '../ast.ts';
import { ALL_PARSE_OPTIONS } from '../parse/options.ts';
import { parseExpr } from '../parse/parse.ts';
import { printExpr } from '../print/print.ts';

/** Functions whose value depends on the evaluation time whatever their arguments are. */
const DEPENDS_ON_TIME: ReadonlySet<string> = new Set([
  'days_in_month',
  'day_of_month',
  'day_of_week',
  'day_of_year',
  'end',
  'hour',
  'minute',
  'month',
  'predict_linear',
  'range',
  'start',
  'step',
  'time',
  'timestamp',
  'year',
]);

export interface QueryAtTime {
  readonly query: string;
  readonly timeMs: number;
}

/** What else to evaluate, and when; empty where no such check is possible. */
export function stepInvariantVariants(query: string, timeMs: number): QueryAtTime[] {
  const expr = parseExpr(query, ALL_PARSE_OPTIONS);
  let dependsOnTime = false;
  walk(expr, (node) => {
    dependsOnTime ||= node.kind === 'call' && DEPENDS_ON_TIME.has(node.func.name);
  });
  if (dependsOnTime) return [];
  const fixed = printExpr(withTime(expr, timeMs));
  const times =
    timeMs === 0 ? [-1000, 0, 1000] : [-10 * timeMs, 0, Math.trunc(timeMs / 5), timeMs, 10 * timeMs];
  return times.map((at) => ({ query: fixed, timeMs: at }));
}

/** Sets @ on the outermost selectors and subqueries that have none; inside a fixed subquery nothing is. */
function withTime(expr: Expr, timeMs: number): Expr {
  const at = { kind: 'time', timeMs } as const;
  switch (expr.kind) {
    case 'number':
    case 'string':
      return expr;
    case 'vector':
      return expr.at?.kind === 'time' ? expr : { ...expr, at };
    case 'matrix':
      return expr.selector.at?.kind === 'time' ? expr : { ...expr, selector: { ...expr.selector, at } };
    case 'subquery':
      return expr.at?.kind === 'time' ? expr : { ...expr, at };
    case 'paren':
    case 'unary':
      return { ...expr, expr: withTime(expr.expr, timeMs) };
    case 'binary':
      return { ...expr, left: withTime(expr.left, timeMs), right: withTime(expr.right, timeMs) };
    case 'call':
      return { ...expr, args: expr.args.map((argument) => withTime(argument, timeMs)) };
    case 'aggregate':
      return {
        ...expr,
        expr: withTime(expr.expr, timeMs),
        param: expr.param && withTime(expr.param, timeMs),
      };
  }
}
