import { readFileSync } from 'node:fs';
import { corpusPath, describeCorpus } from '@prometheus-ts/testkit';
import { describe, expect, test } from 'vitest';
import { formatTextFloat } from '../float-text.ts';
import type { MetricFamily } from '../metric-family.ts';
import { encodeChunks, encodeFamilies, writeText } from './encode.ts';
import { OPENMETRICS_1_0_0, TEXT_1_0_0 } from './format.ts';

function text(families: MetricFamily[], format = TEXT_1_0_0): string {
  return Buffer.from(encodeFamilies(families, format)).toString();
}

const counter: MetricFamily = {
  name: 'requests_total',
  help: 'Say "hi" \\ and\nnew line.',
  type: 'counter',
  unit: 'requests',
  metrics: [
    {
      labels: ['code', '200', 'path', 'a"b\\c\nd'],
      value: 1e6,
      createdMs: 1_500,
      exemplar: { labels: ['trace', 'x'], value: 0.5, timestampMs: 1_234_567_890_123 },
    },
    { labels: ['code', ''], value: 2, timestampMs: 1_700_000_000_123 },
  ],
};

const histogram: MetricFamily = {
  name: 'duration_seconds',
  type: 'histogram',
  metrics: [
    {
      labels: ['job', 'x'],
      count: 3,
      sum: 1.25,
      buckets: [
        { upperBound: 0.5, cumulativeCount: 1 },
        { upperBound: 1, cumulativeCount: 2, exemplar: { labels: ['id', '1'], value: 1 } },
      ],
    },
  ],
};

const summary: MetricFamily = {
  name: 'latency',
  help: '',
  type: 'summary',
  metrics: [{ labels: [], count: 4, sum: 10, quantiles: [{ quantile: 1, value: NaN }], createdMs: 1000 }],
};

describe('text 0.0.4', () => {
  test('escapes help and label values, prints empty values and timestamps', () => {
    expect(text([counter])).toBe(
      [
        '# HELP requests_total Say "hi" \\\\ and\\nnew line.',
        '# TYPE requests_total counter',
        'requests_total{code="200",path="a\\"b\\\\c\\nd"} 1e+06',
        'requests_total{code=""} 2 1700000000123',
        '',
      ].join('\n'),
    );
  });

  test('closes a histogram with +Inf, sum and count', () => {
    expect(text([histogram])).toBe(
      [
        '# TYPE duration_seconds histogram',
        'duration_seconds_bucket{job="x",le="0.5"} 1',
        'duration_seconds_bucket{job="x",le="1"} 2',
        'duration_seconds_bucket{job="x",le="+Inf"} 3',
        'duration_seconds_sum{job="x"} 1.25',
        'duration_seconds_count{job="x"} 3',
        '',
      ].join('\n'),
    );
  });

  test('writes a summary and an empty help', () => {
    expect(text([summary])).toBe(
      [
        '# HELP latency ',
        '# TYPE latency summary',
        'latency{quantile="1"} NaN',
        'latency_sum 10',
        'latency_count 4',
        '',
      ].join('\n'),
    );
  });

  test('leaves out a family without metrics', () => {
    expect(text([{ name: 'x', help: 'h', type: 'gauge', metrics: [] }])).toBe('');
  });
});

describe('names outside the legacy alphabet', () => {
  const odd: MetricFamily = {
    name: 'a.b_c',
    help: 'h',
    type: 'gauge',
    metrics: [
      { labels: ['x.y', '1'], value: 1 },
      { labels: [], value: 2 },
    ],
  };
  test.each([
    ['underscores', 'a_b_c{x_y="1"} 1'],
    ['dots', 'a_dot_b__c{x_dot_y="1"} 1'],
    ['values', 'U__a_2e_b__c{U__x_2e_y="1"} 1'],
    ['allow-utf-8', '{"a.b_c","x.y"="1"} 1'],
  ] as const)('escaping %s', (escaping, expected) => {
    expect(text([odd], { ...TEXT_1_0_0, escaping }).split('\n')[2]).toBe(expected);
  });

  test('a quoted name without labels stands alone in its braces', () => {
    const lines = text([odd], { ...TEXT_1_0_0, escaping: 'allow-utf-8' }).split('\n');
    expect(lines[0]).toBe('# HELP "a.b_c" h');
    expect(lines[3]).toBe('{"a.b_c"} 2');
  });
});

describe('OpenMetrics 1.0', () => {
  test('counter metadata lose _total; exemplar, creation time and unit are printed', () => {
    expect(text([counter], OPENMETRICS_1_0_0)).toBe(
      [
        '# HELP requests Say \\"hi\\" \\\\ and\\nnew line.',
        '# TYPE requests counter',
        '# UNIT requests requests',
        'requests_total{code="200",path="a\\"b\\\\c\\nd"} 1e+06 # {trace="x"} 0.5 1.234567890123e+09',
        'requests_created{code="200",path="a\\"b\\\\c\\nd"} 1.5',
        'requests_total{code=""} 2.0 1.700000000123e+09',
        '# EOF',
        '',
      ].join('\n'),
    );
  });

  test('a counter without the suffix becomes unknown', () => {
    const family: MetricFamily = { name: 'hits', type: 'counter', metrics: [{ labels: [], value: 1 }] };
    expect(text([family], OPENMETRICS_1_0_0)).toBe('# TYPE hits unknown\nhits 1.0\n# EOF\n');
  });

  test('bounds are floats, counts integers', () => {
    const lines = text([histogram, summary], OPENMETRICS_1_0_0).split('\n');
    expect(lines).toContain('duration_seconds_bucket{job="x",le="1.0"} 2 # {id="1"} 1.0');
    expect(lines).toContain('duration_seconds_count{job="x"} 3');
    expect(lines).toContain('latency{quantile="1.0"} NaN');
    expect(lines).toContain('latency_created 1.0');
  });
});

test('a large exposition comes in chunks of whole lines', () => {
  const metrics = Array.from({ length: 20_000 }, (_, i) => ({ labels: ['i', String(i)], value: i }));
  const chunks = [...encodeChunks([{ name: 'many', type: 'gauge', metrics }])];
  expect(chunks.length).toBeGreaterThan(3);
  for (const chunk of chunks) expect(chunk.at(-1)).toBe(10);
  expect(Buffer.concat(chunks)).toEqual(Buffer.from(writeText([{ name: 'many', type: 'gauge', metrics }])));
});

describeCorpus('golden/floats', 'floats as upstream prints them', () => {
  const lines = readFileSync(corpusPath('golden', 'floats', 'floats.ndjson'), 'utf8')
    .trim()
    .split('\n');
  test.each(lines.map((line) => JSON.parse(line) as { literal: string; text: string }))(
    '$literal',
    ({ literal, text: expected }) => {
      expect(formatTextFloat(Number(literal.replace('Inf', 'Infinity')))).toBe(expected);
    },
  );
});
