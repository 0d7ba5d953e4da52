import { describe, expect, test } from 'vitest';
import { FamilyTextError } from './line-cursor.ts';
import { readFamilies } from './read-families.ts';

const read = (text: string, utf8Names = false) => readFamilies(Buffer.from(text), { utf8Names });

describe('reading families', () => {
  test('puts the lines of summaries and histograms together', () => {
    const families = read(
      [
        '# HELP rpc_seconds Time of calls.',
        '# TYPE rpc_seconds histogram',
        'rpc_seconds_bucket{m="a",le="0.5"} 1',
        'rpc_seconds_bucket{le="+Inf",m="a"} 3',
        'rpc_seconds_sum{m="a"} 4.5',
        'rpc_seconds_count{m="a"} 3',
        '# TYPE size summary',
        'size{quantile="0.5"} 7',
        'size_sum 70',
        'size_count 10',
        'plain{x="y"} NaN 1234',
        '',
      ].join('\n'),
    );
    expect([...families.keys()]).toEqual(['rpc_seconds', 'size', 'plain']);
    expect(families.get('rpc_seconds')).toEqual({
      name: 'rpc_seconds',
      help: 'Time of calls.',
      type: 'histogram',
      metrics: [
        {
          labels: ['m', 'a'],
          count: 3,
          sum: 4.5,
          buckets: [
            { upperBound: 0.5, cumulativeCount: 1 },
            { upperBound: Infinity, cumulativeCount: 3 },
          ],
        },
      ],
    });
    expect(families.get('size')!.metrics).toEqual([
      { labels: [], count: 10, sum: 70, quantiles: [{ quantile: 0.5, value: 7 }] },
    ]);
    expect(families.get('plain')).toEqual({
      name: 'plain',
      type: 'untyped',
      metrics: [{ labels: ['x', 'y'], value: NaN, timestampMs: 1234 }],
    });
  });

  test.each([
    ['blank lines, comments and blanks before a name', '\n \t\n# anything goes\n  a 1\n', ['a']],
    ['a family without samples is left out', '# TYPE a counter\nb 1\n', ['b']],
    ['labels with blanks, escapes and a trailing comma', 'a { x = "1\\"\\\\\\n" , } 1\n', ['a']],
    ['types in any case', '# TYPE a CouNter\na 1\n', ['a']],
    ['a name in braces', '{"a",x="1"} 1\n', ['a']],
  ])('accepts %s', (_, text, names) => {
    expect([...read(text).keys()]).toEqual(names);
  });

  test('accepts quoted names outside the legacy alphabet only when asked to', () => {
    expect([...read('{"my.metric","a b"="1"} 1\n', true).keys()]).toEqual(['my.metric']);
    expect(() => read('{"my.metric"} 1\n')).toThrow('invalid metric name "my.metric"');
  });

  // The texts are upstream's (prometheus/common, expfmt).
  test.each([
    ['a 1', 1, 'unexpected end of input stream'],
    ['a', 1, 'unexpected end of input stream'],
    ['# comment', 1, 'unexpected end of input stream'],
    ['\n\na b\n', 3, 'expected float as value, got "b"'],
    ['a 1 \n', 1, 'expected integer as timestamp, got ""'],
    ['a 1 2 3\n', 1, 'spurious string after timestamp: " 3"'],
    ['a{x="1",x="2"} 1\n', 1, 'duplicate label names for metric "a"'],
    ['a{__name__="b"} 1\n', 1, 'label name "__name__" is reserved'],
    ['a{x=1} 1\n', 1, `expected '"' at start of label value, found '1'`],
    ['a{x"1"} 1\n', 1, `expected '=' after label name, found '}'`],
    ['a{x="1" y="2"} 1\n', 1, 'unexpected end of label value "1"'],
    ['a{="1"} 1\n', 1, 'invalid label name for metric "a"'],
    ['a{x="\\q"} 1\n', 1, "invalid escape sequence '\\q'"],
    ['a{x="1\n"} 1\n', 1, 'label value "1" contains unescaped new-line'],
    ['1a 1\n', 1, 'invalid metric name'],
    ['{x="1"} 1\n', 1, 'invalid metric name'],
    ['# TYPE a bla\n', 1, 'unknown metric type "bla"'],
    [
      '# TYPE a counter\n# TYPE a counter\n',
      2,
      'second TYPE line for metric name "a", or TYPE reported after samples',
    ],
    ['# HELP a x\n# HELP a y\n', 2, 'second HELP line for metric name "a"'],
    ['a 1\n# TYPE a counter\n', 2, 'second TYPE line for metric name "a", or TYPE reported after samples'],
    ['# TYPE a histogram\na_bucket{le="x"} 1\n', 2, `expected float as value for 'le' label, got "x"`],
    ['# TYPE a histogram\na_count -1\n', 2, 'negative count for histogram "a"'],
  ])('refuses %j in line %i: %s', (text, line, message) => {
    const error = (() => {
      try {
        read(text);
      } catch (caught) {
        return caught;
      }
      return undefined;
    })();
    expect(error).toBeInstanceOf(FamilyTextError);
    expect((error as FamilyTextError).message).toBe(`text format parsing error in line ${line}: ${message}`);
    expect((error as FamilyTextError).place.line).toBe(line);
  });

  test('refuses label values that are no UTF-8', () => {
    const body = Buffer.concat([Buffer.from('a{x="'), Buffer.of(0xff), Buffer.from('"} 1\n')]);
    expect(() => readFamilies(body, { utf8Names: false })).toThrow('invalid label value');
  });
});
