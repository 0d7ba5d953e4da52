import { CodedError, METRIC_TYPES } from '@prometheus-ts/model';
import { Random } from '@prometheus-ts/testkit';
import { describe, expect, test } from 'vitest';
import { EntryKind } from './entry.ts';
import { KnownLines } from './known-lines.ts';
import { LinePool } from './line-pool.ts';
import { TextParser } from './text-parser.ts';

interface Entry {
  kind: EntryKind;
  family?: string;
  type?: string;
  text?: string;
  series?: string;
  labels?: Record<string, string>;
  value?: number;
  timeMs?: number;
}

/** What one line says, by a regular expression: the oracle. */
function naiveLine(line: string): Entry {
  const type = /^# TYPE (\S+) (\w+)$/.exec(line);
  if (type) return { kind: EntryKind.type, family: type[1]!, type: type[2]! };
  const help = /^# HELP (\S+) (.*)$/.exec(line);
  if (help) return { kind: EntryKind.help, family: help[1]!, text: help[2]! };
  if (line.startsWith('#')) return { kind: EntryKind.comment, text: line };
  const [, series = '', value = '', time] = /^(\w+(?:\{.*\})?)[ \t]*(\S+)(?: (\d+))?$/.exec(line) ?? [];
  const labels: Record<string, string> = { __name__: /^\w+/.exec(series)![0] };
  for (const [, name, text] of series.matchAll(/(\w+)="([^"]*)"/g)) if (text) labels[name!] = text;
  return {
    kind: EntryKind.series,
    series,
    labels,
    value: Number(value.replace('Inf', 'Infinity')),
    ...(time ? { timeMs: Number(time) } : {}),
  };
}

/** A caller of the parser as the scrape loop is one: it numbers series and forgets those that are gone. */
class Caller {
  readonly lines: KnownLines;
  readonly #parser: TextParser;
  readonly #numbers = new Map<string, number>();
  readonly #free: number[] = [];

  constructor(pool?: LinePool) {
    this.lines = new KnownLines(pool);
    this.#parser = new TextParser(this.lines);
  }

