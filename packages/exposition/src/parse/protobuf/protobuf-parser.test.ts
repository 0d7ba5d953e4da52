import { spawn } from 'node:child_process';
import { CodedError } from '@prometheus-ts/model';
import { describePeers, eventually, freePort, Random } from '@prometheus-ts/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { EntryKind, type ExpositionParser, type ParserOptions } from '../entry.ts';
import { KnownLines } from '../known-lines.ts';
import { TextParser } from '../text-parser.ts';
import { ProtobufParser } from './protobuf-parser.ts';

/** A message as field numbers and values: a number is a double, a bigint a varint, an array a repeated field. */
type Value = number | bigint | string | Buffer | Message | readonly Value[];
interface Message {
  readonly [field: number]: Value;
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  for (let rest = BigInt.asUintN(64, value); ; rest >>= 7n) {
    if (rest < 128n) return Buffer.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 127n) | 128);
  }
}

function delimited(bytes: Buffer): Buffer {
  return Buffer.concat([varint(BigInt(bytes.length)), bytes]);
}

function field(number: number, value: Value): Buffer {
  const tag = (wireType: number) => varint(BigInt(number * 8 + wireType));
  if (Array.isArray(value)) return Buffer.concat(value.map((each) => field(number, each)));
  if (typeof value === 'bigint') return Buffer.concat([tag(0), varint(value)]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    return Buffer.concat([tag(1), bytes]);
  }
  if (Buffer.isBuffer(value)) return Buffer.concat([tag(2), delimited(value)]);
  const bytes = typeof value === 'string' ? Buffer.from(value) : encode(value as Message);
  return Buffer.concat([tag(2), delimited(bytes)]);
}

function encode(message: Message): Buffer {
  return Buffer.concat(Object.entries(message).map(([number, value]) => field(Number(number), value)));
}

function body(...families: Message[]): Buffer {
  return Buffer.concat(families.map((family) => delimited(encode(family))));
}

const zigzag = (value: number) => BigInt(value < 0 ? -value * 2 - 1 : value * 2);
const packed = (values: number[]) => Buffer.concat(values.map((value) => varint(zigzag(value))));
const label = (name: string, value: string): Message => ({ 1: name, 2: value });
const time = (seconds: bigint, nanos: bigint): Message => ({ 1: seconds, 2: nanos });

function parseAll(bytes: Buffer, parser: ExpositionParser) {
  parser.start(bytes, bytes.length);
  const entries: unknown[] = [];
  for (;;) {
    const kind = parser.next();
    if (kind === EntryKind.end) return entries;
    if (kind === EntryKind.type) entries.push(`TYPE ${parser.familyName()} ${parser.metricType()}`);
    else if (kind === EntryKind.help) entries.push(`HELP ${parser.familyName()} ${parser.text()}`);
    else if (kind === EntryKind.unit) entries.push(`UNIT ${parser.familyName()} ${parser.text()}`);
    else {
      const value = new Float64Array(Int32Array.of(parser.valueLow, parser.valueHigh).buffer)[0]!;
      const started = parser.startTimestampMs();
      entries.push({
        ...parser.labels().toRecord(),
        value: kind === EntryKind.histogram ? parser.histogram() : value,
        ...(parser.hasTimestamp ? { timeMs: parser.timestampMs } : {}),
        ...(started ? { started } : {}),
        ...(parser.hasExemplars
          ? { exemplars: parser.exemplars().map((each) => ({ ...each, labels: each.labels.toRecord() })) }
          : {}),
      });
      if (parser.known < 0) parser.remember(entries.length);
      else expect(parser.known).toBe(entries.length);
    }
  }
}

/** Parses twice, the second time with all series known, and expects the same. */
function parse(bytes: Buffer, options: ParserOptions = {}): unknown[] {
  const parser = new ProtobufParser(new KnownLines(), options);
  const cold = parseAll(bytes, parser);
  expect(parseAll(bytes, parser)).toEqual(cold);
  return cold;
}

const exemplar: Message = { 1: label('trace', 'x'), 2: 0.25, 3: time(1625851155n, 146_848_600n) };

const classicBuckets: Message[] = [
  { 1: 2n, 2: 0.5 },
  { 1: 3n, 2: 1, 3: exemplar },
  { 1: 5n, 2: Infinity },
];
const classic: Message = {
  1: 'h',
  2: 'Help.',
  3: 4n,
  4: { 1: label('a', 'b'), 7: { 1: 5n, 2: 1.5, 3: classicBuckets, 15: time(7n, 500_000_000n) } },
};
const nativePart: Message = {
  5: zigzag(3),
  6: 0.001,
  7: 2n,
  12: [
    { 1: zigzag(-2), 2: 2n },
    { 1: zigzag(1), 2: 1n },
  ],
  13: packed([1, 2, -2]),
};

