// The annotations that functions and operators give. One function per kind, so that the texts, which are
// upstream's to the letter, stand in one place.
import { formatFloatG, quoteGo } from '@prometheus-ts/model';
import type { Span } from '../ast.ts';
import type { AnnotationDetail, Annotations } from './annotations.ts';
import { formatDigits } from './short-float.ts';

/** What combined histograms when the buckets or resets of two did not fit. */
export type HistogramOperation = 'addition' | 'subtraction' | 'aggregation';

function forMetric(text: string, metric: string): string {
  return metric === '' ? text : `${text} for metric name ${quoteGo(metric)}`;
}

export function noteInvalidQuantile(to: Annotations, quantile: number, pos: Span): void {
  to.warn(`quantile value should be between 0 and 1, got ${formatFloatG(quantile)}`, pos);
}

export function noteInvalidRatio(to: Annotations, ratio: number, cap: number, pos: Span): void {
  const text = `ratio value should be between -1 and 1, got ${formatFloatG(ratio)}, capping to ${cap}`;
  to.warn(text, pos);
}

/** @param metric '' leaves the name out */
export function noteBadBucketLabel(to: Annotations, metric: string, le: string, pos: Span): void {
  to.warn(forMetric(`bucket label "le" is missing or has a malformed value of ${quoteGo(le)}`, metric), pos);
}

export function noteMixedFloatsHistograms(to: Annotations, metric: string, pos: Span): void {
  to.warn(`encountered a mix of histograms and floats for metric name ${quoteGo(metric)}`, pos);
}

export function noteMixedFloatsHistogramsInAggregation(to: Annotations, pos: Span): void {
  to.warn('encountered a mix of histograms and floats for aggregation', pos);
}

export function noteMixedClassicNative(to: Annotations, metric: string, pos: Span): void {
  to.warn(forMetric('vector contains a mix of classic and native histograms', metric), pos);
}

export function noteHistogramNotCounter(to: Annotations, metric: string, pos: Span): void {
  to.warn(`this native histogram metric is not a counter: ${quoteGo(metric)}`, pos);
}

export function noteHistogramNotGauge(to: Annotations, metric: string, pos: Span): void {
  to.warn(`this native histogram metric is not a gauge: ${quoteGo(metric)}`, pos);
}

export function noteMixedExponentialCustom(to: Annotations, metric: string, pos: Span): void {
  to.warn(
    `vector contains a mix of histograms with exponential and custom buckets schemas for metric name ${quoteGo(metric)}`,
    pos,
  );
}

export function noteIncompatibleBucketLayout(to: Annotations, operator: string, pos: Span): void {
  to.warn(`incompatible bucket layout encountered for binary operator ${operator}`, pos);
}

export function noteSortInRangeQuery(to: Annotations, pos: Span): void {
  to.warn('sort is ineffective for range queries since results are always ordered by labels', pos);
}

export function notePossibleNonCounter(to: Annotations, metric: string, pos: Span): void {
  to.info(
    `metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${quoteGo(metric)}`,
    pos,
  );
}

export function notePossibleNonCounterType(to: Annotations, metric: string, type: string, pos: Span): void {
  to.info(
    `metric might not be a counter, __type__ label is not set to "counter" or "histogram", got ${quoteGo(type)}: ${quoteGo(metric)}`,
    pos,
  );
}

export function noteIncompatibleTypes(
  to: Annotations,
  left: string,
  operator: string,
  right: string,
  pos: Span,
): void {
  to.info(
    `incompatible sample types encountered for binary operator ${quoteGo(operator)}: ${left} ${operator} ${right}`,
    pos,
  );
}

export function noteIgnoredInAggregation(to: Annotations, aggregation: string, pos: Span): void {
  to.info(`ignored histogram in ${aggregation} aggregation`, pos);
}

export function noteIgnoredInMixedRange(to: Annotations, metric: string, pos: Span): void {
  to.info(
    `ignored histograms in a range containing both floats and histograms for metric name ${quoteGo(metric)}`,
    pos,
  );
}