  scrape(body: string): Entry[] {
    // The buffer is reused: what lies behind the body is left over from the last one.
    const bytes = Buffer.alloc(body.length * 2 + 64, 'up{a="b"} 1\n');
    const length = bytes.write(body, 'utf8');
    const parser = this.#parser;
    parser.start(bytes, length);
    const entries: Entry[] = [];
    const present = new Set<string>();
    for (;;) {
      const kind = parser.next();
      if (kind === EntryKind.end) break;
      if (kind !== EntryKind.series) {
        entries.push(
          kind === EntryKind.comment
            ? { kind, text: parser.text() }
            : kind === EntryKind.type
              ? { kind, family: parser.familyName(), type: parser.metricType() }
              : { kind, family: parser.familyName(), text: parser.text() },
        );
        continue;
      }
      const series = Buffer.from(parser.seriesBytes()).toString();
      expect(parser.known, series).toBe(this.#numbers.get(series) ?? -1);
      if (parser.known < 0) {
        const number = this.#free.pop() ?? this.#numbers.size;
        this.#numbers.set(series, number);
        parser.remember(number);
      }
      present.add(series);
      const value = new Float64Array(Int32Array.of(parser.valueLow, parser.valueHigh).buffer)[0]!;
      entries.push({
        kind,
        series,
        labels: parser.labels().toRecord(),
        value,
        ...(parser.hasTimestamp ? { timeMs: parser.timestampMs } : {}),
      });
    }
    for (const [series, number] of this.#numbers) {
      if (present.has(series)) continue;
      this.lines.forget(number);
      this.#numbers.delete(series);
      this.#free.push(number);
    }
    return entries;
  }
}

const VALUES = [
  '0',
  '-0',
  '1',
  '17',
  '123456789',
  '1234567890123',
  '0.5',
  '-12.25',
  '1e+06',
  '1.5e-07',
  '0.30000000000000004',
  '12345.678901234567',
  'NaN',
  '+Inf',
  '-Inf',
  '5e-324',
  '1.7976931348623157e+308',
];
const TAILS = ['', '', '', ' 1700000000123', ' 7'];
const BLANKS = [' ', ' ', ' ', '\t', '  ', '           '];

function randomLine(random: Random): string {
  const name = `metric_${random.below(4)}`;
  switch (random.below(12)) {
    case 0:
      return `# TYPE ${name} ${random.pick(['counter', 'gauge'])}`;
    case 1:
      return `# HELP ${name} text ${random.below(3)}`;
    case 2:
      return random.pick(['#', '# a comment', '']);
    default: {
      const labels = random.pick([
        '',
        `{a="${random.below(30)}"}`,
        `{a="${'x'.repeat(random.below(40))}",b="é\u0000"}`,
      ]);
      return `${name}${labels}`;
    }
  }
}

/** Moves, removes, inserts and repeats some of the lines. */
function mutate(lines: string[], random: Random): void {
  for (let changes = random.below(6); changes > 0; changes--) {
    const at = random.below(lines.length + 1);
    switch (random.below(5)) {
      case 0:
        lines.splice(at, 0, randomLine(random));
        break;
      case 1:
        lines.splice(at, 1 + random.below(5));
        break;
      case 2:
        lines.splice(at, 0, ...lines.splice(random.below(lines.length + 1), 1 + random.below(4)));
        break;
      case 3:
        if (at < lines.length) lines.splice(at, 1, randomLine(random));
        break;
      default:
        if (at < lines.length) lines.push(lines[at]!);
    }
  }
}

test.each(Array.from({ length: 40 }, (_, seed) => seed + 1))(
  'a warm parser answers like a naive one, whatever changes between scrapes (seed %i)',
  (seed) => {
    const random = new Random(seed);
    // Two targets, which change at different times, share their texts.
    const pool = new LinePool();
    const callers = [new Caller(pool), new Caller(pool)];
    const lines = Array.from({ length: random.below(60) }, () => randomLine(random));
    for (let round = 0; round < 40; round++) {
      const body = lines.map((line) =>
        line === '' || line.startsWith('#')
          ? line
          : line + random.pick(BLANKS) + random.pick(VALUES) + random.pick(TAILS),
      );
      const text = body.join('\n') + random.pick(['', '\n']);
      const expected = body.filter((line) => line !== '').map(naiveLine);
      for (const caller of callers) {
        if (caller === callers[0] || random.below(4) > 0) expect(caller.scrape(text)).toEqual(expected);
      }
      if (random.below(3) === 0) mutate(lines, random);
    }
  },
);

test.each([1, 2, 3, 4])('a damaged body is judged alike by a warm and a cold parser (seed %i)', (seed) => {
  const random = new Random(seed);
  const good = Buffer.from(
    '# HELP a text\n# TYPE a histogram\na_bucket{le="1",x="y"} 12.5 17\na_sum{x="y z"} NaN\na_count{} 1e+06\n',
  );
  const judge = (parser: TextParser, body: Buffer): unknown[] => {
    const seen: unknown[] = [];
    parser.start(body, body.length);
    try {
      for (let kind = parser.next(); kind !== EntryKind.end; kind = parser.next()) {
        if (kind !== EntryKind.series) seen.push(kind, parser.text(), parser.metricType());
        else seen.push(parser.valueLow, parser.valueHigh, parser.hasTimestamp && parser.timestampMs);
        if (kind === EntryKind.series) seen.push(parser.labels().key);
      }
    } catch (error) {
      seen.push(error instanceof CodedError ? [error.message, error.place] : error);
    }
    return seen;
  };
  const warm = new TextParser(new KnownLines());
  warm.start(good, good.length);
  for (let number = 0; warm.next() !== EntryKind.end; number++) warm.remember(number);
  for (let round = 0; round < 500; round++) {
    const body = Buffer.from(good);
    for (let damage = random.below(3); damage >= 0; damage--) {
      body[random.below(body.length)] = random.pick([
        0, 9, 10, 13, 32, 34, 44, 46, 48, 61, 92, 97, 101, 123, 125, 255,
      ]);
    }
    expect(judge(warm, body)).toEqual(judge(new TextParser(new KnownLines()), body));
  }
});

describe('bounds', () => {
  test('lines that are forgotten give their memory back', () => {
    const caller = new Caller();
    let peak = 0;
    for (let round = 0; round < 50; round++) {
      const lines = Array.from({ length: 200 }, (_, i) => `m{round="${round}",i="${i}"} 1\n`);
      caller.scrape(lines.join(''));
      expect(caller.lines.size).toBe(200);
      if (round === 5) peak = caller.lines.sizeBytes;
    }
    expect(caller.lines.sizeBytes).toBeLessThanOrEqual(peak * 1.5);
  });

  test('comments that change with every scrape are not kept', () => {
    const caller = new Caller();
    for (let round = 0; round < 100; round++) caller.scrape(`# scraped at ${round}\nm 1\n`);
    expect(caller.lines.size).toBe(2);
  });

  test('metadata lines that stand twice do not keep others that are gone', () => {
    const caller = new Caller();
    const twice = '# HELP a text\n# TYPE a gauge\na 1\n#\n# HELP b text\n#\nb 1\n';
    for (let round = 0; round < 3; round++) caller.scrape(twice);
    caller.scrape('# TYPE a gauge\na 1\n#\n#\nb 1\n');
    expect(caller.lines.size).toBe(4);
    for (let round = 0; round < 3; round++) caller.scrape('a 1\nb 1\n');
    expect(caller.lines.size).toBe(2);
  });

  test('a failed body forgets nothing', () => {
    const lines = new KnownLines();
    const parser = new TextParser(lines);
    const run = (body: string) => {
      const bytes = Buffer.from(body);
      parser.start(bytes, bytes.length);
      const known: number[] = [];
      for (let number = 0; parser.next() !== EntryKind.end; number++) {
        known.push(parser.known);
        if (parser.known < 0) parser.remember(number);
      }
      return known;
    };
    run('a 1\nb 1\nc 1\n');
    expect(() => run('a 1\n!\n')).toThrow();
    expect(run('a 1\nb 1\nc 1\n')).toEqual([0, 1, 2]);
  });

  test('clear forgets everything', () => {
    const caller = new Caller();
    caller.scrape('a 1\n# TYPE b gauge\nb 2\n');
    caller.lines.clear();
    expect(caller.lines.size).toBe(0);
    caller.lines.forget(0);
  });
});

describe('texts that targets share', () => {
  const body = Array.from({ length: 100 }, (_, i) => `m{i="${i}"} ${i}\n`).join('');

  test('are kept once while they are the same', () => {
    const pool = new LinePool();
    const callers = [new Caller(pool), new Caller(pool), new Caller(pool)];
    for (let round = 0; round < 4; round++) for (const caller of callers) caller.scrape(body);
    expect(pool.size).toBe(1);
    expect(callers[0]!.lines.arena.buffer).toBe(callers[1]!.lines.arena.buffer);
    const changed = `${body}m{i="new"} 1\n`;
    callers[0]!.scrape(changed);
    expect(callers[0]!.lines.arena.buffer).not.toBe(callers[1]!.lines.arena.buffer);
    expect(callers[1]!.scrape(body)).toHaveLength(100);
    for (let round = 0; round < 4; round++) callers[0]!.scrape(body);
    expect(callers[0]!.lines.arena.buffer).toBe(callers[1]!.lines.arena.buffer);
  });

  test('are told apart by one byte', () => {
    const pool = new LinePool();
    const callers = [new Caller(pool), new Caller(pool)];
    for (let round = 0; round < 4; round++) {
      callers[0]!.scrape(body);
      callers[1]!.scrape(body.replace('i="50"', 'i="5o"'));
    }
    expect(pool.size).toBe(2);
  });
});

test('the type numbers fit the shape of a line', () => {
  expect(METRIC_TYPES.length).toBeLessThanOrEqual(8);
});
