import { describe, expect, test } from 'vitest';
import { createParser, MediaType } from './create-parser.ts';
import { EntryKind, type ParserOptions } from './entry.ts';
import { KnownLines } from './known-lines.ts';

function parse(lines: string[], options: ParserOptions = {}, mediaType: MediaType = MediaType.openMetrics) {
  const text = mediaType === MediaType.text ? lines : [...lines, '# EOF'];
  const body = Buffer.from(`${text.join('\n')}\n`);
  const parser = createParser(mediaType, new KnownLines(), { convertClassicHistograms: true, ...options });
  let entries: unknown[] = [];
  let first: unknown[] | undefined;
  for (let round = 0; round < 3; round++) {
    entries = [];
    parser.start(body, body.length);
    for (let kind = parser.next(); kind !== EntryKind.end; kind = parser.next()) {
      if (kind === EntryKind.type) entries.push(`TYPE ${parser.familyName()}`);
      if (kind !== EntryKind.series && kind !== EntryKind.histogram) continue;
      if (round > 0) expect(parser.known).toBe(entries.length);
      else parser.remember(entries.length);
      const { __name__: name, ...labels } = parser.labels().toRecord();
      const value = new Float64Array(Int32Array.of(parser.valueLow, parser.valueHigh).buffer)[0]!;
      const started = parser.startTimestampMs();
      entries.push({
        name,
        ...labels,
        ...(kind === EntryKind.series ? { value } : { histogram: parser.histogram() }),
        ...(parser.hasTimestamp ? { timeMs: parser.timestampMs } : {}),
        ...(started ? { started } : {}),
        ...(parser.hasExemplars ? { exemplars: parser.exemplars().map((each) => each.value) } : {}),
      });
    }
    first ??= entries;
    expect(entries).toEqual(first);
  }
  return entries;
}

const integer = (fields: object) => ({ kind: 'integer', histogram: expect.objectContaining(fields) });

test('a classic histogram becomes one with custom buckets, in place of its series', () => {
  expect(
    parse([
      '# TYPE h histogram',
      'h_bucket{a="1",le="0.1"} 8 # {id="x"} 0.05',
      'h_bucket{a="1",le="0.5"} 9',
      'h_bucket{a="1",le="+Inf"} 17 5.5 # {id="y"} 7',
      'h_count{a="1"} 17',
      'h_sum{a="1"} 324.5',
      'h_bucket{a="2",le="+Inf"} 1',
      'other 3',
      '# TYPE g gauge',
      'g 1',
    ]),
  ).toEqual([
    'TYPE h',
    {
      name: 'h',
      a: '1',
      histogram: integer({
        schema: -53,
        count: 17,
        sum: 324.5,
        customValues: [0.1, 0.5],
        positiveBuckets: [8, -7, 7],
      }),
      exemplars: [0.05, 7],
    },
    { name: 'h', a: '2', histogram: integer({ count: 1, sum: 0, customValues: [] }) },
    { name: 'other', value: 3 },
    'TYPE g',
    { name: 'g', value: 1 },
  ]);
});

test('the classic series are there too when they are kept, without the exemplars', () => {
  const lines = ['# TYPE h histogram', 'h_bucket{le="+Inf"} 2 # {id="y"} 7', 'h_count 2', 'h_sum 1'];
  expect(parse(lines, { keepClassicHistograms: true })).toEqual([
    'TYPE h',
    { name: 'h_bucket', le: '+Inf', value: 2 },
    { name: 'h_count', value: 2 },
    { name: 'h_sum', value: 1 },
    { name: 'h', histogram: integer({ count: 2 }), exemplars: [7] },
  ]);
});

test('start times go to the histogram', () => {
  const lines = ['# TYPE h histogram', 'h_bucket{le="+Inf"} 2', 'h_count 2', 'h_created 1.5'];
  expect(parse(lines, { skipCreatedSeries: true })[1]).toMatchObject({ name: 'h', started: 1500 });
});

test('counts that are no integers make a float histogram', () => {
  const lines = ['# TYPE h histogram', 'h_bucket{le="1"} 0.5', 'h_bucket{le="+Inf"} 1.5', 'h_count 1.5'];
  expect(parse(lines, {}, MediaType.text)[1]).toMatchObject({
    histogram: { kind: 'float', histogram: { count: 1.5, positiveBuckets: [0.5, 1] } },
  });
});

describe('what is no histogram', () => {
  test.each([
    ['another type', ['# TYPE h gauge', 'h_bucket{le="1"} 1', 'h_count 1']],
    ['another name', ['# TYPE h histogram', 'i_bucket{le="1"} 1', 'i_count 1']],
    ['a bound that is no number', ['# TYPE h histogram', 'h_bucket{le="x"} 1']],
  ])('%s stays as it is', (_, lines) => {
    const series = parse(lines, {}, MediaType.text).slice(1);
    expect(series).toHaveLength(lines.length - 1);
    for (const entry of series) expect(entry).toHaveProperty('value');
  });

  test('contradictory parts give nothing', () => {
    const lines = [
      '# TYPE h histogram',
      'h_bucket{le="1"} 5',
      'h_bucket{le="2"} 3',
      'h_count 5',
      '# TYPE g gauge',
      'g 1',
    ];
    expect(parse(lines, {}, MediaType.text)).toEqual(['TYPE h', 'TYPE g', { name: 'g', value: 1 }]);
  });
});
