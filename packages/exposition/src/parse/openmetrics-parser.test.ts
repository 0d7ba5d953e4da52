import { readFileSync } from 'node:fs';
import { CodedError } from '@prometheus-ts/model';
import { corpusPath, describeCorpus } from '@prometheus-ts/testkit';
import { describe, expect, test } from 'vitest';
import { EntryKind, type ParserOptions } from './entry.ts';
import { KnownLines } from './known-lines.ts';
import { TextParser } from './text-parser.ts';

function openMetrics(options: ParserOptions = {}): TextParser {
  return new TextParser(new KnownLines(), { ...options, format: 'openmetrics' });
}

function parseAll(body: string | Uint8Array, parser = openMetrics()) {
  const bytes = Buffer.from(body);
  parser.start(bytes, bytes.length);
  const entries: Record<string, unknown>[] = [];
  for (;;) {
    const kind = parser.next();
    if (kind === EntryKind.end) return entries;
    if (kind === EntryKind.series) {
      const value = new Float64Array(Int32Array.of(parser.valueLow, parser.valueHigh).buffer)[0]!;
      entries.push({
        series: Buffer.from(parser.seriesBytes()).toString(),
        labels: parser.labels().toRecord(),
        value,
        ...(parser.hasTimestamp ? { timeMs: parser.timestampMs } : {}),
        ...(parser.hasExemplars
          ? { exemplars: parser.exemplars().map((each) => ({ ...each, labels: each.labels.toRecord() })) }
          : {}),
      });
      if (parser.known < 0) parser.remember(entries.length);
    } else if (kind === EntryKind.type) entries.push({ type: parser.metricType(), of: parser.familyName() });
    else entries.push({ kind, text: parser.text(), of: parser.familyName() });
  }
}

