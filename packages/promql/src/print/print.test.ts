import { describe, expect, test } from 'vitest';
import { ALL_PARSE_OPTIONS } from '../parse/options.ts';
import { parseExpr } from '../parse/parse.ts';
import { prettyPrint } from './pretty-print.ts';
import { printExpr } from './print.ts';
import { exprToJson } from './tree-json.ts';

const parse = (query: string) => parseExpr(query, ALL_PARSE_OPTIONS);

/** What is written, and its normal form; without the latter the query is in it. */
const FORMS: readonly (readonly [string, string?])[] = [
  ['sum(x) by (a,b)', 'sum by (a, b) (x)'],
  ['sum(x) without ()', 'sum without () (x)'],
  ['sum by () (x)', 'sum(x)'],
  ['sum by ("utf-8 ä", a) (x)'],
  ['TOPK(5, x)', 'topk(5, x)'],
  ['a+on()b', 'a + on () b'],
  ['a + ignoring() b', 'a + b'],
  ['a * ignoring (x) group_left b', 'a * ignoring (x) group_left () b'],
  ['a * on (x) group_right ("ü") b'],
  ['a > bool 1'],
  ['a + fill(3) b', 'a + fill (3) b'],
  ['a + fill_right(-0.00001) fill_left(+1e21) b', 'a + fill_left (1e+21) fill_right (-1e-05) b'],
  ['a AND b OR c UNLESS d', 'a and b or c unless d'],
  ['x{b="1", a=~"2", c!="3", d!~"4"}', 'x{a=~"2",b="1",c!="3",d!~"4"}'],
  ['{__name__="x"}'],
  ['{"x"}', '{__name__="x"}'],
  ['{"x y"="z"}'],
  ['x{}', 'x'],
  ['x offset 1h30m @ 5', 'x @ 5.000 offset 1h30m'],
  ['x offset -7d', 'x offset -1w'],
  ['x @ end() offset 3', 'x @ end() offset 3s'],
  ['x[90m] @ start() anchored', 'x[1h30m] anchored @ start()'],
  ['x smoothed offset 1m'],
  ['x[5m:]'],
  ['rate(x[5m])[1h:30s] @ 1.5 offset 1m', 'rate(x[5m])[1h:30s] @ 1.500 offset 1m'],
  ['x[(5m + step()) * 2]', 'x[(5m + step()) * 2]'],
  ['x[max_of(1m,range())] offset -min_of(1, 2s)', 'x[max_of(1m, range())] offset -min_of(1, 2s)'],
  ['x offset (5)'],
  ['-x'],
  ['+x ^ -2'],
  ['- 1', '-1'],
  ['0x1F', '31'],
  ['1e3', '1000'],
  ['017', '15'],
  ['1_000', '1000'],
  ['.5', '0.5'],
  ['INF', '+Inf'],
  ['-inf', '-Inf'],
  ['nan', 'NaN'],
  ['90m', '1h30m'],
  ['-1d', '-1d'],
  ["'it\\'s'", '"it\'s"'],
  ['`a\\b"`', '"a\\\\b\\""'],
  ['"\\xff\\u00e9"', '"\\xffé"'],
  ['label_replace(x, "a", "b", "c", "d")'],
  ['(((x)))'],
  ['x # comment\n + # another\ny', 'x + y'],
  ['sum + by + on_ + offset', 'sum + by + on_ + offset'],
];

describe('the normal form of a query', () => {
  test.each(FORMS.map(([query, normal]) => [query, normal ?? query] as const))('%s', (query, normal) => {
    expect(printExpr(parse(query))).toBe(normal);
    expect(printExpr(parse(normal))).toBe(normal);
  });
});

test('a query longer than a line is split and its parts are indented', () => {
  const long = 'a'.repeat(60);
  expect(prettyPrint(parse(`sum by (job) (rate(${long}[5m])) / on (job) (${long} + ${long})`))).toBe(
    `  sum by (job) (rate(${long}[5m]))
/ on (job)
  (
      ${long}
    +
      ${long}
  )`,
  );
  expect(prettyPrint(parse(`topk(3, label_replace(${long}, "a", "${long}", "b", "c"))`))).toBe(
    `topk(
  3,
  label_replace(
    ${long},
    "a",
    "${long}",
    "b",
    "c"
  )
)`,
  );
  expect(prettyPrint(parse(`sum_over_time((${long} + ${long})[5m:])`))).toBe(
    `sum_over_time(
  (
      ${long}
    +
      ${long}
  )[5m:]
)`,
  );
});

test('the tree as JSON has sorted keys and upstream’s names', () => {
  const tree = exprToJson(parse('sum by (a) (rate(x{b!="c"}[5m] @ end() offset 1m)) > bool 5m'));
  expect(JSON.stringify(tree)).toBe(
    '{"bool":true,"lhs":{"expr":{"args":[{"anchored":false,"matchers":[{"name":"b","type":"!=","value":"c"},{"name":"__name__","type":"=","value":"x"}],"name":"x","offset":60000,"offsetExpr":null,"range":300000,"rangeExpr":null,"smoothed":false,"startOrEnd":"end","timestamp":null,"type":"matrixSelector"}],"func":{"argTypes":["matrix"],"name":"rate","returnType":"vector","variadic":0},"type":"call"},"grouping":["a"],"op":"sum","param":null,"type":"aggregation","without":false},"matching":null,"op":">","rhs":{"type":"numberLiteral","val":"300"},"type":"binaryExpr"}',
  );
  const subquery = exprToJson(parse('(a + on (x) fill_left (1) b)[1h:step()]'));
  expect(JSON.stringify(subquery)).toBe(
    '{"expr":{"expr":{"bool":false,"lhs":{"anchored":false,"matchers":[{"name":"__name__","type":"=","value":"a"}],"name":"a","offset":0,"offsetExpr":null,"smoothed":false,"startOrEnd":null,"timestamp":null,"type":"vectorSelector"},"matching":{"card":"one-to-one","fillValues":{"lhs":1,"rhs":null},"include":[],"labels":["x"],"on":true},"op":"+","rhs":{"anchored":false,"matchers":[{"name":"__name__","type":"=","value":"b"}],"name":"b","offset":0,"offsetExpr":null,"smoothed":false,"startOrEnd":null,"timestamp":null,"type":"vectorSelector"},"type":"binaryExpr"},"type":"parenExpr"},"offset":0,"offsetExpr":null,"range":3600000,"rangeExpr":null,"startOrEnd":null,"step":0,"stepExpr":{"lhs":null,"op":"step","rhs":null,"type":"durationExpr","wrapped":false},"timestamp":null,"type":"subquery"}',
  );
});
