import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { CodedError } from '@prometheus-ts/model';
import { corpusPath, describeCorpus, eventually } from '@prometheus-ts/testkit';
import { describe, expect, test } from 'vitest';
import { createParser } from './create-parser.ts';
import { EntryKind } from './entry.ts';
import { KnownLines } from './known-lines.ts';
import { TextParser } from './text-parser.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

interface Entry {
  kind: EntryKind;
  series?: string;
  labels?: Record<string, string>;
  value?: number;
  timeMs?: number;
  family?: string;
  text?: string;
  type?: string;
}

/** Everything that a parser says about a body. */
function parseAll(body: string | Uint8Array, parser = new TextParser(new KnownLines())): Entry[] {
  const bytes = Buffer.from(body);
  parser.start(bytes, bytes.length);
  const entries: Entry[] = [];
  for (;;) {
    const kind = parser.next();
    if (kind === EntryKind.end) return entries;
    if (kind === EntryKind.series) {
      const words = Int32Array.of(parser.valueLow, parser.valueHigh);
      entries.push({
        kind,
        series: Buffer.from(parser.seriesBytes()).toString(),
        labels: parser.labels().toRecord(),
        value: new Float64Array(words.buffer)[0]!,
        ...(parser.hasTimestamp ? { timeMs: parser.timestampMs } : {}),
      });
    } else if (kind === EntryKind.comment) entries.push({ kind, text: parser.text() });
    else if (kind === EntryKind.type)
      entries.push({ kind, family: parser.familyName(), type: parser.metricType() });
    else entries.push({ kind, family: parser.familyName(), text: parser.text() });
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

describe('samples', () => {
  test.each([
    ['a 1', { __name__: 'a' }, 1],
    ['a{} 1', { __name__: 'a' }, 1],
    ['a{b="c"}1', { __name__: 'a', b: 'c' }, 1],
    ['a{b="c",} 1', { __name__: 'a', b: 'c' }, 1],
    ['a{ b = "c" , d= "e" } 1', { __name__: 'a', b: 'c', d: 'e' }, 1],
    ['a{b="c" d="e"} 1', { __name__: 'a', b: 'c', d: 'e' }, 1],
    ['a {b="c"}\t-2.5e3', { __name__: 'a', b: 'c' }, -2500],
    ['a:b_9{b=""} 1', { __name__: 'a:b_9' }, 1],
    ['a{z="1",b="2"} 1', { __name__: 'a', b: '2', z: '1' }, 1],
    ['a{b="\\"\\\\\\n\\x"} 1', { __name__: 'a', b: '"\\\n\\x' }, 1],
    ['a{b="raw\nnewline"} 1', { __name__: 'a', b: 'raw\nnewline' }, 1],
    ['a{b="nul\x00"} 1', { __name__: 'a', b: 'nul\x00' }, 1],
    ['a{b="日本"} 1', { __name__: 'a', b: '日本' }, 1],
    ['{"a.b"} 1', { __name__: 'a.b' }, 1],
    ['{"a.b",c="d"} 1', { __name__: 'a.b', c: 'd' }, 1],
    ['{c="d","a.b"} 1', { __name__: 'a.b', c: 'd' }, 1],
    ['{ "a\\"b" , "x y"="d", } 1', { __name__: 'a"b', 'x y': 'd' }, 1],
    ['a +Inf', { __name__: 'a' }, Infinity],
    ['a -inf', { __name__: 'a' }, -Infinity],
    ['a nan', { __name__: 'a' }, NaN],
    ['a 0.30000000000000004', { __name__: 'a' }, 0.30000000000000004],
    ['a 123456789012345678901234567890', { __name__: 'a' }, 1.2345678901234568e29],
  ])('%j', (line, labels, value) => {
    const series = line.slice(0, Math.max(line.lastIndexOf('}') + 1, line.search(/[\s{]/)));
    expect(parseAll(line)).toEqual([{ kind: EntryKind.series, series, labels, value }]);
    expect(parseAll(`${line}\n`)).toEqual(parseAll(line));
  });

  test('timestamps are milliseconds, and only digits', () => {
    expect(parseAll('a 1 1700000000123\na 1\t 5')).toMatchObject([{ timeMs: 1700000000123 }, { timeMs: 5 }]);
  });

  test('every NaN has one payload', () => {
    const parser = new TextParser(new KnownLines());
    const body = Buffer.from('a NaN\nb nan\n');
    for (let round = 0; round < 2; round++) {
      parser.start(body, body.length);
      for (let i = 0; i < 2; i++) {
        parser.next();
        expect([parser.valueLow, parser.valueHigh]).toEqual([1, 0x7ff80000]);
        parser.remember(i);
      }
      expect(parser.next()).toBe(EntryKind.end);
    }
  });

  test('bounds and quantiles become OpenMetrics floats within their families only', () => {
    const body = [
      '# TYPE h histogram',
      'h_bucket{le="1"} 1',
      'h_bucket{le="+Inf"} 1',
      'h_bucket{quantile="1"} 1',
      'h_bucket{le="0x1p-2"} 1',
      'h_bucket{le="1_000"} 1',
      'h_bucket{le="many"} 1',
      '# TYPE s summary',
      's{quantile="0"} 1',
      's{le="1"} 1',
      '# TYPE g gauge',
      'g{le="1"} 1',
      '',
    ].join('\n');
    const labels = parseAll(body).flatMap((entry) => (entry.labels ? [entry.labels] : []));
    expect(labels.map((each) => each['le'] ?? each['quantile'])).toEqual([
      '1.0',
      '+Inf',
      '1',
      '0.25',
      '1000.0',
      'many',
      '0.0',
      '1',
      '1',
    ]);
  });

  test('type and unit labels replace labels of those names', () => {
    const parser = new TextParser(new KnownLines(), { typeAndUnitLabels: true });
    const entries = parseAll('# TYPE a counter\na{__type__="gauge"} 1\n', parser);
    expect(entries[1]!.labels).toEqual({ __name__: 'a', __type__: 'counter' });
  });

  test('a label that stands twice is refused when the labels are asked for', () => {
    expect(failure('a{b="1",b="2"} 1').message).toBe('label name "b" is not unique: invalid sample');
  });
});

test.each(['text/plain', 'application/openmetrics-text', 'application/vnd.google.protobuf'] as const)(
  'a released parser of %s keeps nothing of the body alive',
  async (mediaType) => {
    const parser = createParser(mediaType, new KnownLines());
    const parse = () => {
      const body = Buffer.concat([
        Buffer.from('# TYPE a counter\na_total 1\n# EOF\n'),
        Buffer.alloc(1_000_000),
      ]);
      parser.start(body, 34);
      try {
        parser.next();
      } catch {
        // Text is no protobuf.
      }
      parser.release();
      return new WeakRef(body.buffer);
    };
    const reference = parse();
    await eventually(() => {
      collectGarbage();
      expect(reference.deref() === undefined).toBe(true);
    });
  },
);

describe('metadata and comments', () => {
  test.each([
    ['# HELP a Some text.', { kind: EntryKind.help, family: 'a', text: 'Some text.' }],
    ['#\t HELP\ta  two blanks', { kind: EntryKind.help, family: 'a', text: ' two blanks' }],
    ['# HELP a', { kind: EntryKind.help, family: 'a', text: '' }],
    ['# HELP a ', { kind: EntryKind.help, family: 'a', text: '' }],
    ['# HELP a a\\nb\\\\c\\"', { kind: EntryKind.help, family: 'a', text: 'a\nb\\c\\"' }],
    ['# HELP "a b" text', { kind: EntryKind.help, family: 'a b', text: 'text' }],
    ['# HELP a nul\x00nul', { kind: EntryKind.help, family: 'a', text: 'nul\x00nul' }],
    ['# TYPE a untyped', { kind: EntryKind.type, family: 'a', type: 'unknown' }],
    ['# TYPE a histogram', { kind: EntryKind.type, family: 'a', type: 'histogram' }],
    ['#', { kind: EntryKind.comment, text: '#' }],
    ['#HELP a b', { kind: EntryKind.comment, text: '#HELP a b' }],
    ['# HELPING a b', { kind: EntryKind.comment, text: '# HELPING a b' }],
    ['# EOF', { kind: EntryKind.comment, text: '# EOF' }],
    ['# UNIT a seconds', { kind: EntryKind.comment, text: '# UNIT a seconds' }],
  ])('%j', (line, entry) => {
    expect(parseAll(`${line}\n`)).toEqual([entry]);
    expect(parseAll(`\n \n${line}`)).toEqual([entry]);
  });

  test('a zero byte at the start of a line ends the body', () => {
    expect(parseAll('a 1\n\x00b 2\n')).toHaveLength(1);
  });
});

describe('errors', () => {
  test.each([
    ['a', 'expected value after metric, got "\\n" ("INVALID") while parsing: "a\\n"', 1, 2],
    ["a{b='c'} 1\n", `expected label value, got "'" ("INVALID") while parsing: "a{b='"`, 1, 5],
    ['ok 1\na{b=\n', 'expected label value, got "\\n" ("INVALID") while parsing: "a{b=\\n"', 2, 5],
    [
      '{"a", "b = "c"}',
      'expected equal, got "c\\"" ("LNAME") while parsing: "{\\"a\\", \\"b = \\"c\\""',
      1,
      13,
    ],
    ['a true\n', 'strconv.ParseFloat: parsing "true": invalid syntax while parsing: "a true"', 1, 3],
    ['a 1e999\n', 'strconv.ParseFloat: parsing "1e999": value out of range while parsing: "a 1e999"', 1, 3],
    ['x{p="', 'expected label value, got "\\"\\n" ("INVALID") while parsing: "x{p=\\"\\n"', 1, 5],
    ['x{=""} 0', 'expected label name, got "=\\"" ("EQUAL") while parsing: "x{=\\""', 1, 3],
    ['{A}0', 'expected equal, got "}0" ("BCLOSE") while parsing: "{A}0"', 1, 3],
    ['foo 1_2\n', 'unsupported character in float while parsing: "foo 1_2"', 1, 5],
    ['foo 0x1p-3\n', 'unsupported character in float while parsing: "foo 0x1p-3"', 1, 5],
    [
      'foo 0 1_2\n',
      'expected next entry after timestamp, got "_" ("INVALID") while parsing: "foo 0 1_"',
      1,
      8,
    ],
    ['foo 0 -1\n', 'expected timestamp or new record, got "-" ("INVALID") while parsing: "foo 0 -"', 1, 7],
    [
      'foo 0 9223372036854775808\n',
      'strconv.ParseInt: parsing "9223372036854775808": value out of range while parsing: "foo 0 9223372036854775808"',
      1,
      7,
    ],
    ['{a="ok"} 1', 'metric name not set while parsing: "{a=\\"ok\\"} 1"', 1, 10],
    ['{"a","b"} 1', 'metric name already set while parsing: "{\\"a\\",\\"b\\"}"', 1, 9],
    ['# TYPE #\n', 'expected metric name after TYPE, got "#" ("INVALID") while parsing: "# TYPE #"', 1, 8],
    ['# TYPE a enum\n', 'invalid metric type "enum"', 1, 9],
    ['# TYPE a  gauge\n', 'invalid metric type " gauge"', 1, 9],
    ['9a 1\n', 'expected a valid start token, got "9" ("INVALID") while parsing: "9"', 1, 1],
    ['a{b=\x00"s"} 1', 'expected label value, got "\\x00" ("INVALID") while parsing: "a{b=\\x00"', 1, 5],
    [
      'a{b="\x00',
      'expected label value, got "\\"\\x00\\n" ("INVALID") while parsing: "a{b=\\"\\x00\\n"',
      1,
      5,
    ],
  ])('%j', (body, message, line, column) => {
    const error = failure(body);
    expect(error.message).toBe(message);
    expect(error.code).toBe('exposition-syntax');
    expect(error.place).toEqual({ line, column });
  });

  test('bytes that are no UTF-8', () => {
    expect(failure(Buffer.from('a{\xff="foo"} 1\n', 'latin1')).message).toBe(
      'expected label name, got "\\xff" ("INVALID") while parsing: "a{\\xff"',
    );
    expect(failure(Buffer.from('a{b="\xff"} 1\n', 'latin1')).message).toBe(
      'invalid UTF-8 label value: "\\"\\xff\\""',
    );
    expect(failure(Buffer.from('# HELP a \xff\n', 'latin1')).message).toBe(
      'help text "\\xff" is not a valid utf8 string',
    );
  });

  test('an HTML page is called one', () => {
    const error = failure('\n<!DOCTYPE html>\n<html></html>\n');
    expect(error.message).toBe('expected a valid start token, got "<" ("INVALID") while parsing: "<"');
    expect(error.hint).toMatch(/this is an HTML page, not metrics/);
    expect(error.place).toEqual({ line: 2, column: 1 });
  });

  test('CR LF line ends are refused with a hint', () => {
    const error = failure('a 1\r\n');
    expect(error.message).toBe('strconv.ParseFloat: parsing "1\\r": invalid syntax while parsing: "a 1\\r"');
    expect(error.hint).toMatch(/CR LF/);
  });

  test('a known line with a broken value fails like a new one', () => {
    const parser = new TextParser(new KnownLines());
    const good = Buffer.from('a 1\n');
    parser.start(good, good.length);
    parser.next();
    parser.remember(1);
    parser.next();
    for (const rest of ['x', '1 2 3', '1{', '', '1\r', '1\x00']) {
      expect(() => parseAll(`a ${rest}\n`, parser)).toThrow(failure(`a ${rest}\n`).message);
    }
  });
});

describeCorpus('textparse', 'expositions of real programs', () => {
  test.each(['alltypes.237mfs.nometa.prom.txt', 'alltypes.237mfs.prom.txt'])('%s', (name) => {
    const body = readFileSync(corpusPath('textparse', name), 'utf8');
    const entries = parseAll(body);
    const lines = body.split('\n').filter((line) => line !== '');
    expect(entries).toHaveLength(lines.length);
    const series = entries.filter((entry) => entry.kind === EntryKind.series);
    expect(series).toHaveLength(lines.filter((line) => !line.startsWith('#')).length);
  });
});
