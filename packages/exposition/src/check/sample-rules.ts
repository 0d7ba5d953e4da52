// What OpenMetrics 1.0 asks of one sample, by the type of its family: its name, labels, value and exemplars.
// Source: https://prometheus.io/docs/specs/om/open_metrics_spec/, "Metric types".
import type { LabelSet, MetricType } from '@prometheus-ts/model';
import { parseFloatText } from '../parse/decimal.ts';
import type { ParsedExemplar } from '../parse/entry.ts';

/** The suffixes that samples of a family may have; '' is the bare name. */
export const SUFFIXES: Readonly<Record<MetricType, readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: [''],
  histogram: ['_bucket', '_count', '_sum', '_created'],
  gaugehistogram: ['_bucket', '_gcount', '_gsum'],
  summary: ['', '_count', '_sum', '_created'],
  info: ['_info'],
  stateset: [''],
  unknown: [''],
};

export interface CheckedSample {
  /** The name behind the family's. */
  readonly suffix: string;
  readonly labels: LabelSet;
  readonly value: number;
  readonly exemplars: readonly ParsedExemplar[];
}

/** Code points of all names and values of an exemplar's labels together. */
const EXEMPLAR_LABELS_MAX = 128;

/** Values that count something: neither negative nor NaN. */
function isCounting(type: MetricType, suffix: string): boolean {
  if (suffix === '_created') return false;
  if (type === 'counter') return true;
  if (type === 'summary' || type === 'histogram') return suffix !== '';
  return type === 'gaugehistogram' && suffix !== '_gsum';
}

/** The upper bound of a bucket, or undefined where the label is missing or no bound. */
export function bucketBound(labels: LabelSet): number | undefined {
  const text = labels.get('le');
  const parsed = parseFloatText(text);
  if (!('value' in parsed) || Number.isNaN(parsed.value)) return undefined;
  return Number.isFinite(parsed.value) || text === '+Inf' ? parsed.value : undefined;
}

function checkLabels(type: MetricType, family: string, { suffix, labels }: CheckedSample): string {
  if (suffix === '_bucket' && bucketBound(labels) === undefined)
    return 'a bucket needs a number in its label le';
  if (type === 'summary' && suffix === '') {
    const quantile = parseFloatText(labels.get('quantile'));
    const isFraction = 'value' in quantile && quantile.value >= 0 && quantile.value <= 1;
    if (!isFraction) return 'a quantile needs a number from 0 to 1 in its label quantile';
  }
  if (type === 'stateset' && !labels.has(family)) return `a state needs its name in the label ${family}`;
  return '';
}

function checkValue(type: MetricType, { suffix, value }: CheckedSample): string {
  if (type === 'info' && value !== 1) return 'the value of an info metric is 1';
  if (type === 'stateset' && value !== 0 && value !== 1) return 'the value of a state is 0 or 1';
  if (type === 'summary' && suffix === '' && value < 0) return 'a quantile of observations is not negative';
  if (!isCounting(type, suffix) || value >= 0) return '';
  return `a ${type} counts up from zero, ${suffix.slice(1)} is ${value}`;
}

function checkExemplars(type: MetricType, { suffix, exemplars }: CheckedSample): string {
  if (exemplars.length === 0) return '';
  const allowed = (type === 'counter' && suffix === '_total') || suffix === '_bucket';
  if (!allowed) return 'exemplars belong to counters and buckets only';
  for (const { labels } of exemplars) {
    let length = 0;
    for (const text of labels.pairs) length += [...text].length;
    if (length > EXEMPLAR_LABELS_MAX) {
      return `the labels of an exemplar have at most ${EXEMPLAR_LABELS_MAX} characters, these have ${length}`;
    }
  }
  return '';
}

/** What is wrong with the sample, '' where nothing is. */
export function checkSample(type: MetricType, family: string, sample: CheckedSample): string {
  return checkLabels(type, family, sample) || checkValue(type, sample) || checkExemplars(type, sample);
}
