// Queries that are right by the rules and probably not meant: ranges too short, functions on the wrong kind of
// metric, averages of averages, sorting and topk in graphs.
import { formatDuration } from '@prometheus-ts/model';
import { type CallExpr, type Expr, type MatrixExpr, walk, withoutParens } from '../ast.ts';
import { correction, edit, type Hint, type HintContext } from './hint.ts';
import { looksLikeCounter, metricNameOf } from './metric-names.ts';

/** Functions that need two samples to have an answer. */
const NEED_TWO: ReadonlySet<string> = new Set([
  'rate',
  'increase',
  'irate',
  'delta',
  'idelta',
  'deriv',
  'predict_linear',
  'double_exponential_smoothing',
]);
/** What to use instead of a function that is wrong for the kind of metric. */
const FOR_GAUGES: Readonly<Record<string, string>> = { rate: 'deriv', increase: 'delta', irate: 'idelta' };
const FOR_COUNTERS: Readonly<Record<string, string>> = {
  delta: 'increase',
  idelta: 'irate',
  deriv: 'rate',
  sum_over_time: 'increase',
};

export function expressionHints(query: string, expr: Expr, context: HintContext): Hint[] {
  const hints: Hint[] = [];
  walk(expr, (node) => {
    if (node.kind === 'call') hints.push(...callHints(query, node, context));
    if (node.kind === 'aggregate') {
      const inner = withoutParens(node.expr);
      if (node.op === 'avg' && inner.kind === 'aggregate' && inner.op === 'avg') {
        const text =
          'an average of averages weighs groups of different size alike; take the average of all series at once';
        hints.push({ code: 'promql/average-of-averages', text, position: node.pos });
      }
      if (context.isRange && (node.op === 'topk' || node.op === 'bottomk')) {
        const text = `${node.op} picks anew at every step, so that a graph can have more series than asked for; to pick once use @ end() in a second ${node.op}`;
        hints.push({ code: 'promql/topk-in-graph', text, position: node.pos });
      }
    }
  });
  return hints;
}

function callHints(query: string, call: CallExpr, context: HintContext): Hint[] {
  const { name } = call.func;
  if (context.isRange && name.startsWith('sort')) {
    const text = `${name} has no effect in a graph, where series are always ordered by labels`;
    return [{ code: 'promql/sort-in-graph', text, position: call.pos }];
  }
  const argument = call.args.map(withoutParens).find((arg) => arg.kind === 'matrix');
  if (argument?.kind !== 'matrix') return [];
  return [...shortRange(query, name, argument, context), ...wrongKind(query, call, argument, context)];
}

function shortRange(query: string, name: string, matrix: MatrixExpr, context: HintContext): Hint[] {
  const { scrapeIntervalMs, options } = context;
  if (scrapeIntervalMs === undefined || scrapeIntervalMs <= 0 || matrix.rangeExpr || !NEED_TWO.has(name)) {
    return [];
  }
  if (matrix.rangeMs >= 2 * scrapeIntervalMs) return [];
  const enough = formatDuration(4 * scrapeIntervalMs);
  const open = query.indexOf('[', matrix.selector.pos.end);
  const span = { start: open + 1, end: query.indexOf(']', open) };
  const range = formatDuration(matrix.rangeMs);
  const text = `a range of ${range} holds fewer than two samples of what is scraped every ${formatDuration(scrapeIntervalMs)}, and ${name} needs two; use at least 4 × the scrape interval, ${enough}`;
  const corrected = correction(edit(query, [{ span, text: enough }]), options);
  return [{ code: 'promql/short-range', text, position: matrix.pos, ...corrected }];
}

function wrongKind(query: string, call: CallExpr, matrix: MatrixExpr, context: HintContext): Hint[] {
  const { name } = call.func;
  const counts = looksLikeCounter(matrix.selector, context);
  if (counts === undefined) return [];
  const better = counts ? FOR_COUNTERS[name] : FOR_GAUGES[name];
  if (better === undefined) return [];
  const metric = metricNameOf(matrix.selector);
  const text = counts
    ? `${metric} is a counter, which starts again at 0 now and then; ${name} does not see that, use ${better}`
    : `${metric} is a gauge, and ${name} takes every fall for a restart; use ${better}`;
  const span = { start: call.pos.start, end: call.pos.start + name.length };
  const corrected = correction(edit(query, [{ span, text: better }]), context.options);
  return [{ code: 'promql/metric-kind', text, position: call.pos, ...corrected }];
}
