import type { MetricType } from '@prometheus-ts/model';
import { describe, expect, test } from 'vitest';
import { DEFAULT_PARSE_OPTIONS } from '../parse/options.ts';
import { parseExpr } from '../parse/parse.ts';
import { ParseError } from '../parse/parse-error.ts';
import type { Hint, HintContext } from './hint.ts';
import { hintsForError, hintsForExpr, hintsForFailure } from './hints.ts';

const CONTEXT: HintContext = { options: DEFAULT_PARSE_OPTIONS, isRange: false };

function hintsOf(query: string, more: Partial<HintContext> = {}): Hint[] {
  const context = { ...CONTEXT, ...more };
  try {
    return hintsForExpr(query, parseExpr(query), context);
  } catch (error) {
    if (error instanceof ParseError) return hintsForError(error, context);
    throw error;
  }
}

const types: Readonly<Record<string, MetricType>> = {
  temperature: 'gauge',
  requests: 'counter',
  h: 'histogram',
};
const metricType = (name: string): MetricType | undefined => types[name];

describe('a query that fails: what is said, and what it should be', () => {
  test.each<[query: string, text: string, corrected: string | undefined]>([
    ['rate(x[5M])', 'unknown unit M; minutes are m', 'rate(x[5m])'],
    ['rate(x[1 m])', 'there is no space between number and unit: 1m', 'rate(x[1m])'],
    ['rate(x[1mo])', 'unknown unit mo; months differ in length, use days: 30d', 'rate(x[30d])'],
    ['rate(x[10min])', 'unknown unit min; minutes are m', 'rate(x[10m])'],
    ['rate(x[1.5h])', 'durations are whole numbers: 1h30m', 'rate(x[1h30m])'],
    ['x offset 2days', 'unknown unit days; days are d', 'x offset 2d'],
    ['x{code=200}', 'label values are strings: code="200"', 'x{code="200"}'],
    ['x{code==“200”}', 'use code="200"', 'x{code="200"}'],
    ['x{code==200, job=‘a’}', 'label values are strings: code="200"', 'x{code="200", job="a"}'],
    ['sum(x{path=~/api.*})', 'label values are strings: path=~"/api.*"', 'sum(x{path=~"/api.*"})'],
    ['x{job=="a"}', 'use job="a"', 'x{job="a"}'],
    ['x + “5”', '“ is a typographic quote; strings stand in straight ones', undefined],
    [
      'sum(x) by (code) offset 5m',
      'offset goes right behind the selector, inside the parentheses: sum(x offset 5m) by (code)',
      'sum(x offset 5m) by (code)',
    ],
    [
      'sum(rate(a[5m]) / rate(b{c="d"}[5m])) @ end() > 1',
      '@ goes right behind the selector, inside the parentheses: sum(rate(a[5m] @ end()) / rate(b{c="d"}[5m] @ end())) > 1',
      'sum(rate(a[5m] @ end()) / rate(b{c="d"}[5m] @ end())) > 1',
    ],
    ['5 offset 5m', 'offset goes right behind the selector, inside the parentheses', undefined],
    [
      'avg(x[5m])',
      'avg takes an instant vector, and this is a range vector: for the values over time use avg_over_time(x[5m])',
      'avg_over_time(x[5m])',
    ],
    [
      'quantile(0.9, x[5m])',
      'quantile takes an instant vector, and this is a range vector: for the values over time use quantile_over_time(0.9, x[5m])',
      'quantile_over_time(0.9, x[5m])',
    ],
    ['rate(x)', 'rate takes a range vector, and this is an instant vector: rate(x[5m])', 'rate(x[5m])'],
    [
      'sum(increase(x{a="offset @"} offset 1h))',
      'increase takes a range vector, and this is an instant vector: increase(x{a="offset @"}[5m] offset 1h)',
      'sum(increase(x{a="offset @"}[5m] offset 1h))',
    ],
    [
      'rate(sum(x) by (job))',
      'rate takes a range vector, and this is an instant vector: take the rate of each series first, then aggregate: sum(rate(x[5m])) by (job)',
      'sum(rate(x[5m])) by (job)',
    ],
    [
      'max_over_time(a / b)',
      'max_over_time takes a range vector, and this is an instant vector: a subquery evaluates it over time, as in (a / b)[5m:]',
      'max_over_time((a / b)[5m:])',
    ],
    [
      'absent(x[5m])',
      'absent takes an instant vector, and this is a range vector: for the values over time use absent_over_time(x[5m])',
      'absent_over_time(x[5m])',
    ],
    [
      'abs(x_total[5m])',
      'abs takes an instant vector, and this is a range vector: make one of it, as in rate(x_total[5m])',
      'abs(rate(x_total[5m]))',
    ],
    [
      'x[5m] + 1',
      '+ takes an instant vector, and this is a range vector: make one of it, as in rate(x[5m])',
      'rate(x[5m]) + 1',
    ],
  ])('%s', (query, text, corrected) => {
    const hints = hintsOf(query);
    expect(hints.map((hint) => [hint.text, hint.query])).toEqual([[text, corrected]]);
    expect(hints[0]!.position!.end).toBeLessThanOrEqual(query.length);
  });
});

