import { expect, test } from 'vitest';
import { toSimpleLowerCase, toSimpleUpperCase } from './simple-case.ts';

test.each([
  ['plain ASCII 123', 'PLAIN ASCII 123', 'plain ascii 123'],
  ['straße', 'STRAßE', 'straße'],
  ['ΟΔΟΣ', 'ΟΔΟΣ', 'οδοσ'],
  ['ᾳ', 'ᾼ', 'ᾳ'],
  ['İı', 'İI', 'iı'],
  ['ŉ', 'ŉ', 'ŉ'],
  ['𐐨', '𐐀', '𐐨'],
])('%s', (text, upper, lower) => {
  expect(toSimpleUpperCase(text)).toBe(upper);
  expect(toSimpleLowerCase(text)).toBe(lower);
});
