// How samples enter storage. One appender is one transaction: a scrape, a rule evaluation, a remote write.
import type { LabelSet } from './label-set.ts';

/** A storage-wide series number; 0 means unknown. Stays valid until the series is garbage collected. */
export type SeriesRef = number;

/** What became of one sample. Anything but `appended` leaves the series untouched. */
export const AppendOutcome = {
  appended: 0,
  /** Older than the newest sample of the series, and out-of-order ingestion is off. */
  outOfOrder: 1,
  /** Same time as the newest sample, another value. (Same time and same value counts as appended.) */
  duplicate: 2,
  /** Older than the head accepts. */
  outOfBounds: 3,
  /** Out-of-order and outside the out-of-order window. */
  tooOld: 4,
  /** The reference is 0, was never given out, or its series is gone: ask `series` again. */
  unknownSeries: 5,
} as const;
export type AppendOutcome = (typeof AppendOutcome)[keyof typeof AppendOutcome];

export interface Appender {
  /** The number of the series with these labels, created when new. Labels are valid and not empty. */
  series(labels: LabelSet): SeriesRef;
  /**
   * Appends one float as its two words, so that NaN payloads survive. Does not allocate.
   * @param timeMs integer milliseconds
   */
  append(ref: SeriesRef, timeMs: number, valueLow: number, valueHigh: number): AppendOutcome;
  /** Makes everything appended visible to readers at once, after it is written to the log. */
  commit(): void;
  /** Forgets everything appended since the last commit. */
  rollback(): void;
}

export interface Appendable {
  /**
   * @param lane who writes: a scrape target or rule group has a lane of its own for its life, and its
   * transactions become visible one after the other. See `openLane`.
   */
  appender(lane: number): Appender;
  openLane(): number;
  closeLane(lane: number): void;
}