describe('entries', () => {
  test('of counters, gauges and untyped metrics', () => {
    const bytes = body(
      {
        1: 'requests',
        2: 'Text.',
        3: 0n,
        4: [
          {
            1: [label('b', '2'), label('a', '1')],
            3: { 1: 42.5, 2: exemplar, 3: time(10n, 0n) },
            6: 1700000000123n,
          },
          { 3: { 1: 1 } },
        ],
        5: 'requests',
      },
      { 1: 'temperature', 3: 1n, 4: { 2: { 1: -0.5 }, 6: -5n } },
      { 1: 'any', 3: 3n, 4: { 5: {} } },
      { 1: 'empty', 3: 1n },
    );
    const exemplars = [{ labels: { trace: 'x' }, value: 0.25, timestampMs: 1625851155146 }];
    expect(parse(bytes)).toEqual([
      'HELP requests Text.',
      'UNIT requests requests',
      'TYPE requests counter',
      { __name__: 'requests', a: '1', b: '2', value: 42.5, timeMs: 1700000000123, started: 10000, exemplars },
      { __name__: 'requests', value: 1 },
      'HELP temperature ',
      'TYPE temperature gauge',
      { __name__: 'temperature', value: -0.5, timeMs: -5 },
      'HELP any ',
      'TYPE any unknown',
      { __name__: 'any', value: 0 },
    ]);
  });

  test('of a summary', () => {
    const quantiles = [
      { 1: 0.5, 2: 1 },
      { 1: 1, 2: NaN },
    ];
    const bytes = body({ 1: 's', 3: 2n, 4: { 4: { 1: 3n, 2: 4.5, 3: quantiles } } });
    expect(parse(bytes).slice(2)).toEqual([
      { __name__: 's_count', value: 3 },
      { __name__: 's_sum', value: 4.5 },
      { __name__: 's', quantile: '0.5', value: 1 },
      { __name__: 's', quantile: '1.0', value: NaN },
    ]);
  });

  const series = [
    { __name__: 'h_count', a: 'b', value: 5, started: 7500 },
    { __name__: 'h_sum', a: 'b', value: 1.5, started: 7500 },
    { __name__: 'h_bucket', a: 'b', le: '0.5', value: 2, started: 7500 },
    {
      __name__: 'h_bucket',
      a: 'b',
      le: '1.0',
      value: 3,
      started: 7500,
      exemplars: [{ labels: { trace: 'x' }, value: 0.25, timestampMs: 1625851155146 }],
    },
    { __name__: 'h_bucket', a: 'b', le: '+Inf', value: 5, started: 7500 },
  ];
  const converted = {
    kind: 'integer',
    histogram: expect.objectContaining({
      schema: -53,
      count: 5,
      sum: 1.5,
      customValues: [0.5, 1],
      positiveBuckets: [2, -1, 1],
    }),
  };

  test('of a classic histogram', () => {
    expect(parse(body(classic)).slice(2)).toEqual(series);
  });

  test('a missing +Inf bucket is added from the count', () => {
    const bytes = body({ 1: 'h', 3: 4n, 4: { 7: { 1: 5n, 2: 1, 3: { 1: 2n, 2: 0.5 } } } });
    expect(parse(bytes).at(-1)).toEqual({ __name__: 'h_bucket', le: '+Inf', value: 5 });
  });

  test('of a classic histogram that is converted to custom buckets, alone or beside its series', () => {
    const options = { convertClassicHistograms: true };
    const alone = parse(body(classic, { ...classic, 1: 'i' }), options);
    expect(alone).toHaveLength(6);
    expect(alone[2]).toMatchObject({ __name__: 'h', a: 'b', value: converted, started: 7500 });
    const both = parse(body(classic), { ...options, keepClassicHistograms: true });
    expect(both.slice(2, -1)).toEqual(series);
    expect(both.at(-1)).toMatchObject({ value: converted });
  });

  test('of a native histogram, with its classic series when they are kept', () => {
    const both: Message = { 1: 'h', 3: 4n, 4: { 7: { 1: 9n, 2: 1.5, 3: classicBuckets, ...nativePart } } };
    const histogram = {
      counterReset: 0,
      schema: 3,
      zeroThreshold: 0.001,
      zeroCount: 2,
      count: 9,
      sum: 1.5,
      positiveSpans: [
        { offset: -2, length: 2 },
        { offset: 1, length: 1 },
      ],
      negativeSpans: [],
      positiveBuckets: [1, 2, -2],
      negativeBuckets: [],
    };
    const exemplars = [{ labels: { trace: 'x' }, value: 0.25, timestampMs: 1625851155146 }];
    const native = { __name__: 'h', value: { kind: 'integer', histogram }, exemplars };
    expect(parse(body(both)).slice(2)).toEqual([native]);
    const kept = parse(body(both), { keepClassicHistograms: true });
    expect(kept[2]).toEqual(native);
    expect(kept).toHaveLength(8);
    const ignored = parse(body(both), { ignoreNativeHistograms: true });
    expect(ignored[2]).toMatchObject({ __name__: 'h_count', value: 9 });
  });

  test('of a float gauge histogram', () => {
    const gauge: Message = {
      1: 'g',
      3: 5n,
      4: { 7: { 4: 2.5, 2: 1, 5: 0n, 8: 0.5, 12: { 2: 2n }, 14: [0.5, 1.5], 9: { 2: 0n } } },
    };
    expect(parse(body(gauge))[2]).toMatchObject({
      value: {
        kind: 'float',
        histogram: {
          counterReset: 3,
          count: 2.5,
          zeroCount: 0.5,
          positiveBuckets: [0.5, 1.5],
          negativeSpans: [],
        },
      },
    });
  });

  test('type and unit labels replace labels of those names', () => {
    const bytes = body({
      1: 'a_seconds',
      3: 1n,
      4: { 1: label('__type__', 'x'), 2: { 1: 1 } },
      5: 'seconds',
    });
    expect(parse(bytes, { typeAndUnitLabels: true }).at(-1)).toEqual({
      __name__: 'a_seconds',
      __type__: 'gauge',
      __unit__: 'seconds',
      value: 1,
    });
  });
});

