// What OpenMetrics 1.0 asks of the samples of one metric together: the order of buckets, that they agree with
// count and sum, and that time does not go back.
import type { MetricType } from '@prometheus-ts/model';
import { bucketBound, type CheckedSample } from './sample-rules.ts';

/** One metric: all samples of a family whose labels are the same but for `le`, `quantile` or the state. */
export class SampleGroup {
  readonly key: string;
  readonly #type: MetricType;
  #bound = -Infinity;
  #bucketCount = 0;
  #hasBuckets = false;
  #hasNegativeBound = false;
  #count: number | undefined;
  #sum: number | undefined;
  /** The last sample of the series that is being read, and its time. */
  #series = '';
  #timestampMs: number | undefined;

  constructor(key: string, type: MetricType) {
    this.key = key;
    this.#type = type;
  }

  /** Takes the next sample; answers what is wrong with it, '' where nothing is. */
  add(sample: CheckedSample, timestampMs: number | undefined): string {
    return this.#checkTime(sample, timestampMs) || this.#checkHistogram(sample);
  }

  /** What is wrong with the group as a whole. */
  finish(): string {
    const isHistogram = this.#type === 'histogram';
    if (!isHistogram && this.#type !== 'gaugehistogram') return '';
    if (!this.#hasBuckets || this.#bound !== Infinity) return 'a histogram needs a bucket with le="+Inf"';
    if (this.#count !== undefined && this.#count !== this.#bucketCount) {
      return `the count is ${this.#count}, the bucket +Inf has ${this.#bucketCount}`;
    }
    if (isHistogram && this.#hasNegativeBound && this.#sum !== undefined) {
      return 'a histogram with negative bounds has no sum, since that could go down';
    }
    const needsSum = !(isHistogram && this.#hasNegativeBound);
    if ((this.#sum === undefined) !== (this.#count === undefined) && needsSum) {
      return 'count and sum of a histogram come together';
    }
    if (this.#sum !== undefined && !(this.#sum >= 0) && !this.#hasNegativeBound) {
      return `no observation was negative, but the sum is ${this.#sum}`;
    }
    return '';
  }

  #checkTime({ suffix, labels }: CheckedSample, timestampMs: number | undefined): string {
    const series = `${suffix}\xff${labels.key}`;
    const isSame = this.#series === series;
    const before = this.#timestampMs;
    this.#series = series;
    this.#timestampMs = timestampMs;
    if (!isSame) return '';
    if (before === undefined && timestampMs === undefined) return 'the sample stands twice';
    if (before === undefined || timestampMs === undefined)
      return 'either all points of a series have a time or none';
    return timestampMs < before ? 'time goes back' : '';
  }

  #checkHistogram({ suffix, labels, value }: CheckedSample): string {
    switch (suffix) {
      case '_count':
      case '_gcount':
        if (!this.#hasBuckets && this.#type !== 'summary') return 'the buckets come before the count';
        this.#count = value;
        return '';
      case '_sum':
      case '_gsum':
        this.#sum = value;
        return '';
      case '_bucket':
        break;
      default:
        return '';
    }
    const bound = bucketBound(labels)!;
    if (this.#hasBuckets && bound <= this.#bound) return 'the bounds of buckets rise';
    if (value < this.#bucketCount) return 'buckets are cumulative: each holds all before it';
    this.#hasBuckets = true;
    this.#hasNegativeBound ||= bound < 0;
    this.#bound = bound;
    this.#bucketCount = value;
    return '';
  }
}
