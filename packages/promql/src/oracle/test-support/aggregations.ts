// Aggregations of one instant vector, as directly as they can be written.
import { addHistograms, compactHistogram, divideHistogram, type LabelSet } from '@prometheus-ts/model';
import type { AggregateExpr } from '../../ast.ts';
import { groupBy, type Sample } from './samples.ts';
import { type Outcome, quantile, variance } from './window-functions.ts';

export function aggregate(
  expr: AggregateExpr,
  samples: readonly Sample[],
  param: number | undefined,
): Sample[] {
  const keeps = (name: string) =>
    expr.without ? name !== '__name__' && !expr.grouping.includes(name) : expr.grouping.includes(name);
  const groups = groupBy(samples, ({ labels }) => labels.filter(keeps).key);
  return [...groups.values()].flatMap((group) => {
    const labels: LabelSet = group[0]!.labels.filter(keeps);
    if (expr.op === 'topk' || expr.op === 'bottomk') return pick(group, param!, expr.op === 'topk');
    if (expr.op === 'limitk') return group.slice(0, Math.max(0, Math.trunc(param!)));
    const result = fold(expr.op, group, param);
    return result === undefined ? [] : [{ labels, ...result }];
  });
}

/** Best first; NaN is the weakest of all. */
function pick(group: readonly Sample[], k: number, largest: boolean): Sample[] {
  const floats = group.filter(({ histogram }) => histogram === undefined);
  const better = (a: Sample, b: Sample): number => {
    if (Number.isNaN(a.value) || Number.isNaN(b.value)) return Number.isNaN(a.value) ? 1 : -1;
    return (a.value === b.value ? 0 : a.value > b.value ? -1 : 1) * (largest ? 1 : -1);
  };
  return floats.sort(better).slice(0, Math.max(0, Math.trunc(k)));
}

function fold(
  op: AggregateExpr['op'],
  group: readonly Sample[],
  param: number | undefined,
): Outcome | undefined {
  if (op === 'count') return { value: group.length };
  if (op === 'group') return { value: 1 };
  const histograms = group.flatMap(({ histogram }) => (histogram === undefined ? [] : [histogram]));
  const values = group.filter(({ histogram }) => histogram === undefined).map(({ value }) => value);
  if (op === 'sum' || op === 'avg') {
    if (histograms.length > 0 && values.length > 0) return undefined;
    if (histograms.length > 0) {
      const sum = histograms.reduce((a, b) => addHistograms(a, b).histogram);
      const result = op === 'sum' ? sum : divideHistogram(sum, histograms.length);
      return { value: 0, histogram: compactHistogram(result) };
    }
    const sum = values.reduce((a, b) => a + b, 0);
    return { value: op === 'sum' ? sum : sum / values.length };
  }
  if (values.length === 0) return undefined;
  switch (op) {
    case 'min':
      return { value: values.reduce((a, b) => (b < a || Number.isNaN(a) ? b : a)) };
    case 'max':
      return { value: values.reduce((a, b) => (b > a || Number.isNaN(a) ? b : a)) };
    case 'stdvar':
      return { value: variance(values) };
    case 'stddev':
      return { value: Math.sqrt(variance(values)) };
    case 'quantile':
      return { value: quantile(param!, values) };
    default:
      throw new Error(`not in the oracle: ${op}`);
  }
}
