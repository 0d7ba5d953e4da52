import { expect, test } from 'vitest';
import { formatGoDuration, parseGoDuration } from './go-duration.ts';

test.each([
  [0, '0s'],
  [0.000001, '1ns'],
  [0.0015, '1.5µs'],
  [2, '2ms'],
  [1500, '1.5s'],
  [60_000, '1m0s'],
  [3_600_250, '1h0m0.25s'],
  [-90_000, '-1m30s'],
  [360_000_000, '100h0m0s'],
])('%d ms is Go duration %s', (milliseconds, text) => {
  expect(formatGoDuration(milliseconds)).toBe(text);
});

test.each([
  ['0', 0],
  ['1.5s', 1500],
  ['2h45m', 9_900_000],
  ['-2ms', -2],
  ['1us', 0.001],
  ['.5m', 30_000],
])('%s is %d ms', (text, milliseconds) => {
  expect(parseGoDuration(text)).toBeCloseTo(milliseconds, 9);
});

test.each([
  ['', 'time: invalid duration ""'],
  ['x', 'time: invalid duration "x"'],
  ['5', 'time: missing unit in duration "5"'],
  ['5d', 'time: unknown unit "d" in duration "5d"'],
])('%j is refused', (text, message) => {
  expect(() => parseGoDuration(text)).toThrow(message);
});