export function noteQuantileNanResult(to: Annotations, metric: string, pos: Span): void {
  to.info(forMetric('input to histogram_quantile has NaN observations, result is NaN', metric), pos);
}

export function noteQuantileNanSkew(to: Annotations, metric: string, pos: Span): void {
  const text = 'input to histogram_quantile has NaN observations, result is skewed higher';
  to.info(forMetric(text, metric), pos);
}

export function noteFractionNan(to: Annotations, metric: string, pos: Span): void {
  const text = 'input to histogram_fraction has NaN observations, which are excluded from all fractions';
  to.info(forMetric(text, metric), pos);
}

export function noteCounterResetCollision(to: Annotations, operation: HistogramOperation, pos: Span): void {
  to.warn(`conflicting counter resets during histogram ${operation}`, pos);
}

export function noteMismatchedCustomBuckets(to: Annotations, operation: HistogramOperation, pos: Span): void {
  to.info(`mismatched custom buckets were reconciled during ${operation}`, pos);
}

/** Counted per occurrence; the count shows once there are two. */
export function noteStartTimeOverlap(to: Annotations, metric: string, pos: Span): void {
  to.add({
    level: 'warning',
    text: `sample has start time that overlaps with previous sample timestamp for metric ${quoteGo(metric)}`,
    pos,
    detail: new OccurrenceDetail(1),
  });
}

class OccurrenceDetail implements AnnotationDetail {
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
  }

  merge(earlier: AnnotationDetail): AnnotationDetail {
    return earlier instanceof OccurrenceDetail ? new OccurrenceDetail(this.#count + earlier.#count) : this;
  }

  print(): string {
    return this.#count > 1 ? ` (${this.#count} occurrences)` : '';
  }
}

/** Where bucket counts had to be raised to be monotonic, at one step. */
export interface ForcedMonotonicity {
  readonly timeMs: number;
  readonly minBucket: number;
  readonly maxBucket: number;
  readonly maxDiff: number;
}

/** @param metric '' leaves the name out */
export function noteForcedMonotonicity(
  to: Annotations,
  metric: string,
  forced: ForcedMonotonicity,
  pos: Span,
): void {
  const text =
    'input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)';
  to.add({
    level: 'info',
    text: forMetric(text, metric),
    pos,
    detail: new MonotonicityDetail(forced, forced.timeMs, 1),
  });
}

class MonotonicityDetail implements AnnotationDetail {
  readonly #forced: ForcedMonotonicity;
  readonly #lastMs: number;
  readonly #count: number;

  constructor(forced: ForcedMonotonicity, lastMs: number, count: number) {
    this.#forced = forced;
    this.#lastMs = lastMs;
    this.#count = count;
  }

  merge(earlier: AnnotationDetail): AnnotationDetail {
    if (!(earlier instanceof MonotonicityDetail)) return this;
    const a = this.#forced;
    const b = earlier.#forced;
    const forced = {
      timeMs: Math.min(a.timeMs, b.timeMs),
      minBucket: Math.min(a.minBucket, b.minBucket),
      maxBucket: Math.max(a.maxBucket, b.maxBucket),
      maxDiff: Math.max(a.maxDiff, b.maxDiff),
    };
    return new MonotonicityDetail(
      forced,
      Math.max(this.#lastMs, earlier.#lastMs),
      this.#count + earlier.#count,
    );
  }

  print(): string {
    const { timeMs, minBucket, maxBucket, maxDiff } = this.#forced;
    const buckets = `from buckets ${formatFloatG(minBucket)} to ${formatFloatG(maxBucket)}`;
    const diff = `with a max diff of ${formatDigits(maxDiff, 2)}`;
    const when = `over ${this.#count} samples from ${formatSecond(timeMs)} to ${formatSecond(this.#lastMs)}`;
    return `, ${buckets}, ${diff}, ${when}`;
  }
}

/** RFC 3339 in UTC, whole seconds. */
function formatSecond(timeMs: number): string {
  return `${new Date(Math.trunc(timeMs / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}
