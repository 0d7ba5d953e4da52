// What is written: metric families as collectors, registries and pushed groups hold them. One record a family,
// one record a metric, labels as flat pairs; nothing here is shared with the ingestion side, which has columns.

import type { ParsedHistogram } from './parse/entry.ts';

/** Why a metric has the type 'untyped' and not 'unknown': that is the word of the text format. */
export type FamilyType = 'counter' | 'gauge' | 'untyped' | 'summary' | 'histogram' | 'gaugehistogram';

/** `[name, value, name, value, …]`, without the metric name, printed in this order; empty values are printed. */
export type LabelPairs = readonly string[];

export interface Exemplar {
  readonly labels: LabelPairs;
  readonly value: number;
  /** Milliseconds since the epoch, fractions allowed. */
  readonly timestampMs?: number;
}

interface MetricBase {
  readonly labels: LabelPairs;
  /** When the sample was taken, in integer milliseconds; absent in all but unusual expositions. */
  readonly timestampMs?: number;
  /** When counting began, in milliseconds; only OpenMetrics and protobuf can say it. */
  readonly createdMs?: number;
}

/** A counter, gauge or untyped metric. */
export interface NumberMetric extends MetricBase {
  readonly value: number;
  /** Counters only. */
  readonly exemplar?: Exemplar;
}

export interface SummaryMetric extends MetricBase {
  readonly count: number;
  readonly sum: number;
  readonly quantiles: readonly { readonly quantile: number; readonly value: number }[];
}

export interface Bucket {
  /** Inclusive upper bound, the label `le`. */
  readonly upperBound: number;
  readonly cumulativeCount: number;
  readonly exemplar?: Exemplar;
}

export interface HistogramMetric extends MetricBase {
  /** The native histogram of the same observations, which only protobuf can carry, and its exemplars. */
  readonly native?: ParsedHistogram;
  readonly exemplars?: readonly Exemplar[];
  readonly count: number;
  readonly sum: number;
  /** Bounds rise; a bucket of +Inf is written even where it is missing here. */
  readonly buckets: readonly Bucket[];
}

interface FamilyBase {
  readonly name: string;
  /** No HELP line where undefined; an empty one for ''. */
  readonly help?: string;
  /** Only OpenMetrics prints it. */
  readonly unit?: string;
}

export interface NumberFamily extends FamilyBase {
  readonly type: 'counter' | 'gauge' | 'untyped';
  readonly metrics: readonly NumberMetric[];
}

export interface SummaryFamily extends FamilyBase {
  readonly type: 'summary';
  readonly metrics: readonly SummaryMetric[];
}

export interface HistogramFamily extends FamilyBase {
  readonly type: 'histogram' | 'gaugehistogram';
  readonly metrics: readonly HistogramMetric[];
}

/** A family without metrics is left out of every format. */
export type MetricFamily = NumberFamily | SummaryFamily | HistogramFamily;
export type Metric = NumberMetric | SummaryMetric | HistogramMetric;
