// Sorted, disjoint intervals of deleted time, both ends inclusive, in milliseconds.
import type { SampleColumns } from '@prometheus-ts/model';

export interface Interval {
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
}

/** Adds an interval and joins what touches. */
export function addInterval(intervals: readonly Interval[], added: Interval): Interval[] {
  let { minTimeMs, maxTimeMs } = added;
  const before: Interval[] = [];
  const after: Interval[] = [];
  for (const interval of intervals) {
    if (interval.maxTimeMs + 1 < minTimeMs) before.push(interval);
    else if (interval.minTimeMs - 1 > maxTimeMs) after.push(interval);
    else {
      minTimeMs = Math.min(minTimeMs, interval.minTimeMs);
      maxTimeMs = Math.max(maxTimeMs, interval.maxTimeMs);
    }
  }
  return [...before, { minTimeMs, maxTimeMs }, ...after];
}

/** Whether a time lies in one of the intervals. */
export function isDeleted(intervals: readonly Interval[], timeMs: number): boolean {
  for (const { minTimeMs, maxTimeMs } of intervals)
    if (timeMs >= minTimeMs && timeMs <= maxTimeMs) return true;
  return false;
}

/** Whether one interval holds all of [minTimeMs, maxTimeMs]. */
export function isAllDeleted(intervals: readonly Interval[], minTimeMs: number, maxTimeMs: number): boolean {
  for (const interval of intervals) {
    if (interval.minTimeMs <= minTimeMs && interval.maxTimeMs >= maxTimeMs) return true;
  }
  return false;
}

/** Removes the rows from `first` on whose time is deleted. */
export function dropDeleted(deleted: readonly Interval[], first: number, columns: SampleColumns): void {
  const { times, words, histograms } = columns;
  let kept = first;
  for (let i = first; i < columns.length; i++) {
    if (isDeleted(deleted, times[i])) continue;
    times[kept] = times[i];
    words[2 * kept] = words[2 * i];
    words[2 * kept + 1] = words[2 * i + 1];
    if (histograms) histograms[kept] = histograms[i];
    kept++;
  }
  columns.length = kept;
}
