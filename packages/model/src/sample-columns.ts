// Samples travel as columns. The value column is readable as floats and as raw words over the same memory,
// because V8 may change a NaN's payload when it moves one as a number, and staleness is such a payload.
import type { FloatHistogram } from './float-histogram.ts';

/** The high and low word of the NaN that marks a series stale (0x7ff0000000000002). */
export const STALE_HIGH = 0x7ff00000;
export const STALE_LOW = 2;

/**
 * A growable run of samples of one series, owned by the caller and reused from series to series.
 * Rows `0 … length-1` are valid; times rise strictly. Little-endian machines only (all that Node runs on here).
 */
export class SampleColumns {
  /** Milliseconds since the epoch. */
  times: Float64Array;
  values: Float64Array;
  /** The memory of `values`: row i has its low word at 2i and its high word at 2i+1. */
  words: Uint32Array;
  length = 0;
  /** Undefined while every row is a float; otherwise row i holds the histogram of a histogram sample. */
  histograms: (FloatHistogram | undefined)[] | undefined;
  /** Undefined where no start timestamps are stored; otherwise milliseconds, 0 for unknown. */
  startTimes: Float64Array | undefined;

  constructor(capacity = 256) {
    this.times = new Float64Array(capacity);
    this.values = new Float64Array(capacity);
    this.words = new Uint32Array(this.values.buffer);
  }

  clear(): void {
    this.length = 0;
    this.histograms = undefined;
    this.startTimes = undefined;
  }

  /** Makes room for at least `capacity` rows and keeps the rows there are. */
  reserve(capacity: number): void {
    if (capacity <= this.times.length) return;
    const grown = Math.max(capacity, this.times.length * 2);
    const { times, words, startTimes } = this;
    this.times = new Float64Array(grown);
    this.times.set(times);
    this.values = new Float64Array(grown);
    this.words = new Uint32Array(this.values.buffer);
    this.words.set(words);
    if (startTimes) {
      this.startTimes = new Float64Array(grown);
      this.startTimes.set(startTimes);
    }
  }

  /** Whether row i is a staleness marker. Histogram rows carry theirs as the marker in `values` too. */
  isStale(i: number): boolean {
    return this.words[2 * i + 1] === STALE_HIGH && this.words[2 * i] === STALE_LOW;
  }
}
