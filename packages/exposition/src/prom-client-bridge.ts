// From a prom-client registry to metric families, so that the daemons' own metrics go through our writer: sorted,
// with upstream's float text, in any format.
import { compareStrings } from '@prometheus-ts/model';
import type { Registry, RegistryContentType } from 'prom-client';
import type {
  Bucket,
  Exemplar,
  HistogramMetric,
  LabelPairs,
  MetricFamily,
  NumberMetric,
  SummaryMetric,
} from './metric-family.ts';

type Labels = Readonly<Record<string, string | number | undefined>>;

/** One value as prom-client's `getMetricsAsJSON` gives it; its own types leave the last two fields out. */
interface ClientValue {
  readonly value: number;
  readonly labels: Labels;
  /** `<name>_bucket`, `_sum` or `_count` for the parts of histograms and summaries. */
  readonly metricName?: string;
  readonly exemplar?: {
    readonly labelSet?: Labels;
    readonly value?: number;
    /** Seconds. */
    readonly timestamp?: number;
  } | null;
}

interface ClientFamily {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: readonly ClientValue[];
}

/** Labels sorted by name, without `except`. */
function sortedLabels(labels: Labels, except = ''): LabelPairs {
  const names = Object.keys(labels).filter((name) => name !== except && labels[name] !== undefined);
  return names.sort(compareStrings).flatMap((name) => [name, String(labels[name])]);
}

function exemplarOf(value: ClientValue): { exemplar?: Exemplar } {
  const { exemplar } = value;
  if (!exemplar?.labelSet || exemplar.value === undefined) return {};
  return {
    exemplar: {
      labels: sortedLabels(exemplar.labelSet),
      value: exemplar.value,
      ...(exemplar.timestamp === undefined ? {} : { timestampMs: exemplar.timestamp * 1000 }),
    },
  };
}

/** `0.5`, or '+Inf' as prom-client spells the last bound. */
function parseBound(bound: string | number | undefined): number {
  return bound === '+Inf' ? Infinity : Number(bound);
}

/** The values of a histogram or summary, one group for each label set without `partLabel`. */
function groupParts(family: ClientFamily, partLabel: string): Map<string, ClientValue[]> {
  const groups = new Map<string, ClientValue[]>();
  for (const value of family.values) {
    const key = sortedLabels(value.labels, partLabel).join('\xff');
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}

function histogramMetric(name: string, values: readonly ClientValue[]): HistogramMetric {
  const buckets: Bucket[] = [];
  let count = 0;
  let sum = 0;
  for (const value of values) {
    if (value.metricName === `${name}_sum`) sum = value.value;
    else if (value.metricName === `${name}_count`) count = value.value;
    else {
      const upperBound = parseBound(value.labels['le']);
      buckets.push({ upperBound, cumulativeCount: value.value, ...exemplarOf(value) });
    }
  }
  return { labels: sortedLabels(values[0]!.labels, 'le'), count, sum, buckets };
}

function summaryMetric(name: string, values: readonly ClientValue[]): SummaryMetric {
  const quantiles: { quantile: number; value: number }[] = [];
  let count = 0;
  let sum = 0;
  for (const value of values) {
    if (value.metricName === `${name}_sum`) sum = value.value;
    else if (value.metricName === `${name}_count`) count = value.value;
    else quantiles.push({ quantile: Number(value.labels['quantile']), value: value.value });
  }
  return { labels: sortedLabels(values[0]!.labels, 'quantile'), count, sum, quantiles };
}

function toFamily(family: ClientFamily): MetricFamily {
  const { name, help } = family;
  switch (family.type) {
    case 'histogram': {
      const metrics = [...groupParts(family, 'le').values()].map((values) => histogramMetric(name, values));
      return { name, help, type: 'histogram', metrics };
    }
    case 'summary': {
      const metrics = [...groupParts(family, 'quantile').values()].map((values) =>
        summaryMetric(name, values),
      );
      return { name, help, type: 'summary', metrics };
    }
    default: {
      const metrics = family.values.map(
        (value): NumberMetric => ({
          labels: sortedLabels(value.labels),
          value: value.value,
          ...exemplarOf(value),
        }),
      );
      return { name, help, type: family.type === 'counter' ? 'counter' : 'gauge', metrics };
    }
  }
}

function compareMetrics(a: { labels: LabelPairs }, b: { labels: LabelPairs }): number {
  const length = Math.min(a.labels.length, b.labels.length);
  for (let i = 1; i < length; i += 2) {
    const order = compareStrings(a.labels[i]!, b.labels[i]!);
    if (order !== 0) return order;
  }
  return a.labels.length - b.labels.length;
}

function sortMetrics(family: MetricFamily): MetricFamily {
  // The three members differ only in what they sort; the compiler wants them apart.
  switch (family.type) {
    case 'summary':
      return { ...family, metrics: [...family.metrics].sort(compareMetrics) };
    case 'histogram':
    case 'gaugehistogram':
      return { ...family, metrics: [...family.metrics].sort(compareMetrics) };
    default:
      return { ...family, metrics: [...family.metrics].sort(compareMetrics) };
  }
}

/**
 * The families of a registry, sorted by name, each with its metrics sorted by label values, as upstream's
 * registries gather them. Runs the registry's collect functions.
 */
export async function promClientFamilies<T extends RegistryContentType>(
  registry: Registry<T>,
): Promise<MetricFamily[]> {
  const families = (await registry.getMetricsAsJSON()) as unknown as ClientFamily[];
  return families
    .map((family) => sortMetrics(toFamily(family)))
    .sort((a, b) => compareStrings(a.name, b.name));
}
