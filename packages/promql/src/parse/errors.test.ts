// Queries that are none, with what the reference implementation says about them: place and reason. Every rule
// of the grammar and of the type check has one that breaks it.
import { describe, expect, test } from 'vitest';
import { ALL_PARSE_OPTIONS, type ParseOptions } from './options.ts';
import { parseExpr } from './parse.ts';
import { ParseError } from './parse-error.ts';

/** `[query, 'line:column: reason']`, with all features on. */
const CASES: readonly (readonly [string, string])[] = [
  ['', 'unknown position: no expression found in input'],
  [' ', '1:1: no expression found in input'],
  ['# only a comment', '1:1: no expression found in input'],
  ['1 +', '1:4: unexpected end of input'],
  ['*1', '1:1: unexpected <op:*>'],
  ['(1', '1:3: unclosed left parenthesis'],
  ['1)', `1:3: unexpected right parenthesis ')'`],
  ['foo bar', '1:5: unexpected identifier "bar"'],
  ['foo{', '1:5: unexpected end of input inside braces'],
  ['foo}', `1:4: unexpected character: '}'`],
  ['foo{a}', '1:6: unexpected "}" in label matching, expected label matching operator'],
  ['foo{a=}', '1:7: unexpected "}" in label matching, expected string'],
  ['foo{a=b}', '1:7: unexpected identifier "b" in label matching, expected string'],
  ['foo{a="b" c="d"}', '1:11: unexpected identifier "c" in label matching, expected "," or "}"'],
  ['foo{a="b",,}', '1:11: unexpected "," in label matching, expected identifier or "}"'],
  ['foo{,}', '1:5: unexpected "," in label matching, expected identifier or "}"'],
  ['foo{a!"b"}', `1:6: unexpected character after '!' inside braces: '"'`],
  ['foo{a!~}', '1:8: unexpected "}" in label matching, expected string'],
  ['foo{a=~"("}', '1:5: error parsing regexp: missing closing ): `(`'],
  ['foo{a=~"[z-a]"}', '1:5: error parsing regexp: invalid character class range: `z-a`'],
  ['foo{a=~"*"}', '1:5: error parsing regexp: missing argument to repetition operator: `*`'],
  ['foo{1="a"}', `1:5: unexpected character inside braces: '1'`],
  ['{}', '1:1: vector selector must contain at least one non-empty matcher'],
  ['{a=""}', '1:1: vector selector must contain at least one non-empty matcher'],
  ['{a=~".*"}', '1:1: vector selector must contain at least one non-empty matcher'],
  ['{a!~".+"}', '1:1: vector selector must contain at least one non-empty matcher'],
  ['{a!="b"}', '1:1: vector selector must contain at least one non-empty matcher'],
  ['foo{__name__="bar"}', '1:1: metric name must not be set twice: "foo" or "bar"'],
  ['foo{"bar"}', '1:1: metric name must not be set twice: "foo" or "bar"'],
  ['foo[5m', '1:7: unclosed left bracket'],
  [
    'foo[]',
    '1:5: unexpected "]" in subquery or range selector, expected number, duration, step(), or range()',
  ],
  ['foo[5m]5m]', '1:8: unexpected duration "5m"'],
  ['foo[5m 1m]', '1:8: unexpected duration "1m" in subquery or range, expected ":" or "]"'],
  ['foo[5m:1m:1m]', `1:10: unexpected colon ':'`],
  ['foo[:1m]', '1:6: unexpected colon before duration in duration expression'],
  ['foo[5m:x]', `1:8: unexpected character: 'x', expected ':'`],
  ['foo[5m:1m', '1:10: unclosed left bracket'],
  ['foo[0]', '1:5: duration must be greater than 0'],
  ['foo[0s]', '1:5: duration must be greater than 0'],
  ['foo[-5m]', '1:5: duration must be greater than 0'],
  ['foo[5m:-1m]', '1:8: duration must be greater than 0'],
  ['foo[1y1y]', '1:5: bad number or duration syntax: "1y1"'],
  ['foo[300y]', '1:5: duration out of range'],
  ['foo[1m5h]', '1:5: not a valid duration string: "1m5h"'],
  ['foo[5mm]', '1:5: bad number or duration syntax: "5mm"'],
  ['foo["5m"]', `1:5: unexpected character in duration expression: '"'`],
  ['foo[5m][5m]', '1:8: ranges only allowed for vector selectors'],
  ['foo[5m:1m][5m]', '1:11: ranges only allowed for vector selectors'],
  ['foo offset 5m[5m]', '1:14: no offset modifiers allowed before range'],
  ['foo @ 5[5m]', '1:8: no @ modifiers allowed before range'],
  ['(foo)[5m]', '1:6: ranges only allowed for vector selectors'],
  ['rate(foo)', '1:6: expected type range vector in call to function "rate", got instant vector'],
  ['rate(foo[5m],1)', '1:1: expected 1 argument(s) in call to "rate", got 2'],
  ['rate()', '1:1: expected 1 argument(s) in call to "rate", got 0'],
  ['rate(foo[5m]', '1:13: unclosed left parenthesis'],
  ['foo_bar(1)', '1:1: unknown function with name "foo_bar"'],
  ['sum()', '1:1: no arguments for aggregate expression provided'],
  ['sum(foo, bar)', '1:1: wrong number of arguments for aggregate expression provided, expected 1, got 2'],
  ['sum foo', '1:5: unexpected identifier "foo"'],
  ['sum by foo', '1:8: unexpected identifier "foo" in grouping opts, expected "("'],
  ['sum by (foo)', '1:13: unexpected end of input in aggregation'],
  ['sum(foo) by (foo', '1:17: unclosed left parenthesis'],
  ['sum(foo) by (,)', '1:14: unexpected "," in grouping opts, expected label'],
  ['sum(foo) by (foo bar)', '1:18: unexpected identifier "bar" in grouping opts, expected "," or ")"'],
  ['sum(foo) by ("")', '1:14: invalid label name for grouping: ""'],
  ['sum(foo) by (1)', '1:14: unexpected number "1" in grouping opts, expected label'],
  ['sum(foo) by (without)', '1:14: unexpected <without> in grouping opts, expected label'],
  ['sum without', '1:12: unexpected end of input in grouping opts, expected "("'],
  ['sum(foo) by (a) without (b)', '1:17: unexpected <without>'],
  ['topk(foo)', '1:1: wrong number of arguments for aggregate expression provided, expected 2, got 1'],
  ['topk(5, 5)', '1:9: expected type instant vector in aggregation expression, got scalar'],
  ['topk(foo, foo)', '1:6: expected type scalar in aggregation parameter, got instant vector'],
  ['count_values(5, foo)', '1:14: expected type string in aggregation parameter, got scalar'],
  [
    'count_values("x", foo[5m])',
    '1:19: expected type instant vector in aggregation expression, got range vector',
  ],
  ['quantile("x", foo)', '1:10: expected type scalar in aggregation parameter, got string'],
  ['limitk(1)', '1:1: wrong number of arguments for aggregate expression provided, expected 2, got 1'],
  ['sum(1)', '1:5: expected type instant vector in aggregation expression, got scalar'],
  ['sum(foo[5m])', '1:5: expected type instant vector in aggregation expression, got range vector'],
  ['sum("a")', '1:5: expected type instant vector in aggregation expression, got string'],
  ['foo offset', '1:11: unexpected end of input in offset, expected number, duration, step(), or range()'],
  [
    'foo offset x',
    '1:12: unexpected identifier "x" in offset, expected number, duration, step(), or range()',
  ],
  ['foo offset 5m offset 5m', '1:1: offset may not be set multiple times'],
  [
    'foo offset "5m"',
    '1:12: unexpected string "\\"5m\\"" in offset, expected number, duration, step(), or range()',
  ],
  ['foo offset (5m', '1:15: unclosed left parenthesis'],
  [
    'sum(foo) offset 5m',
    '1:1: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery',
  ],
  [
    '1 offset 5m',
    '1:1: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery',
  ],
  [
    '"a" offset 5m',
    '1:1: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery',
  ],
  ['foo @', '1:6: unexpected end of input in @, expected timestamp'],
  ['foo @ x', '1:7: unexpected identifier "x" in @, expected timestamp'],
  ['foo @ "1"', '1:7: unexpected string "\\"1\\"" in @, expected timestamp'],
  ['foo @ start', '1:12: unexpected end of input in @, expected timestamp'],
  ['foo @ start(', '1:13: unclosed left parenthesis'],
  ['foo @ inf', '1:1: timestamp out of bounds for @ modifier: +Inf'],
  ['foo @ nan', '1:1: timestamp out of bounds for @ modifier: NaN'],
  [
    'foo @ -1e300',
    '1:1: timestamp out of bounds for @ modifier: -1000000000000000052504760255204420248704468581108159154915854115511802457988908195786371375080447864043704443832883878176942523235360430575644792184786706982848387200926575803737830233794788090059368953234970799945081119038967640880074652742780142494579258788820056842838115669472196386865459400540160.000000',
  ],
  ['foo @ 5 @ 6', '1:1: @ <timestamp> may not be set multiple times'],
  [
    'sum(foo) @ 5',
    '1:1: @ modifier must be preceded by an instant vector selector or range vector selector or a subquery',
  ],
  ['foo anchored smoothed', '1:1: anchored and smoothed modifiers cannot be used together'],
  ['foo[5m:1m] anchored', '1:1: anchored modifier is not supported for subqueries'],
  ['1 smoothed', '1:1: smoothed modifier not implemented'],
  ['1 == 1', '1:3: comparisons between scalars must use BOOL modifier'],
  ['1 + bool 1', '1:3: bool modifier can only be used on comparison operators'],
  ['foo + bool bar', '1:5: bool modifier can only be used on comparison operators'],
  ['foo and 1', '1:1: set operator "and" not allowed in binary scalar expression'],
  ['1 or foo', '1:1: set operator "or" not allowed in binary scalar expression'],
  ['1 unless 1', '1:1: set operator "unless" not allowed in binary scalar expression'],
  ['foo and on(x) group_left(y) bar', '1:1: no grouping allowed for "and" operation'],
  ['foo + group_left(x) bar', '1:7: unexpected <group_left>'],
  ['foo + on(x) group_left(x) bar', '1:5: label "x" must not occur in ON and GROUP clause at once'],
  ['foo + on x bar', '1:10: unexpected identifier "x" in grouping opts, expected "("'],
  ['1 + on(x) foo', '1:1: vector matching only allowed between instant vectors'],
  ['foo + fill(1) 1', '1:1: filling in missing series only allowed between instant vectors'],
  ['foo and fill(1) bar', '1:1: filling in missing series not allowed for set operators'],
  ['foo + fill(x) bar', '1:12: unexpected identifier "x"'],
  ['foo + fill(1', '1:13: unclosed left parenthesis'],
  ['"a" + 1', '1:1: binary expression must contain only scalar and instant vector types'],
  ['foo + "a"', '1:7: binary expression must contain only scalar and instant vector types'],
  ['foo[5m] + 1', '1:1: binary expression must contain only scalar and instant vector types'],
  [
    '-"a"',
    '1:1: unary expression only allowed on expressions of type scalar or instant vector, got "string"',
  ],
  [
    '-foo[5m]',
    '1:1: unary expression only allowed on expressions of type scalar or instant vector, got "range vector"',
  ],
  ['"a"[5m]', '1:4: ranges only allowed for vector selectors'],
  ['(1)[5m:]', '1:1: subquery is only allowed on instant vector, got scalar instead'],
  ['foo["a":]', `1:5: unexpected character in duration expression: '"'`],
  ['"unterminated', '1:1: unterminated quoted string'],
  [`'a`, '1:1: unterminated quoted string'],
  ['`a', '1:1: unterminated raw string'],
  ['"\\q"', `1:1: unknown escape sequence U+0071 'q'`],
  ['"\\x1"', `1:1: illegal character U+0022 '"' in escape sequence`],
  ['"\\xzz"', `1:1: illegal character U+007A 'z' in escape sequence`],
  ['"\\400"', '1:1: escape sequence is an invalid Unicode code point'],
  ['"\\ud800"', '1:1: escape sequence is an invalid Unicode code point'],
  ['"\\U00110000"', '1:1: escape sequence is an invalid Unicode code point'],
  ['"a\nb"', '1:1: unterminated quoted string'],
  ['0x', '1:1: error parsing number: strconv.ParseFloat: parsing "0x": invalid syntax'],
  ['1e', '1:1: bad number or duration syntax: "1e"'],
  ['1e+', '1:1: bad number or duration syntax: "1e+"'],
  ['1_', '1:1: bad number or duration syntax: "1_"'],
  ['1__0', '1:1: bad number or duration syntax: "1__"'],
  ['1.2.3', '1:1: bad number or duration syntax: "1.2."'],
  ['5x', '1:1: bad number or duration syntax: "5"'],
  ['0o7', '1:1: bad number or duration syntax: "0"'],
  ['1e400', '1:1: error parsing number: strconv.ParseFloat: parsing "1e400": value out of range'],
  ['$', `1:1: unexpected character: '$'`],
  ['foo $', `1:5: unexpected character: '$'`],
  ['!', `1:1: unexpected character after '!': '�'`],
  ['!x', `1:1: unexpected character after '!': 'x'`],
  ['=', '1:1: unexpected "="'],
  ['=~', `1:1: unexpected character after '=': '~'`],
  ['foo =~ "a"', `1:5: unexpected character after '=': '~'`],
  ['foo ! bar', `1:5: unexpected character after '!': ' '`],
  ['foo = bar', '1:5: unexpected "="'],
  ['foo == == bar', '1:8: unexpected <op:==>'],
  ['foo ^ ^ bar', '1:7: unexpected <op:^>'],
  [')', `1:2: unexpected right parenthesis ')'`],
  [']', `1:1: unexpected right bracket ']'`],
  ['}', `1:1: unexpected character: '}'`],
  ['foo]', `1:4: unexpected right bracket ']'`],
  ['[5m]', '1:1: unexpected "["'],
  [';', `1:1: unexpected character: ';'`],
  ['a:b(foo)', '1:4: unexpected "("'],
  ['foo:bar{a="b"', '1:14: unexpected end of input inside braces'],
  ['abs(foo,)', '1:8: trailing commas not allowed in function call args'],
  ['abs(,foo)', '1:5: unexpected ","'],
  ['abs(foo bar)', '1:9: unexpected identifier "bar"'],
  ['abs(foo[5m])', '1:5: expected type instant vector in call to function "abs", got range vector'],
  ['vector(foo)', '1:8: expected type scalar in call to function "vector", got instant vector'],
  ['scalar(1)', '1:8: expected type instant vector in call to function "scalar", got scalar'],
  ['time(1)', '1:1: expected 0 argument(s) in call to "time", got 1'],
  ['label_replace(foo, "a", "b", "c")', '1:1: expected 5 argument(s) in call to "label_replace", got 4'],
  [
    'label_replace(foo, "a", "b", "c", "d", "e")',
    '1:1: expected 5 argument(s) in call to "label_replace", got 6',
  ],
  ['label_join(foo)', '1:1: expected at least 3 argument(s) in call to "label_join", got 1'],
  ['label_join(foo, "a", "b", 5)', '1:27: expected type string in call to function "label_join", got scalar'],
  ['round(foo, 1, 2)', '1:1: expected at most 2 argument(s) in call to "round", got 3'],
  ['round()', '1:1: expected at least 1 argument(s) in call to "round", got 0'],
  [
    'histogram_quantiles(foo, "q")',
    '1:1: expected at least 3 argument(s) in call to "histogram_quantiles", got 2',
  ],
  [
    'histogram_quantiles(foo, "q", 1,2,3,4,5,6,7,8,9,10,11)',
    '1:1: expected at most 12 argument(s) in call to "histogram_quantiles", got 13',
  ],
  ['info(foo, bar)', '1:11: expected label selectors only, got vector selector instead'],
  ['info(foo, 1)', '1:1: expected type instant vector in call to function "info", got scalar'],
  ['info(foo, abs(bar))', '1:11: expected label selectors only'],
  ['info()', '1:1: expected at least 1 argument(s) in call to "info", got 0'],
  ['absent(foo[5m])', '1:8: expected type instant vector in call to function "absent", got range vector'],
  [
    'absent_over_time(foo)',
    '1:18: expected type range vector in call to function "absent_over_time", got instant vector',
  ],
  ['day_of_week(foo, bar)', '1:1: expected at most 1 argument(s) in call to "day_of_week", got 2'],
  [
    'foo[5m:1m] offset 1h + foo[5m]',
    '1:1: binary expression must contain only scalar and instant vector types',
  ],
  [
    'foo[step(]',
    '1:10: unexpected "]" in subquery or range selector, expected number, duration, step(), or range()',
  ],
  [
    'foo[step()+]',
    '1:12: unexpected "]" in subquery or range selector, expected number, duration, step(), or range()',
  ],
  [
    'foo[(5m]',
    '1:8: unexpected "]" in subquery or range selector, expected number, duration, step(), or range()',
  ],
  ['foo[5m/0]', '1:7: division by zero'],
  ['foo[5m%0]', '1:7: modulo by zero'],
  [
    'foo[max_of(1)]',
    '1:13: unexpected ")" in subquery or range selector, expected number, duration, step(), or range()',
  ],
  ['foo[foo]', `1:5: unexpected character in duration expression: 'f'`],
  ['foo[5m+x]', `1:8: unexpected character: 'x', expected ':'`],
  [
    'foo offset step',
    '1:16: unexpected end of input in offset, expected number, duration, step(), or range()',
  ],
  ['foo offset -(5m', '1:16: unclosed left parenthesis'],
  ['foo offset 1e300', '1:12: duration out of range'],
  ['foo[1e300]', '1:5: duration out of range'],
  ['foo atan2 "x"', '1:11: binary expression must contain only scalar and instant vector types'],
  ['foo[5m]{a="b"}', '1:8: unexpected "{"'],
  ['foo{a="b"}{c="d"}', '1:11: unexpected "{"'],
  ['{a="b"} foo', '1:9: unexpected identifier "foo"'],
  ['foo by (x)', '1:5: unexpected <by>'],
  ['bool', '1:1: unexpected <bool>'],
  ['on', '1:1: unexpected <on>'],
  ['bool + 1', '1:1: unexpected <bool>'],
  ['é', `1:1: unexpected character: 'é'`],
  ['föö', `1:2: unexpected character: 'ö'`],
  ['foo{é="b"}', `1:5: unexpected character inside braces: 'é'`],
  ['{"é"="b"} bar', '1:12: unexpected identifier "bar"'],
  ['foo  +  # comment', '1:18: unexpected end of input'],
  ['foo{a="é"} + "é"', '1:15: binary expression must contain only scalar and instant vector types'],
  ['"é" + $', `1:8: unexpected character: '$'`],
  ['# c\nfoo\n  bar', '3:3: unexpected identifier "bar"'],
  [
    'sum(rate(foo)) by (x)',
    '1:10: expected type range vector in call to function "rate", got instant vector',
  ],
  ['sum(rate(foo[5m]) by (x)', '1:19: unexpected <by> in aggregation'],
  [
    'sum(foo) by (x) offset 5m',
    '1:1: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery',
  ],
];

