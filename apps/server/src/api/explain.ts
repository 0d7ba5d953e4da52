// /explain: the plan of a query with the figures of its parts, and why parts of it are empty. At one moment, or
// over a range where `start`, `end` or `step` is given.
import { METRIC_NAME, type MetricType } from '@prometheus-ts/model';
import { parseExpr, walk } from '@prometheus-ts/promql';
import type { ExplainTask } from '../query/messages.ts';
import type { ApiAnswer } from './answer.ts';
import type { ApiContext, ApiRequest } from './context.ts';
import { lookbackOf, momentOf, rangeOf, runTask, timeoutOf } from './query.ts';

/** Endings that the series of a family have beyond its name. */
const FAMILY_ENDING = /_(?:bucket|sum|count|total)$/;

export function explain(context: ApiContext, request: ApiRequest): Promise<ApiAnswer> {
  const { form } = request;
  const isRange = ['start', 'end', 'step'].some((name) => form.get(name) !== '');
  const range = isRange ? rangeOf(form) : momentOf(context, form);
  const timeoutMs = timeoutOf(form);
  const query = form.get('query');
  const task: ExplainTask = {
    type: 'explain',
    query,
    ...range,
    lookbackMs: lookbackOf(form),
    scrapeIntervalMs: context.scrapeIntervalMs(),
    metricTypes: typesOf(context, metricNames(context, query)),
  };
  return runTask(context, request, task, timeoutMs);
}

/** The metrics that a query names. None where it does not parse: the worker says what is wrong with it. */
function metricNames(context: ApiContext, query: string): Set<string> {
  const names = new Set<string>();
  try {
    walk(parseExpr(query, context.parseOptions), (node) => {
      if (node.kind !== 'vector') return;
      for (const { name, type, value } of node.matchers) {
        if (name === METRIC_NAME && type === '=') names.add(value);
      }
    });
  } catch {
    return new Set();
  }
  return names;
}

/** What targets say of these metrics; the first one that says anything counts. */
function typesOf(context: ApiContext, names: ReadonlySet<string>): Map<string, MetricType> {
  const types = new Map<string, MetricType>();
  if (names.size === 0) return types;
  for (const { metadata } of context.scrapes.activeTargets()) {
    for (const name of names) {
      const known = metadata.get(name) ?? metadata.get(name.replace(FAMILY_ENDING, ''));
      if (known && known.type !== 'unknown' && !types.has(name)) types.set(name, known.type);
    }
  }
  return types;
}