function failure(body: string | Uint8Array): CodedError {
  try {
    parseAll(body);
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
  throw new Error('the body parsed');
}

test('metadata, samples, timestamps in seconds and exemplars, cold and warm alike', () => {
  const body = [
    '# HELP a Some \\"text\\"\\n.',
    '# TYPE a counter',
    '# UNIT a ',
    'a_total{x="y"} 17.0 1520879607.789 # {id="c",trace="a b"} 0.5 1520879607.5',
    'a_total 3',
    '# TYPE h histogram',
    'h_bucket{le="1"} 2 # {} 4',
    '{"h.x",le="+Inf"} NaN -1.5',
    '# EOF\n',
  ].join('\n');
  const parser = openMetrics();
  const entries = parseAll(body, parser);
  expect(entries).toEqual([
    { kind: EntryKind.help, text: 'Some "text"\n.', of: 'a' },
    { type: 'counter', of: 'a' },
    { kind: EntryKind.unit, text: '', of: 'a' },
    {
      series: 'a_total{x="y"}',
      labels: { __name__: 'a_total', x: 'y' },
      value: 17,
      timeMs: 1520879607789,
      exemplars: [{ labels: { id: 'c', trace: 'a b' }, value: 0.5, timestampMs: 1520879607500 }],
    },
    { series: 'a_total', labels: { __name__: 'a_total' }, value: 3 },
    { type: 'histogram', of: 'h' },
    {
      series: 'h_bucket{le="1"}',
      labels: { __name__: 'h_bucket', le: '1.0' },
      value: 2,
      exemplars: [{ labels: {}, value: 4 }],
    },
    { series: '{"h.x",le="+Inf"}', labels: { __name__: 'h.x', le: '+Inf' }, value: NaN, timeMs: -1500 },
  ]);
  expect(parseAll(body, parser)).toEqual(entries);
  expect(parseAll(body, parser)).toEqual(entries);
});

test('a time beyond all int64 becomes the least one', () => {
  const entries = parseAll('a 1 1e16\nb 1 -1e16\nc 1 9e15\n# EOF\n');
  expect(entries.map((entry) => entry['timeMs'])).toEqual([-(2 ** 63), -(2 ** 63), 9e18]);
});

test('type and unit become labels when asked for', () => {
  const body = '# TYPE a_seconds gauge\n# UNIT a_seconds seconds\na_seconds 1\na_seconds{b="c"} 1\n# EOF\n';
  const parser = openMetrics({ typeAndUnitLabels: true });
  for (let round = 0; round < 2; round++) {
    expect(parseAll(body, parser)[2]!['labels']).toEqual({
      __name__: 'a_seconds',
      __type__: 'gauge',
      __unit__: 'seconds',
    });
  }
});

describe('start times', () => {
  const body = [
    '# TYPE c counter',
    'c_total{a="1"} 1',
    'c_created{a="1"} 1.5',
    'c_total{a="2"} 1',
    '# TYPE h histogram',
    'h_bucket{a="1",le="1"} 1',
    'h_bucket{a="1",le="+Inf"} 1',
    'h_sum{a="1"} 1',
    'h_created{a="1"} 20',
    '# TYPE g gauge',
    'g_created 5',
    '# EOF\n',
  ].join('\n');

  test('come from _created lines, which are then no samples', () => {
    const parser = openMetrics({ skipCreatedSeries: true });
    for (let round = 0; round < 2; round++) {
      parser.start(Buffer.from(body), body.length);
      const starts: [string, number][] = [];
      for (let kind = parser.next(); kind !== EntryKind.end; kind = parser.next()) {
        if (kind !== EntryKind.series) continue;
        if (parser.known < 0) parser.remember(starts.length);
        starts.push([Buffer.from(parser.seriesBytes()).toString(), parser.startTimestampMs()]);
      }
      expect(starts).toEqual([
        ['c_total{a="1"}', 1500],
        ['c_total{a="2"}', 0],
        ['h_bucket{a="1",le="1"}', 20000],
        ['h_bucket{a="1",le="+Inf"}', 20000],
        ['h_sum{a="1"}', 20000],
        ['g_created', 0],
      ]);
    }
  });

  test('are samples like any other unless asked for', () => {
    const series = parseAll(body).filter((entry) => 'series' in entry);
    expect(series).toHaveLength(8);
  });
});

describe('errors', () => {
  const noEnd = 'data does not end with # EOF';
  test.each([
    ['', noEnd],
    ['\n', 'expected a valid start token, got "\\n" ("INVALID") while parsing: "\\n"'],
    ['metric', 'expected value after metric, got "metric" ("EOF") while parsing: "metric"'],
    ['metric 1', noEnd],
    ['metric 1\n', noEnd],
    ['a_total 1 # {aa="bb"} 4', noEnd],
    ['a\n#EOF\n', 'expected value after metric, got "\\n" ("INVALID") while parsing: "a\\n"'],
    [' a 1\n', 'expected a valid start token, got " " ("INVALID") while parsing: " "'],
    ['# TYPE u untyped\n', 'invalid metric type "untyped"'],
    ['# TYPE c counter \n', 'invalid metric type "counter "'],
    ['#  TYPE c counter\n', 'expected a valid start token, got "#  " ("INVALID") while parsing: "#  "'],
    ['# TYPE \n', 'expected metric name after TYPE, got "\\n" ("INVALID") while parsing: "# TYPE \\n"'],
    ['# TYPE m\n', 'expected text in TYPE'],
    ['# UNIT metric suffix\n', 'unit "suffix" not a suffix of metric "metric"'],
    ['# UNIT metricsuffix suffix\n', 'unit "suffix" not a suffix of metric "metricsuffix"'],
    ['# UNIT m suffix\n', 'unit "suffix" not a suffix of metric "m"'],
    ['a\t1\n', 'expected value after metric, got "\\t" ("INVALID") while parsing: "a\\t"'],
    ['a 1\t2\n', 'strconv.ParseFloat: parsing "1\\t2": invalid syntax while parsing: "a 1\\t2"'],
    ['a 1 2 \n', 'expected next entry after timestamp, got " \\n" ("INVALID") while parsing: "a 1 2 \\n"'],
    [
      'a 1 2 #\n',
      'expected next entry after timestamp, got " #\\n" ("TIMESTAMP") while parsing: "a 1 2 #\\n"',
    ],
    ['a 1 1z\n', 'strconv.ParseFloat: parsing "1z": invalid syntax while parsing: "a 1 1z"'],
    ['# EOF\na 1', 'unexpected data after # EOF'],
    ['# EOF\n\n', 'unexpected data after # EOF'],
    ['# EOFa 1', 'unexpected data after # EOF'],
    [
      'a 1 1 1\n# EOF\n',
      'expected next entry after timestamp, got " 1\\n" ("TIMESTAMP") while parsing: "a 1 1 1\\n"',
    ],
    ['a{,b="c"} 1\n', 'expected label name, got ",b" ("COMMA") while parsing: "a{,b"'],
    ['a{b="c"d="e"} 1\n', 'expected comma or brace close, got "d=" ("LNAME") while parsing: "a{b=\\"c\\"d="'],
    ['a{b="c",,d="e"} 1\n', 'expected label name, got ",d" ("COMMA") while parsing: "a{b=\\"c\\",,d"'],
    ['foo 0 1_2\n', 'unsupported character in float while parsing: "foo 0 1_2"'],
    ['x 1 # {aa=bb}\n', 'expected label value, got "b" ("INVALID") while parsing: "x 1 # {aa=b"'],
    [
      'x 1 # {aa="bb"}\n',
      'expected value after exemplar labels, got "\\n" ("INVALID") while parsing: "x 1 # {aa=\\"bb\\"}\\n"',
    ],
    ['x 1 # {bb}', 'expected equal, got "}" ("BCLOSE") while parsing: "x 1 # {bb}"'],
    ['x 1 # {"a"}', 'expected label name, got "}" ("BCLOSE") while parsing: "x 1 # {\\"a\\"}"'],
    [
      'x 1 # {aa="bb"} true',
      'strconv.ParseFloat: parsing "true": invalid syntax while parsing: "x 1 # {aa=\\"bb\\"} true"',
    ],
    [
      'x 1 # {aa="b"} 1 2 3\n',
      'expected next entry after exemplar timestamp, got " 3\\n" ("TIMESTAMP") while parsing: "x 1 # {aa=\\"b\\"} 1 2 3\\n"',
    ],
    ['{b="c",} 1', 'metric name not set while parsing: "{b=\\"c\\",} 1"'],
    ['a 1 NaN', 'invalid timestamp NaN'],
    ['a 1 -Inf', 'invalid timestamp -Inf'],
    ['a 1 # {aa="bb"} 4 Inf', 'invalid exemplar timestamp +Inf'],
    ['a{b="\x00', 'expected label value, got "\\"\\x00" ("INVALID") while parsing: "a{b=\\"\\x00"'],
    ['# H', 'expected a valid start token, got "# H" ("INVALID") while parsing: "# H"'],
    [
      'x 1 # {b="\x00ss"} 1\n',
      'expected label value, got "\\"\\x00" ("INVALID") while parsing: "x 1 # {b=\\"\\x00"',
    ],
  ])('%j', (body, message) => {
    expect(failure(body).message).toBe(message);
  });

  test('a known line with something dangling behind it fails as a new one does', () => {
    const parser = openMetrics();
    parseAll('a 1\nb 2\n# EOF\n', parser);
    for (const body of ['a 1  2\nb 2\n# EOF\n', 'a 1 # b 2\n# EOF\n', 'a 1 \nb 2\n# EOF\n']) {
      expect(() => parseAll(body, parser)).toThrow(failure(body).message);
    }
  });
});

describeCorpus('textparse', 'expositions of real programs', () => {
  test.each(['1histogram.om.txt', 'alltypes.5mfs.om.txt'])('%s', (name) => {
    const body = readFileSync(corpusPath('textparse', name), 'utf8');
    const lines = body.split('\n').filter((line) => line !== '' && line !== '# EOF');
    expect(parseAll(body)).toHaveLength(lines.length);
  });
});

describeCorpus('openmetrics', 'the cases of the OpenMetrics project that are valid', () => {
  // The bad cases are for the strict check; like upstream, a scrape is more forgiving than the specification.
  const read = (name: string, file: string) => readFileSync(corpusPath('openmetrics', name, file), 'utf8');
  const valid = [
    'counter_exemplars',
    'counter_exemplars_empty_brackets',
    'counter_unit',
    'empty_brackets',
    'empty_help',
    'empty_label',
    'escaping',
    'exemplars_wide_chars',
    'exemplars_with_hash_in_label_values',
    'float_gauge',
    'gaugehistogram_exemplars',
    'help_escaping',
    'info_timestamps',
    'label_escaping',
    'labels_with_curly_braces',
    'nan',
    'no_newline_after_eof',
    'null_byte',
    'simple_histogram',
    'simple_stateset',
    'timestamps',
    'type_help_switched',
    'uint64_counter',
    'unit_gauge',
    'untyped',
  ];
  test.each(valid)('%s', (name) => {
    expect(JSON.parse(read(name, 'test.json')).shouldParse).toBe(true);
    expect(() => parseAll(read(name, 'metrics'))).not.toThrow();
  });
});
