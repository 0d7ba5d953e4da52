// What `info(v, {…})` reads besides v: the info series, at the time that the modifiers of the first selector in
// v name. Read together with everything else of the query, so that both are of the same scrapes.
import { Matcher, METRIC_NAME } from '@prometheus-ts/model';
import { type AtModifier, type CallExpr, childrenOf, type Expr, type VectorExpr } from '../ast.ts';
import { type Grid, lastReference, type Reference, referenceOf } from './grid.ts';
import type { Selections } from './selections.ts';

export interface InfoSelection {
  readonly selection: number;
  readonly reference: Reference;
  /** The conditions of the second argument on labels other than the name, in source order. */
  readonly dataMatchers: readonly Matcher[];
  /** A series whose name passes all of these is an info series itself. */
  readonly nameMatchers: readonly Matcher[];
}

export function planInfoSelection(
  call: CallExpr,
  grid: Grid,
  lookbackMs: number,
  fixedTime: (at: AtModifier | undefined) => number | undefined,
  selections: Selections,
): InfoSelection {
  const { at, offsetMs } = referenceOfFirstSelector(call.args[0]!);
  const reference = referenceOf(grid, fixedTime(at), offsetMs);
  const given = (call.args[1] as VectorExpr | undefined)?.matchers ?? [];
  const dataMatchers = given.filter((matcher) => matcher.name !== METRIC_NAME);
  const nameMatchers = infoNameMatchers(given.filter((matcher) => matcher.name === METRIC_NAME));
  const selection = selections.add(
    [...dataMatchers, ...nameMatchers],
    reference.startMs - lookbackMs + 1,
    lastReference(reference, grid),
    { func: 'info', rangeMs: 0, stepMs: grid.stepMs, grouping: [], by: false, limit: 0 },
  );
  return { selection, reference, dataMatchers, nameMatchers };
}

/** Without a positive condition on the name: target_info, or anything ending in _info that is not excluded. */
function infoNameMatchers(given: readonly Matcher[]): readonly Matcher[] {
  if (given.length === 0) return [new Matcher('=', METRIC_NAME, 'target_info')];
  const isPositive = given.some((matcher) => matcher.type === '=' || matcher.type === '=~');
  return isPositive ? given : [new Matcher('=~', METRIC_NAME, '.+_info'), ...given];
}

/** The innermost @ around the first selector, and the offsets from it up to there. */
function referenceOfFirstSelector(expr: Expr): { at: AtModifier | undefined; offsetMs: number } {
  if (expr.kind === 'vector') return { at: expr.at, offsetMs: expr.offsetMs };
  for (const child of childrenOf(expr)) {
    if (!holdsSelector(child)) continue;
    const inner = referenceOfFirstSelector(child);
    if (expr.kind !== 'subquery' || inner.at !== undefined) return inner;
    return { at: expr.at, offsetMs: inner.offsetMs + expr.offsetMs };
  }
  return { at: undefined, offsetMs: 0 };
}

function holdsSelector(expr: Expr): boolean {
  return expr.kind === 'vector' || childrenOf(expr).some(holdsSelector);
}