/** What is switched off, and the first words about it. */
const DISABLED: readonly (readonly [string, string])[] = [
  [
    'limitk(1)',
    '1:1: limitk() is experimental and must be enabled with --enable-feature=promql-experimental-functions',
  ],
  ['mad_over_time(foo[5m])', '1:1: function "mad_over_time" is not enabled'],
  ['info(foo, bar)', '1:1: function "info" is not enabled'],
  ['start()', '1:1: function "start" is not enabled'],
  ['foo anchored', '1:1: anchored modifier is experimental and not enabled'],
  ['rate(foo[5m] smoothed)', '1:6: smoothed modifier is experimental and not enabled'],
  ['foo + fill(1) bar', '1:1: binop fill modifiers are experimental and not enabled'],
  ['foo[5m+1m]', '1:5: experimental duration expression is not enabled'],
  ['foo[max_of(1m,2m)]', '1:12: experimental duration expression is not enabled'],
  ['foo offset step()', '1:12: experimental duration expression is not enabled'],
];

function errorOf(query: string, options?: ParseOptions): string {
  try {
    parseExpr(query, options);
  } catch (error) {
    if (error instanceof ParseError) return error.message.replace(': parse error', '');
    throw error;
  }
  return 'no error';
}

describe('what is wrong with a query', () => {
  test.each(CASES)('%s', (query, expected) => {
    expect(errorOf(query, ALL_PARSE_OPTIONS)).toBe(expected);
  });
});

