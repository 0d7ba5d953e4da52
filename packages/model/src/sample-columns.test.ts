import { expect, test } from 'vitest';
import { SampleColumns, STALE_HIGH, STALE_LOW } from './sample-columns.ts';

test('growing keeps the rows and their words', () => {
  const columns = new SampleColumns(2);
  columns.times[0] = 10;
  columns.words[0] = STALE_LOW;
  columns.words[1] = STALE_HIGH;
  columns.times[1] = 20;
  columns.values[1] = 1.5;
  columns.startTimes = new Float64Array([1, 2]);
  columns.length = 2;
  columns.reserve(3);
  expect(columns.times.length).toBeGreaterThanOrEqual(3);
  expect([columns.times[1], columns.values[1], columns.startTimes[1]]).toEqual([20, 1.5, 2]);
  expect(columns.isStale(0)).toBe(true);
  expect(columns.isStale(1)).toBe(false);
});

test('an ordinary NaN is no staleness marker', () => {
  const columns = new SampleColumns(1);
  columns.values[0] = Number.NaN;
  expect(columns.isStale(0)).toBe(false);
});

test('clearing forgets histograms and start times', () => {
  const columns = new SampleColumns(1);
  columns.histograms = [];
  columns.startTimes = new Float64Array(1);
  columns.length = 1;
  columns.clear();
  expect([columns.length, columns.histograms, columns.startTimes]).toEqual([0, undefined, undefined]);
});