describe('a query that parses and is probably not meant so', () => {
  test.each<[query: string, more: Partial<HintContext>, code: string, text: string, corrected?: string]>([
    [
      'sum(rate(x_total[15s]))',
      { scrapeIntervalMs: 15_000 },
      'promql/short-range',
      'a range of 15s holds fewer than two samples of what is scraped every 15s, and rate needs two; use at least 4 × the scrape interval, 1m',
      'sum(rate(x_total[1m]))',
    ],
    [
      'x{env="a", env="b"}',
      {},
      'promql/contradiction',
      'can never match: env has one value; for OR use env=~"a|b"',
      'x{env=~"a|b"}',
    ],
    [
      'rate(x_total{env="a.c", job="j", env="b"}[5m])',
      {},
      'promql/contradiction',
      'can never match: env has one value; for OR use env=~"a\\\\.c|b"',
      'rate(x_total{env=~"a\\\\.c|b",job="j"}[5m])',
    ],
    [
      'x[5m]',
      { isRange: true },
      'promql/range-vector',
      'a graph needs one value per step, and this is a range vector, which has many: try rate(x[5m])',
      'rate(x[5m])',
    ],
    [
      'temperature[5m]',
      { isRange: true, metricType },
      'promql/range-vector',
      'a graph needs one value per step, and this is a range vector, which has many: try avg_over_time(temperature[5m])',
      'avg_over_time(temperature[5m])',
    ],
    [
      'rate(temperature[5m])',
      { metricType },
      'promql/metric-kind',
      'temperature is a gauge, and rate takes every fall for a restart; use deriv',
      'deriv(temperature[5m])',
    ],
    [
      'delta(requests[5m])',
      { metricType },
      'promql/metric-kind',
      'requests is a counter, which starts again at 0 now and then; delta does not see that, use increase',
      'increase(requests[5m])',
    ],
    [
      'sum_over_time(x_total[5m])',
      {},
      'promql/metric-kind',
      'x_total is a counter, which starts again at 0 now and then; sum_over_time does not see that, use increase',
      'increase(x_total[5m])',
    ],
    [
      'avg(avg by (job) (x))',
      {},
      'promql/average-of-averages',
      'an average of averages weighs groups of different size alike; take the average of all series at once',
    ],
    [
      'sort(x)',
      { isRange: true },
      'promql/sort-in-graph',
      'sort has no effect in a graph, where series are always ordered by labels',
    ],
    [
      'topk(5, x)',
      { isRange: true },
      'promql/topk-in-graph',
      'topk picks anew at every step, so that a graph can have more series than asked for; to pick once use @ end() in a second topk',
    ],
  ])('%s', (query, more, code, text, corrected) => {
    expect(hintsOf(query, more).map((hint) => [hint.code, hint.text, hint.query])).toEqual([
      [code, text, corrected],
    ]);
  });
});

describe('nothing is said where nothing is wrong', () => {
  test.each<[string, Partial<HintContext>]>([
    ['rate(x_total[1m])', { scrapeIntervalMs: 15_000 }],
    ['rate(x_total[15s])', {}],
    ['avg_over_time(x[15s])', { scrapeIntervalMs: 15_000 }],
    ['x{env="a", job="b", env!="c"}', {}],
    ['x{env="a", env="a"}', {}],
    ['rate(requests[5m]) + rate(h_bucket[5m])', { metricType }],
    ['deriv(temperature[5m])', { metricType }],
    ['rate(job:x:sum[5m])', {}],
    ['topk(5, x)', {}],
    ['sort(x)', {}],
    ['x[5m]', {}],
    ['avg(sum by (job) (x))', { isRange: true }],
    ['foo bar', {}],
    ['foo(', {}],
    ['sum(x', {}],
  ])('%s', (query, more) => {
    expect(hintsOf(query, more)).toEqual([]);
  });
});

test('a range query that is refused because its answer is a range vector says what to draw', () => {
  const context = { ...CONTEXT, isRange: true };
  const refused = new Error('invalid expression type "range vector" for range query');
  expect(hintsForFailure('x[5m]', refused, context)).toMatchObject([{ query: 'rate(x[5m])' }]);
  expect(hintsForFailure('sum(x)', new Error('query timed out'), context)).toEqual([]);
  expect(hintsForFailure('rate(x)', new Error('any'), context)).toMatchObject([{ query: 'rate(x[5m])' }]);
});
