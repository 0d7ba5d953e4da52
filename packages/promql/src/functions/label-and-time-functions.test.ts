// Functions over labels, dates, order and absence, as queries.
import { describe, expect, test } from 'vitest';
import { Engine } from '../engine/engine.ts';
import { scriptEngine } from '../engine/script-engine.ts';
import { ALL_PARSE_OPTIONS } from '../parse/options.ts';
import { runScript } from '../script/run.ts';

const engine = scriptEngine(new Engine({ parse: ALL_PARSE_OPTIONS }));

const DATA = `load 1m
  x{src="disk-10",job="a",instance="i"} 3
  x{src="disk-9",job="b",instance="i"} 1
  n{src="c"} NaN
  n{src="d"} 5
  target_info{job="a",instance="i",version="1.2"} 1
  h_bucket{le="1"} 5
  h_bucket{le="+Inf"} 10
  h_bucket{le="bad"} 10

`;

describe('answers', () => {
  test.each([
    'eval instant at 0 label_replace(x, "n", "$1", "src", "disk-(.*)")\n  x{src="disk-10",job="a",instance="i",n="10"} 3\n  x{src="disk-9",job="b",instance="i",n="9"} 1',
    'eval instant at 0 label_replace(x{job="a"}, "__name__", "y", "", "")\n  y{src="disk-10",job="a",instance="i"} 3',
    'eval instant at 0 label_replace(x, "n", "", "src", "(")\n  expect fail msg: invalid regular expression in label_replace(): (',
    'eval instant at 0 label_replace(x, "", "v", "src", ".*")\n  expect fail regex: ^invalid destination label name in label_replace\\(\\): $',
    'eval instant at 0 label_replace(sum by (job) (x), "job", "z", "", "")\n  expect fail msg: vector cannot contain metrics with the same labelset',
    'eval instant at 0 sum by (all) (label_join(x, "all", "/", "job", "src", "none"))\n  {all="a/disk-10/"} 3\n  {all="b/disk-9/"} 1',
    'eval instant at 0 label_join(x, "a", "", "")\n  expect fail regex: ^invalid source label name in label_join\\(\\): $',
    'eval instant at 0 sort(x)\n  expect ordered\n  x{src="disk-9",job="b",instance="i"} 1\n  x{src="disk-10",job="a",instance="i"} 3',
    'eval instant at 0 sort_desc(n)\n  expect ordered\n  n{src="d"} 5\n  n{src="c"} NaN',
    'eval instant at 0 sort(n)\n  expect ordered\n  n{src="d"} 5\n  n{src="c"} NaN',
    'eval instant at 0 sort_by_label(x, "src")\n  expect ordered\n  x{src="disk-9",job="b",instance="i"} 1\n  x{src="disk-10",job="a",instance="i"} 3',
    'eval instant at 0 sort_by_label_desc(x, "src")\n  expect ordered\n  x{src="disk-10",job="a",instance="i"} 3\n  x{src="disk-9",job="b",instance="i"} 1',
    'eval range from 0 to 1m step 1m sort(x{job="a"})\n  expect warn msg: PromQL warning: sort is ineffective for range queries since results are always ordered by labels (1:1)\n  x{src="disk-10",job="a",instance="i"} 3 3',
    'eval instant at 0 absent(none{a="b",c=~"d",e="f"})\n  {a="b",e="f"} 1',
    'eval instant at 0 absent(none{a="b",a="c"})\n  {} 1',
    'eval instant at 0 absent(x)',
    'eval range from 0 to 10m step 5m absent(x{job="a"})\n  {job="a"} _ 1 1',
    'eval range from 0 to 10m step 5m absent_over_time(x[6m])\n  {} _ _ 1',
    'eval instant at 0 info(x)\n  x{src="disk-10",job="a",instance="i",version="1.2"} 3\n  x{src="disk-9",job="b",instance="i"} 1',
    'eval instant at 0 info(x, {version=~".+"})\n  x{src="disk-10",job="a",instance="i",version="1.2"} 3',
    'eval instant at 0 histogram_quantile(0.25, h_bucket)\n  expect warn msg: PromQL warning: bucket label "le" is missing or has a malformed value of "bad" (1:26)\n  {} 0.5',
    'eval instant at 0 histogram_fraction(0, 1, h_bucket{le!="bad"})\n  {} 0.5',
    'eval instant at 0 histogram_quantiles(h_bucket{le!="bad"}, "q", 0.25, 1)\n  {q="0.25"} 0.5\n  {q="1.0"} 1',
    'eval instant at 0 sin(vector(pi() / 2)) + cosh(vector(0)) + deg(vector(pi())) + rad(vector(180)) - pi()\n  {} 182',
  ])('%s', async (evaluation) => {
    expect((await runScript(DATA + evaluation, 'functions', engine)).failures).toEqual([]);
  });
});

/** 2024-02-29 23:58:09 UTC, a Thursday; 1900-01-01; the year 12000; what cannot be a date. */
describe('parts of dates', () => {
  test.each([
    ['year', 1709251089, 2024],
    ['month', 1709251089, 2],
    ['day_of_month', 1709251089, 29],
    ['day_of_year', 1709251089, 60],
    ['day_of_week', 1709251089, 4],
    ['days_in_month', 1709251089, 29],
    ['hour', 1709251089, 23],
    ['minute', 1709251089.9, 58],
    ['year', -2208988800, 1900],
    ['days_in_month', -2206310400, 28],
    ['day_of_week', -1, 3],
    ['hour', -1, 23],
    ['year', 316516204800, 12000],
    ['year', -62167219200 - 1, -1],
    ['day_of_month', NaN, 4],
    ['year', -1e300, 292277026596],
    ['hour', 1e300, 15],
  ])('%s(vector(%d)) is %d', async (name, seconds, expected) => {
    const script = `eval instant at 0 ${name}(vector(${seconds}))\n  {} ${expected}`;
    expect((await runScript(script, 'dates', engine)).failures).toEqual([]);
  });

  test('without an argument they are those of the evaluation time', async () => {
    const script = 'eval range from 59m to 61m step 1m minute() + 100 * hour()\n  {} 59 100 101';
    expect((await runScript(script, 'dates', engine)).failures).toEqual([]);
  });
});
