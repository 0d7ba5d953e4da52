// What kind of metric a selector picks: from metadata where there is some, else from the name.
import { METRIC_NAME } from '@prometheus-ts/model';
import type { VectorExpr } from '../ast.ts';
import type { HintContext } from './hint.ts';

const COUNTER_NAME = /_(?:total|sum|count|bucket)$/;
/** Endings of names that belong to the histogram or summary of the name without them. */
const PART_OF_FAMILY = /_(?:bucket|sum|count)$/;

/** The one name that a selector asks for, '' where it asks for several. */
export function metricNameOf(selector: VectorExpr): string {
  if (selector.name !== '') return selector.name;
  return selector.matchers.find(({ name, type }) => name === METRIC_NAME && type === '=')?.value ?? '';
}

/** Whether the metric counts; undefined where nothing says so. A recorded metric is not judged by its name. */
export function looksLikeCounter(selector: VectorExpr, context: HintContext): boolean | undefined {
  const name = metricNameOf(selector);
  if (name === '') return undefined;
  const type = context.metricType?.(name) ?? context.metricType?.(name.replace(PART_OF_FAMILY, ''));
  if (type === 'counter' || type === 'histogram' || type === 'summary') return true;
  if (type !== undefined && type !== 'unknown') return false;
  if (name.includes(':')) return undefined;
  return COUNTER_NAME.test(name) ? true : undefined;
}