describe('what needs a feature flag', () => {
  test.each(DISABLED)('%s', (query, expected) => {
    expect(errorOf(query)).toBe(expected);
    expect(errorOf(query, ALL_PARSE_OPTIONS)).not.toBe(expected);
  });
});

test('a query nested too deeply is refused, in whatever way it is nested', () => {
  const deep = 100_000;
  const tooDeep = 'expression is nested deeper than 500 levels';
  const queries = [
    `${'('.repeat(deep)}1${')'.repeat(deep)}`,
    `${'abs('.repeat(deep)}x${')'.repeat(deep)}`,
    `${'-'.repeat(deep)}x`,
    `x${' + x'.repeat(deep)}`,
    `x${' ^ x'.repeat(deep)}`,
    `x${'[5m:]'.repeat(deep)}`,
  ];
  for (const query of queries) expect(errorOf(query, ALL_PARSE_OPTIONS)).toContain(tooDeep);
  expect(errorOf(`x[${'('.repeat(deep)}1m`, ALL_PARSE_OPTIONS)).toContain('nested deeper than');
  expect(errorOf(`x${' + x'.repeat(490)}`)).toBe('no error');
  expect(errorOf(`${'('.repeat(490)}x${')'.repeat(490)}`)).toBe('no error');
});

test('the place is counted in bytes of UTF-8, the span in UTF-16 units', () => {
  try {
    parseExpr('"😀é" + $');
    expect.unreachable();
  } catch (error) {
    expect((error as ParseError).message).toContain('1:12:');
    expect((error as ParseError).span.start).toBe(8);
  }
});
