// Federation: the newest sample of every series that the selections match, as an exposition that another
// Prometheus scrapes. External labels are added where a series does not have them.
import { encodeFamilies, type NumberFamily, type NumberMetric } from '@prometheus-ts/exposition';
import {
  compareStrings,
  type LabelSet,
  METRIC_NAME,
  type Queryable,
  SampleColumns,
} from '@prometheus-ts/model';
import { parseMetricSelector } from '@prometheus-ts/promql';
import type { FederateTask } from './messages.ts';

/** The body in the format of the task, not compressed. Throws ParseError. */
export async function federate(storage: Queryable, task: FederateTask): Promise<Uint8Array> {
  const { minTimeMs, maxTimeMs, format } = task;
  const sets = task.matchers.map((text) => parseMetricSelector(text));
  const querier = storage.querier(minTimeMs, maxTimeMs);
  try {
    const selected = await querier.select(sets.map((matchers) => ({ matchers, minTimeMs, maxTimeMs })));
    const metrics = new Map<string, [LabelSet, NumberMetric]>();
    const samples = new SampleColumns();
    for (const set of selected) {
      for (let i = 0; i < set.length; i++) {
        const labels = set.labels(i);
        set.read(i, minTimeMs, maxTimeMs, samples);
        const metric = newest(samples, labels, task.externalLabels);
        if (metric) metrics.set(labels.key, [labels, metric]);
      }
    }
    return encodeFamilies(familiesOf([...metrics.values()]), format);
  } finally {
    querier.close();
  }
}

/** Undefined where there is none, where it is a staleness marker, and where it cannot be written in text. */
function newest(
  samples: SampleColumns,
  labels: LabelSet,
  external: ReadonlyMap<string, string>,
): NumberMetric | undefined {
  const last = samples.length - 1;
  if (last < 0 || samples.isStale(last) || samples.histograms?.[last] || !labels.has(METRIC_NAME)) {
    return undefined;
  }
  const pairs: string[] = [];
  for (let i = 0; i < labels.pairs.length; i += 2) {
    if (labels.pairs[i] !== METRIC_NAME) pairs.push(labels.pairs[i]!, labels.pairs[i + 1]!);
  }
  for (const [name, value] of external) if (!labels.has(name)) pairs.push(name, value);
  return { labels: pairs, value: samples.values[last]!, timestampMs: samples.times[last]! };
}

/** One family a name, in order of the names. */
function familiesOf(metrics: [LabelSet, NumberMetric][]): NumberFamily[] {
  metrics.sort(([a], [b]) => compareStrings(a.metricName, b.metricName) || a.compare(b));
  const families: { name: string; type: 'untyped'; metrics: NumberMetric[] }[] = [];
  for (const [labels, metric] of metrics) {
    const name = labels.metricName;
    if (families.at(-1)?.name !== name) families.push({ name, type: 'untyped', metrics: [] });
    families.at(-1)!.metrics.push(metric);
  }
  return families;
}
