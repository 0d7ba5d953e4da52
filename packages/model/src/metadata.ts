// What a metric family says of itself.

export const METRIC_TYPES = [
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
  'unknown',
] as const;
export type MetricType = (typeof METRIC_TYPES)[number];

export interface Metadata {
  readonly type: MetricType;
  readonly help: string;
  readonly unit: string;
}
