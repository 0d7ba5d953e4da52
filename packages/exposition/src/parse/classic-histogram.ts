// The buckets, count and sum of one classic histogram, collected to become a native histogram with custom buckets.
import {
  CodedError,
  CounterResetHint,
  CUSTOM_BUCKETS_SCHEMA,
  compactHistogram,
  compactIntegerHistogram,
  type FloatHistogram,
  formatFloatG,
  toIntegerHistogram,
} from '@prometheus-ts/model';
import type { ParsedHistogram } from './entry.ts';

function malformed(message: string): CodedError {
  return new CodedError('classic-histogram', message);
}

export class ClassicHistogram {
  /** Upper bounds, rising, and the cumulative counts beside them. */
  readonly #bounds: number[] = [];
  readonly #counts: number[] = [];
  #count: number | undefined;
  #sum = 0;
  #error: CodedError | undefined;

  clear(): void {
    this.#bounds.length = this.#counts.length = 0;
    this.#count = this.#error = undefined;
    this.#sum = 0;
  }

  /** Buckets may come in any order; of two with one bound the first counts. An error stays until `clear`. */
  setBucket(bound: number, count: number): void {
    if (this.#error) return;
    if (Number.isNaN(bound)) this.#error = malformed('bucket boundary must not be NaN');
    else if (count < 0) {
      const details = `le=${formatFloatG(bound)}, count=${formatFloatG(count)}`;
      this.#error = malformed(`bucket count must be non-negative: ${details}`);
    } else this.#insert(bound, count);
  }

  setCount(count: number): void {
    if (this.#error) return;
    if (count < 0) this.#error = malformed(`count must be non-negative: count=${formatFloatG(count)}`);
    else this.#count = count;
  }

  setSum(sum: number): void {
    this.#sum = sum;
  }

  /** Throws CodedError `classic-histogram` where the parts do not make a histogram. */
  convert(): ParsedHistogram {
    if (this.#error) throw this.#error;
    const bounds = this.#bounds;
    const counts = this.#counts;
    const count = this.#count ?? counts.at(-1) ?? 0;
    if (bounds.at(-1) !== Infinity) {
      bounds.push(Infinity);
      counts.push(count);
    }
    const last = counts.at(-1)!;
    if (count !== last) {
      const details = `count=${formatFloatG(count)} != le=+Inf count=${formatFloatG(last)}`;
      throw malformed(`count mismatch: ${details}`);
    }
    const histogram: FloatHistogram = {
      counterReset: CounterResetHint.unknown,
      schema: CUSTOM_BUCKETS_SCHEMA,
      zeroThreshold: 0,
      zeroCount: 0,
      count,
      sum: this.#sum,
      positiveSpans: [{ offset: 0, length: counts.length }],
      negativeSpans: [],
      positiveBuckets: counts.map((each, i) => (i === 0 ? each : each - counts[i - 1]!)),
      negativeBuckets: [],
      customValues: bounds.slice(0, -1),
    };
    if (counts.every(Number.isInteger)) {
      return { kind: 'integer', histogram: compactIntegerHistogram(toIntegerHistogram(histogram), 2) };
    }
    return { kind: 'float', histogram: compactHistogram(histogram, 0) };
  }

  #insert(bound: number, count: number): void {
    const bounds = this.#bounds;
    let at = bounds.length;
    while (at > 0 && bounds[at - 1]! > bound) at--;
    if (at > 0 && bounds[at - 1] === bound) return;
    const before = at > 0 ? this.#counts[at - 1]! : 0;
    const after = at < bounds.length ? this.#counts[at]! : Infinity;
    if (count < before) this.#error = notCumulative(count, '<', before);
    else if (count > after) this.#error = notCumulative(count, '>', after);
    else {
      bounds.splice(at, 0, bound);
      this.#counts.splice(at, 0, count);
    }
  }
}

function notCumulative(count: number, relation: string, other: number): CodedError {
  return malformed(`count is not cumulative: ${formatFloatG(count)} ${relation} ${formatFloatG(other)}`);
}
