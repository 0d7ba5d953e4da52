// Which group of an aggregation each series belongs to. Worked out once a query.
import { type LabelSet, LabelSet as Labels, METRIC_NAME } from '@prometheus-ts/model';
import type { AggregateExpr } from '../ast.ts';
import type { SeriesHeader } from './operator.ts';

export interface Grouping {
  /** One per group, in the order in which the first series of each came. */
  readonly labels: readonly LabelSet[];
  /** The group of each series. */
  readonly groupOf: Int32Array;
}

export function groupSeries(
  headers: readonly SeriesHeader[],
  expr: Pick<AggregateExpr, 'grouping' | 'without'>,
): Grouping {
  const groupOf = new Int32Array(headers.length);
  if (!expr.without && expr.grouping.length === 0) {
    return { labels: headers.length === 0 ? [] : [Labels.empty], groupOf };
  }
  const names = new Set(expr.grouping);
  const keeps = groupingFilter(names, expr.without);
  const byKey = new Map<string, number>();
  const labels: LabelSet[] = [];
  for (let i = 0; i < headers.length; i++) {
    const { pairs } = headers[i]!.labels;
    let key = '';
    for (let p = 0; p < pairs.length; p += 2) {
      if (keeps(pairs[p]!)) key += `${pairs[p]}\xff${pairs[p + 1]}\xff`;
    }
    let group = byKey.get(key);
    if (group === undefined) {
      group = labels.push(headers[i]!.labels.filter(keeps)) - 1;
      byKey.set(key, group);
    }
    groupOf[i] = group;
  }
  return { labels, groupOf };
}

export function groupingFilter(names: ReadonlySet<string>, without: boolean): (name: string) => boolean {
  return without ? (name) => name !== METRIC_NAME && !names.has(name) : (name) => names.has(name);
}
