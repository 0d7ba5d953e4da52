import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from './duration.ts';

test.each([
  ['0', 0, '0s'],
  ['0s', 0, '0s'],
  ['324ms', 324, '324ms'],
  ['3s', 3_000, '3s'],
  ['5m', 300_000, '5m'],
  ['1h', 3_600_000, '1h'],
  ['4d', 345_600_000, '4d'],
  ['4d1h', 349_200_000, '4d1h'],
  ['14d', 1_209_600_000, '2w'],
  ['90d', 7_776_000_000, '90d'],
  ['3w2d1h', 1_990_800_000, '23d1h'],
  ['10y', 315_360_000_000, '10y'],
  ['1h30m', 5_400_000, '1h30m'],
])('%s is %d ms and prints as %s', (text, milliseconds, printed) => {
  expect(parseDuration(text)).toBe(milliseconds);
  expect(formatDuration(milliseconds)).toBe(printed);
});

test.each([
  ['', 'empty duration string'],
  ['1', 'not a valid duration string: "1"'],
  ['-1w', 'not a valid duration string: "-1w"'],
  ['1.5d', 'unknown unit "." in duration "1.5d"'],
  ['1m1d', 'not a valid duration string: "1m1d"'],
  ['1m1m', 'not a valid duration string: "1m1m"'],
  ['d', 'not a valid duration string: "d"'],
  ['5min', 'unknown unit "min" in duration "5min"'],
  ['294y', 'duration out of range'],
  ['9999999999999999999y', 'duration out of range'],
  ['99999999999999999999y', 'not a valid duration string: "99999999999999999999y"'],
])('%j is refused: %s', (text, message) => {
  expect(() => parseDuration(text)).toThrow(message);
});

test('what is printed parses back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9_000_000_000_000 }), (milliseconds) => {
      expect(parseDuration(formatDuration(milliseconds))).toBe(milliseconds);
    }),
  );
});
