// The native part of a protobuf histogram: whether there is one, whether it is consistent, and its value.
import {
  type BucketSpan,
  CounterResetHint,
  compactHistogram,
  compactIntegerHistogram,
} from '@prometheus-ts/model';
import type { ParsedHistogram } from '../entry.ts';
import type { BucketSide, ProtoMetric } from './proto-metric.ts';

/** Spans of either side, or a zero bucket. A native histogram without observations says so by an empty span. */
export function hasNativeParts(metric: ProtoMetric): boolean {
  const { positive, negative, zeroThreshold, zeroCount } = metric;
  return positive.spans.length > 0 || negative.spans.length > 0 || zeroThreshold > 0 || zeroCount > 0;
}

function isFloat(metric: ProtoMetric): boolean {
  return metric.countFloat > 0 || metric.zeroCountFloat > 0;
}

/** Says where spans and buckets do not fit, '' where they do. */
export function spanError(metric: ProtoMetric): string {
  const float = isFloat(metric);
  return sideError('positive', metric.positive, float) || sideError('negative', metric.negative, float);
}

function sideError(name: string, side: BucketSide, float: boolean): string {
  let required = 0;
  for (let i = 1; i < side.spans.length; i += 2) required += side.spans[i]!;
  const have = float ? side.counts.length : side.deltas.length;
  return required === have ? '' : `${name} side: spans require ${required} buckets, have ${have}`;
}

function spansOf(side: BucketSide): BucketSpan[] {
  const spans: BucketSpan[] = [];
  for (let i = 0; i < side.spans.length; i += 2) {
    spans.push({ offset: side.spans[i]!, length: side.spans[i + 1]! });
  }
  return spans;
}

/** The histogram, compact; `spanError` must have been ''. */
export function readHistogram(metric: ProtoMetric, sum: number, isGauge: boolean): ParsedHistogram {
  const common = {
    counterReset: isGauge ? CounterResetHint.gauge : CounterResetHint.unknown,
    schema: metric.schema,
    zeroThreshold: metric.zeroThreshold,
    sum,
    positiveSpans: spansOf(metric.positive),
    negativeSpans: spansOf(metric.negative),
  };
  if (isFloat(metric)) {
    const histogram = {
      ...common,
      count: metric.countFloat,
      zeroCount: metric.zeroCountFloat,
      positiveBuckets: [...metric.positive.counts],
      negativeBuckets: [...metric.negative.counts],
    };
    return { kind: 'float', histogram: compactHistogram(histogram, 0) };
  }
  const histogram = {
    ...common,
    count: metric.count,
    zeroCount: metric.zeroCount,
    positiveBuckets: [...metric.positive.deltas],
    negativeBuckets: [...metric.negative.deltas],
  };
  return { kind: 'integer', histogram: compactIntegerHistogram(histogram, 0) };
}
