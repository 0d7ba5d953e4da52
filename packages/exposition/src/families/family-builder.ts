// Samples of the classic text format put together into families: the lines of a summary or histogram that differ
// only in `quantile` or `le` are one metric.
import type {
  FamilyType,
  HistogramMetric,
  MetricFamily,
  NumberMetric,
  SummaryMetric,
} from '../metric-family.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Summary = Mutable<Omit<SummaryMetric, 'quantiles'>> & {
  quantiles: { quantile: number; value: number }[];
};
type Histogram = Mutable<Omit<HistogramMetric, 'buckets'>> & {
  buckets: { upperBound: number; cumulativeCount: number }[];
};

/** What a line says of a summary or histogram. */
export type SampleRole =
  | { readonly kind: 'plain' }
  | { readonly kind: 'count' }
  | { readonly kind: 'sum' }
  /** The value of `quantile` or `le`. */
  | { readonly kind: 'part'; readonly bound: number };

export interface SampleLine {
  readonly labels: readonly string[];
  readonly role: SampleRole;
  readonly value: number;
}

/** One family while it is read. */
export class FamilyBuilder {
  readonly name: string;
  help: string | undefined;
  /** Undefined until a TYPE line or a sample fixes it. */
  type: FamilyType | undefined;
  readonly #numbers: Mutable<NumberMetric>[] = [];
  readonly #summaries = new Map<string, Summary>();
  readonly #histograms = new Map<string, Histogram>();

  constructor(name: string) {
    this.name = name;
  }

  get isHistogram(): boolean {
    return this.type === 'histogram' || this.type === 'gaugehistogram';
  }

  /** The label that tells the parts of one metric apart; undefined for plain numbers. */
  get partLabel(): 'quantile' | 'le' | undefined {
    return this.type === 'summary' ? 'quantile' : this.isHistogram ? 'le' : undefined;
  }

  get isEmpty(): boolean {
    return this.#numbers.length === 0 && this.#summaries.size === 0 && this.#histograms.size === 0;
  }

  /** Adds a sample and returns its metric, whose timestamp may follow on the line. */
  add(line: SampleLine): { timestampMs?: number } {
    if (this.type === 'summary') return this.#addToSummary(line);
    if (this.isHistogram) return this.#addToHistogram(line);
    const metric: Mutable<NumberMetric> = { labels: line.labels, value: line.value };
    this.#numbers.push(metric);
    return metric;
  }

  build(): MetricFamily {
    const { name } = this;
    const help = this.help === undefined ? {} : { help: this.help };
    switch (this.type) {
      case 'summary':
        return { name, ...help, type: 'summary', metrics: [...this.#summaries.values()] };
      case 'histogram':
      case 'gaugehistogram':
        return { name, ...help, type: this.type, metrics: [...this.#histograms.values()] };
      default:
        return { name, ...help, type: this.type ?? 'untyped', metrics: this.#numbers };
    }
  }

  #addToSummary({ labels, role, value }: SampleLine): Summary {
    const summary = entry(this.#summaries, labels, () => ({ labels, count: 0, sum: 0, quantiles: [] }));
    if (role.kind === 'count') summary.count = Math.trunc(value);
    else if (role.kind === 'sum') summary.sum = value;
    else if (role.kind === 'part') summary.quantiles.push({ quantile: role.bound, value });
    return summary;
  }

  #addToHistogram({ labels, role, value }: SampleLine): Histogram {
    const histogram = entry(this.#histograms, labels, () => ({ labels, count: 0, sum: 0, buckets: [] }));
    if (role.kind === 'count') histogram.count = value;
    else if (role.kind === 'sum') histogram.sum = value;
    else if (role.kind === 'part') histogram.buckets.push({ upperBound: role.bound, cumulativeCount: value });
    return histogram;
  }
}

/** The metric of a label set, whatever order the labels came in. */
function entry<T>(metrics: Map<string, T>, labels: readonly string[], make: () => T): T {
  const pairs: string[] = [];
  for (let i = 0; i < labels.length; i += 2) pairs.push(`${labels[i]}\xff${labels[i + 1]}`);
  const key = pairs.sort().join('\xfe');
  let metric = metrics.get(key);
  if (metric === undefined) {
    metric = make();
    metrics.set(key, metric);
  }
  return metric;
}
