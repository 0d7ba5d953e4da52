import { CounterResetHint, type FloatHistogram } from '@prometheus-ts/model';
import { describe, expect, test } from 'vitest';
import { ParseError } from './parse-error.ts';
import { parseSeriesDescription, type SequenceValue } from './series-grammar.ts';

function show(value: SequenceValue): string | number {
  if (value.kind === 'float') return value.value;
  return value.kind === 'histogram' ? `{{${value.histogram.sum}}}` : value.kind;
}

describe('sequences of values', () => {
  test.each<[string, (string | number)[]]>([
    ['x', []],
    ['x 1 -2 +3.5 1e3', [1, -2, 3.5, 1000]],
    ['x Inf -inf NaN', [Infinity, -Infinity, NaN]],
    ['x _ stale', ['omitted', 'stale']],
    ['x _x3 1', ['omitted', 'omitted', 'omitted', 1]],
    ['x 7x2', [7, 7, 7]],
    ['x 1+2x3', [1, 3, 5, 7]],
    ['x -1-0.5x2', [-1, -1.5, -2]],
    ['x 0x0', [0]],
    ['x  1   2 ', [1, 2]],
    ['x {{sum:1}} {{sum:2}}x1', ['{{1}}', '{{2}}', '{{2}}']],
    ['x {{sum:1 count:1}}+{{sum:2 count:1}}x2', ['{{1}}', '{{3}}', '{{5}}']],
    ['x {{sum:5 count:9}}-{{sum:2 count:1}}x1', ['{{5}}', '{{3}}']],
  ])('%s', (text, values) => {
    expect(parseSeriesDescription(text).values.map(show)).toEqual(values);
  });
});

test('the series is written as in a query, with UTF-8 names in quotes', () => {
  const labels = (text: string) => parseSeriesDescription(text).labels.toRecord();
  expect(labels('x{a="b", "ü"=\'c\'} 1')).toEqual({ __name__: 'x', a: 'b', ü: 'c' });
  expect(labels('{"näme",le="1"} 1')).toEqual({ __name__: 'näme', le: '1' });
  expect(labels('{} 1')).toEqual({});
  expect(labels('sum{by="without"} 1')).toEqual({ __name__: 'sum', by: 'without' });
});

test('a histogram has all its parts', () => {
  const text =
    'x {{schema:-1 sum:-0.5 count:12 z_bucket:2 z_bucket_w:0.25 buckets:[1 2.5 Inf] offset:-3 n_buckets:[4] n_offset:1 counter_reset_hint:gauge}}';
  const [value] = parseSeriesDescription(text).values;
  expect(value).toEqual({
    kind: 'histogram',
    hintGiven: true,
    histogram: {
      counterReset: CounterResetHint.gauge,
      schema: -1,
      zeroThreshold: 0.25,
      zeroCount: 2,
      count: 12,
      sum: -0.5,
      positiveSpans: [{ offset: -3, length: 3 }],
      negativeSpans: [{ offset: 1, length: 1 }],
      positiveBuckets: [1, 2.5, Infinity],
      negativeBuckets: [4],
    } satisfies FloatHistogram,
  });
  const [custom] = parseSeriesDescription('x {{schema:-53 custom_values:[5 10] buckets:[1 2]}}').values;
  expect(custom).toMatchObject({ hintGiven: false, histogram: { schema: -53, customValues: [5, 10] } });
});

describe('what is no series description', () => {
  test.each([
    ['x{', '1:3: parse error: unexpected end of input inside braces'],
    ['x{a}', '1:4: parse error: unexpected "}" in label set, expected "="'],
    ['x{a=b}', '1:5: parse error: unexpected identifier "b" in label set, expected string'],
    ['x{a="b"}1', '1:9: parse error: unexpected number "1" in series values'],
    ['x foo', '1:3: parse error: unexpected identifier "foo" in series values, expected number or "stale"'],
    ['x 1 x', '1:5: parse error: unexpected "x"'],
    ['x 1+2', '1:6: parse error: unexpected end of input in series values'],
    ['x 1x-3', '1:5: parse error: unexpected <op:-> in series values'],
    [
      'x 1x1.5',
      '1:5: parse error: invalid repetition in series values: strconv.ParseUint: parsing "1.5": invalid syntax',
    ],
    ['x 1x99999999999', '1:5: parse error: more than 5000000 values in one series'],
    ['x 0x1F', '1:5: parse error: bad number syntax: "1"'],
    ['x {{foo:1}}', '1:5: parse error: bad histogram descriptor found: "foo"'],
    ['x {{sum}}', '1:5: parse error: missing `:` for histogram descriptor'],
    ['x {{sum:1 sum:2}}', '1:1: parse error: duplicate key "sum" in histogram'],
    ['x {{buckets:[]}}', '1:14: parse error: unexpected "]" in series values'],
    [
      'x {{sum:1 1}}',
      '1:11: parse error: unexpected number "1" in histogram description, expected histogram description key, e.g. buckets:[5 10 7]',
    ],
    ['x {{sum:1', "1:10: parse error: histogram description incomplete unexpected: '�'"],
    [
      'x {{schema:1}}+{{schema:0}}x1',
      '1:29: parse error: error combining histograms: cannot merge from schema 0 to 1',
    ],
  ])('%s', (text, message) => {
    expect(() => parseSeriesDescription(text)).toThrow(new RegExp(`^${RegExp.escape(message)}$`));
    expect(() => parseSeriesDescription(text)).toThrow(ParseError);
  });
});
