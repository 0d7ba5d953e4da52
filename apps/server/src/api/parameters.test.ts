import { describe, expect, test } from 'vitest';
import { Form } from './form.ts';
import {
  limitParameter,
  MAX_TIME_MS,
  MIN_TIME_MS,
  matcherSets,
  optionalTime,
  parseSpan,
  parseTime,
} from './parameters.ts';

const form = (values: Record<string, string | string[]>) =>
  new Form(new Map(Object.entries(values).map(([name, value]) => [name, [value].flat()])), undefined);

describe('times', () => {
  test.each([
    ['0', 0],
    ['123.5', 123_500],
    ['1543578564.705', 1_543_578_564_705],
    ['-1.001', -1001],
    ['1e3', 1_000_000],
    ['2015-06-03T13:21:58.555Z', 1_433_337_718_555],
    ['2015-06-03T14:21:58.555+01:00', 1_433_337_718_555],
    ['2015-06-03T13:21:58Z', 1_433_337_718_000],
    ['-292273086-05-16T16:47:06Z', MIN_TIME_MS],
    ['292277025-08-18T07:12:54.999999999Z', MAX_TIME_MS],
  ])('%s is %d ms', (text, ms) => {
    expect(parseTime(text)).toBe(ms);
  });

  test.each(['', 'foo', '30s', '2015-02-30T00:00:00Z', '2015-06-03', 'NaN'])('%j is no time', (text) => {
    expect(() => parseTime(text)).toThrow(`cannot parse ${JSON.stringify(text)} to a valid timestamp`);
  });

  test('an absent time is the default; a bad one names the parameter twice', () => {
    expect(optionalTime(form({}), 'start', 7)).toBe(7);
    expect(() => optionalTime(form({ start: 'x' }), 'start', 7)).toThrow(
      `invalid parameter "start": invalid time value for 'start': cannot parse "x" to a valid timestamp`,
    );
  });
});

describe('spans', () => {
  test.each([
    ['15', 15_000],
    ['0.5', 500],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['-1', -1000],
  ])('%s is %d ms', (text, ms) => {
    expect(parseSpan(text)).toBe(ms);
  });

  test.each([
    ['', 'cannot parse "" to a valid duration'],
    ['1x', 'cannot parse "1x" to a valid duration'],
    ['1e300', 'cannot parse "1e300" to a valid duration. It overflows int64'],
  ])('%j fails', (text, message) => {
    expect(() => parseSpan(text)).toThrow(message);
  });
});

describe('limits', () => {
  test('absent, zero and positive ones are taken', () => {
    expect(limitParameter(form({}))).toBe(0);
    expect(limitParameter(form({ limit: '0' }))).toBe(0);
    expect(limitParameter(form({ limit: '12' }))).toBe(12);
  });

  test.each([
    ['-1', 'invalid parameter "limit": limit must be non-negative'],
    ['x', 'invalid parameter "limit": strconv.Atoi: parsing "x": invalid syntax'],
    ['1.5', 'invalid parameter "limit": strconv.Atoi: parsing "1.5": invalid syntax'],
  ])('%s fails', (limit, message) => {
    expect(() => limitParameter(form({ limit }))).toThrow(message);
  });
});

describe('selectors', () => {
  test('each match[] is a set of matchers', () => {
    const sets = matcherSets(form({ 'match[]': ['up', '{job=~"a.*"}'] }));
    expect(sets.map((set) => set.map(({ name, type, value }) => `${name}${type}${value}`))).toEqual([
      ['__name__=up'],
      ['job=~a.*'],
    ]);
  });

  test('a set that any series satisfies is refused', () => {
    expect(() => matcherSets(form({ 'match[]': ['{a=~".*"}'] }))).toThrow(
      'match[] must contain at least one non-empty matcher',
    );
  });
});