describe('errors', () => {
  const failure = (bytes: Buffer): string => {
    try {
      parse(bytes);
    } catch (error) {
      if (error instanceof CodedError) return error.message;
      throw error;
    }
    throw new Error('the body parsed');
  };

  test.each([
    ['no name', body({ 3: 1n, 4: { 2: {} } }), 'invalid metric name: '],
    ['unknown type', body({ 1: 'a', 3: 9n, 4: { 2: {} } }), 'unknown metric type for metric "a": 9'],
    ['empty label name', body({ 1: 'a', 3: 1n, 4: { 1: label('', 'x'), 2: {} } }), 'invalid label name: '],
    [
      'spans and buckets that do not fit',
      body({ 1: 'h', 3: 4n, 4: { 7: { 12: { 2: 3n }, 13: packed([1]) } } }),
      'histogram "h": positive side: spans require 3 buckets, have 1',
    ],
    [
      'text',
      Buffer.from('go_goroutines 5\n'),
      /^clientpb: insufficient length of buffer, expected at least 104 bytes/,
    ],
  ])('%s', (_, bytes, message) => {
    expect(failure(bytes)).toMatch(message);
  });

  test('buckets that are not cumulative cannot be converted', () => {
    const buckets = [
      { 1: 5n, 2: 1 },
      { 1: 3n, 2: 2 },
    ];
    const bytes = body({ 1: 'h', 3: 4n, 4: { 7: { 1: 5n, 3: buckets } } });
    expect(() => parse(bytes, { convertClassicHistograms: true })).toThrow('count is not cumulative: 3 < 5');
  });

  test('no damage does more than fail with a coded error', () => {
    const good = body(
      classic,
      { 1: 'n', 3: 4n, 4: { 7: nativePart } },
      { 1: 'c', 3: 0n, 4: { 3: { 2: exemplar } } },
    );
    const random = new Random(3);
    for (let round = 0; round < 3000; round++) {
      const bytes = Buffer.from(
        good.subarray(0, random.below(4) === 0 ? random.below(good.length) : undefined),
      );
      for (let i = random.below(4); i >= 0 && bytes.length > 0; i--)
        bytes[random.below(bytes.length)] = random.below(256);
      const options = { convertClassicHistograms: true, keepClassicHistograms: true };
      const parser = new ProtobufParser(new KnownLines(), options);
      parser.start(bytes, bytes.length);
      try {
        for (let kind = parser.next(); kind !== EntryKind.end; kind = parser.next()) {
          if (kind === EntryKind.histogram) parser.histogram();
          if (kind === EntryKind.series) parser.labels();
          if (parser.hasExemplars) parser.exemplars();
        }
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
      }
    }
  });
});

describePeers(['prometheus-node-exporter'], 'a real exporter', () => {
  test('says the same in protobuf and in text', async () => {
    const port = await freePort();
    const flags = [
      '--collector.disable-defaults',
      '--collector.loadavg',
      '--collector.uname',
      '--collector.stat',
    ];
    const address = `127.0.0.1:${port}`;
    const child = spawn('prometheus-node-exporter', [`--web.listen-address=${address}`, ...flags], {
      stdio: 'ignore',
    });
    onTestFinished(() => void child.kill());
    const get = async (accept: string) => {
      const response = await fetch(`http://${address}/metrics`, { headers: { accept } });
      return Buffer.from(await response.arrayBuffer());
    };
    const protobuf =
      'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited';
    const bytes = await eventually(() => get(protobuf));
    const text = await get('text/plain;version=0.0.4');
    const keys = (parser: ExpositionParser, exposition: Buffer) => {
      const found = new Set<string>();
      parser.start(exposition, exposition.length);
      for (let kind = parser.next(); kind !== EntryKind.end; kind = parser.next()) {
        if (kind === EntryKind.series) found.add(parser.labels().key);
        else if (kind === EntryKind.type) found.add(`${parser.familyName()} ${parser.metricType()}`);
        else if (kind === EntryKind.help) found.add(`${parser.familyName()} ${parser.text()}`);
      }
      return [...found].sort();
    };
    const fromText = keys(new TextParser(new KnownLines()), text);
    expect(fromText.length).toBeGreaterThan(50);
    expect(keys(new ProtobufParser(new KnownLines()), bytes)).toEqual(fromText);
  });
});
