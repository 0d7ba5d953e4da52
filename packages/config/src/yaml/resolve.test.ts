import { expect, test } from 'vitest';
import { resolvePlain } from './resolve.ts';

// The expectations are what go-yaml v2.4.4 answered for the same texts.
test.each([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON', 'true', 'True', 'TRUE'].map((word) => [word, true]),
  ...['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF', 'false', 'False', 'FALSE'].map((word) => [
    word,
    false,
  ]),
] as [string, boolean][])('%s is the boolean %s', (text, value) => {
  expect(resolvePlain(text)).toEqual({ tag: '!!bool', value });
});

test.each(['', '~', 'null', 'Null', 'NULL'])('%j is null', (text) => {
  expect(resolvePlain(text)).toEqual({ tag: '!!null' });
});

test.each([
  ['1', 1],
  ['+1', 1],
  ['-1', -1],
  ['0123', 83],
  ['0o17', 15],
  ['0x1f', 31],
  ['0b101', 5],
  ['-0b11', -3],
  ['1_000', 1000],
  ['1__0', 10],
  ['9223372036854775808', 2 ** 63],
])('%s is the integer %d', (text, value) => {
  expect(resolvePlain(text)).toMatchObject({ tag: '!!int', value });
});

test.each([
  ['1.10', 1.1],
  ['1.', 1],
  ['.5', 0.5],
  ['1e3', 1000],
  ['08', 8],
  ['123456789012345678901234567890', 1.2345678901234568e29],
  ['.inf', Number.POSITIVE_INFINITY],
  ['-.INF', Number.NEGATIVE_INFINITY],
  ['.NaN', Number.NaN],
])('%s is the float %d', (text, value) => {
  expect(resolvePlain(text)).toEqual({ tag: '!!float', value });
});

test.each(['2001-01-01', '2001-1-1', '2001-01-01T00:00:00Z', '2001-01-01 10:00:00'])(
  '%s is a date',
  (text) => {
    expect(resolvePlain(text)).toEqual({ tag: '!!timestamp' });
  },
);

test.each([
  'a',
  'tRUE',
  'yEs',
  'nULL',
  '0x',
  '0o8',
  '1e',
  '1e400',
  '-',
  '.',
  '12:30',
  '2001-13-01',
  '2001-02-30',
  '<<',
  '+.nan',
])('%s is a text', (text) => {
  expect(resolvePlain(text)).toEqual({ tag: '!!str' });
});
