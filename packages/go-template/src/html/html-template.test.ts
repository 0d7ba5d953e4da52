import { describe, expect, test } from 'vitest';
import { TemplateError } from '../errors.ts';
import { goFunction } from '../execute/functions.ts';
import { HtmlTemplate } from '../html-template.ts';
import { GoMap, GoSlice, GoStruct, type GoValue, SafeText, SafeType } from '../values/values.ts';

const functions = new Map(
  Object.entries(SafeType).map(([name, type]) => [
    `safe_${name}`,
    goFunction(['string'], (text: string) => new SafeText(type, text)),
  ]),
);

function run(text: string, value: GoValue = `<x y="'&">`): string {
  const data = new GoStruct({ type: 'main.Data', fields: { V: value, T: true } });
  return new HtmlTemplate('t', { functions, missingKey: 'zero' }).parse(text).execute(data);
}

describe('a value', () => {
  test.each([
    ['in text', '<p>{{.V}}</p>', '<p>&lt;x y=&#34;&#39;&amp;&#34;&gt;</p>'],
    ['in an attribute', '<p title="{{.V}}">', '<p title="&lt;x y=&#34;&#39;&amp;&#34;&gt;">'],
    [
      'in an attribute without quotes',
      '<p title={{.V}}>',
      '<p title=&lt;x&#32;y&#61;&#34;&#39;&amp;&#34;&gt;>',
    ],
    ['as an attribute name', '<p {{.V}}=x>', '<p ZgotmplZ=x>'],
    ['at the start of a URL', '<a href="{{.V}}">', '<a href="%3cx%20y=%22%27&amp;%22%3e">'],
    ['in a query', '<a href="/?q={{.V}}">', '<a href="/?q=%3cx%20y%3d%22%27%26%22%3e">'],
    ['in a script', '<script>f({{.V}})</script>', '<script>f("\\u003cx y=\\"\'\\u0026\\"\\u003e")</script>'],
    [
      'in a string of a script',
      "<script>f('{{.V}}')</script>",
      "<script>f('\\u003cx y=\\u0022\\u0027\\u0026\\u0022\\u003e')</script>",
    ],
    [
      'in a template literal',
      '<script>f(`{{.V}}`)</script>',
      '<script>f(`\\u003cx y=\\u0022\\u0027\\u0026\\u0022\\u003e`)</script>',
    ],
    [
      'in a regular expression',
      '<script>/{{.V}}/.test(x)</script>',
      '<script>/\\u003cx y=\\u0022\\u0027\\u0026\\u0022\\u003e/.test(x)</script>',
    ],
    [
      'in an event handler',
      '<p onclick="f({{.V}})">',
      '<p onclick="f(&#34;\\u003cx y=\\&#34;&#39;\\u0026\\&#34;\\u003e&#34;)">',
    ],
    ['in a style', '<style>p { color: {{.V}} }</style>', '<style>p { color: ZgotmplZ }</style>'],
    [
      'in a URL of a style',
      '<style>p { background: url("{{.V}}") }</style>',
      '<style>p { background: url("%3cx%20y=%22%27&%22%3e") }</style>',
    ],
    [
      'in a string of a style',
      '<style>p { content: "a{{.V}}" }</style>',
      '<style>p { content: "a\\3cx y=\\22\\27\\26\\22\\3e " }</style>',
    ],
    [
      'in a text area',
      '<textarea>{{.V}}</textarea>',
      '<textarea>&lt;x y=&#34;&#39;&amp;&#34;&gt;</textarea>',
    ],
    ['in a comment', '<!-- {{.V}} -->x', 'x'],
    ['in a comment of a script', '<script>/* {{.V}} */1</script>', '<script>  1</script>'],
    ['in a list of images', '<img srcset="/a 1x, {{.V}} 2x">', '<img srcset="/a 1x, #ZgotmplZ 2x">'],
  ])('%s', (_, text, expected) => expect(run(text)).toBe(expected));

  test.each([
    ['javascript:alert(1)', '#ZgotmplZ'],
    ['data:text/html,x', '#ZgotmplZ'],
    ['JavaScript:x', '#ZgotmplZ'],
    ['http://h/p?a=b c', 'http://h/p?a=b%20c'],
    ['MAILTO:a@b', 'MAILTO:a@b'],
    ['a/b:c', 'a/b:c'],
    ['%41%zz', '%41%25zz'],
  ])('URL %s becomes %s', (url, expected) =>
    expect(run('<a href="{{.V}}">', url)).toBe(`<a href="${expected}">`),
  );

  test.each<[GoValue, string]>([
    [1n, ' 1 '],
    [0.5, ' 0.5 '],
    [1e-7, ' 1e-7 '],
    [Number.NaN, ' /* json: unsupported value: NaN */null '],
    [true, ' true '],
    [null, ' null '],
    ['</script>\u2028', '"\\u003c/script\\u003e\\u2028"'],
    [new GoSlice([1n, 'a', null]), '[1,"a",null]'],
    [
      new GoMap(
        new Map<string, GoValue>([
          ['b', 2n],
          ['a', '<'],
        ]),
      ),
      '{"a":"\\u003c","b":2}',
    ],
    [new GoStruct({ type: 'T', fields: { X: 1n } }), '{"X":1}'],
  ])('%s in a script is JSON', (value, expected) => {
    expect(run('<script>x={{.V}};</script>', value)).toBe(`<script>x=${expected};</script>`);
  });

  test.each([
    ['{{.V | safe_html}}', '<b>1 &lt; 2</b>', '<b>1 &lt; 2</b>'],
    ['<p title="{{.V | safe_html}}">', '<b>1 &lt; 2</b>', '<p title="1 &lt; 2">'],
    ['<script>{{.V | safe_js}}</script>', 'f(1)', '<script>f(1)</script>'],
    ['<script>"{{.V | safe_jsString}}"</script>', "a\\n'", '<script>"a\\n\\u0027"</script>'],
    ['<p style="{{.V | safe_css}}">', 'color: red', '<p style="color: red">'],
    ['<a href="{{.V | safe_url}}">', 'javascript:x', '<a href="javascript:x">'],
    ['<p {{.V | safe_htmlAttribute}}>', 'onclick="x"', '<p onclick="x">'],
  ])('that somebody vouches for is taken as it is: %s', (text, value, expected) => {
    expect(run(text, value)).toBe(expected);
  });
});

describe('the text of a template', () => {
  test.each([
    ['a < b <b>c</b>', 'a &lt; b <b>c</b>'],
    ['<!DOCTYPE html><!-- gone --><p>', '<!DOCTYPE html><p>'],
    ['<script>// gone\nx /* gone */ y</script>', '<script>\nx   y</script>'],
    [
      '<script>"</script {{.V}}"</script>',
      '<script>"\\x3C/script \\u003cx y=\\u0022\\u0027\\u0026\\u0022\\u003e"</script>',
    ],
    [
      '<script type="text/template"><b>{{.V}}</b></script>',
      '<script type="text/template"><b>&lt;x y=&#34;&#39;&amp;&#34;&gt;</b></script>',
    ],
  ])('%s', (text, expected) => expect(run(text)).toBe(expected));
});

describe('templates in several contexts', () => {
  test('are escaped for each of them', () => {
    const text =
      '{{define "D"}}{{.V}}{{end}}<p title="{{template "D" .}}">{{template "D" .}}<script>{{template "D" .}}</script>';
    expect(run(text, '<')).toBe('<p title="&lt;">&lt;<script>"\\u003c"</script>');
  });

  test('may call themselves', () => {
    const text = '{{define "R"}}<i>{{.}}</i>{{if .}}{{template "R" ""}}{{end}}{{end}}{{template "R" .V}}';
    expect(run(text, '&')).toBe('<i>&amp;</i><i></i>');
  });
});

describe('what cannot be escaped', () => {
  test.each([
    [
      '<a href="{{if .T}}/a?{{else}}/a{{end}}{{.V}}">',
      'html/template:t:1:40: {{.V}} appears in an ambiguous context within a URL',
    ],
    [
      '{{if .T}}<a{{end}}',
      'html/template:t:1:5: {{if}} branches end in different contexts: {stateTag delimNone urlPartNone jsCtxRegexp [] attrNone elementNone <nil>}, {stateText delimNone urlPartNone jsCtxRegexp [] attrNone elementNone <nil>}',
    ],
    [
      '<a href="',
      'html/template:t: ends in a non-text context: {stateURL delimDoubleQuote urlPartNone jsCtxRegexp [] attrURL elementNone <nil>}',
    ],
    ['<a b"c>', 'html/template:t: "\\"" in attribute name: " b\\"c>"'],
    ['<a b=c"d>', 'html/template:t: "\\"" in unquoted attr: "c\\"d"'],
    ['<script>"a\\', 'html/template:t: unfinished escape sequence in JS string: "a\\\\"'],
    ['{{html .V | print}}', 'html/template:t:1:2: predefined escaper "html" disallowed in template'],
    ['{{template "none"}}', 'html/template:t:1:11: no such template "none"'],
  ])('%s', (text, message) => {
    const template = new HtmlTemplate('t').parse(text);
    const data = new GoStruct({ type: 'D', fields: { V: 'x', T: true } });
    for (let attempt = 0; attempt < 2; attempt++) {
      let failure: unknown;
      try {
        template.execute(data);
      } catch (error) {
        failure = error;
      }
      expect(failure).toBeInstanceOf(TemplateError);
      expect((failure as TemplateError).message).toBe(message);
    }
  });

  test('nothing is parsed once something has run', () => {
    const template = new HtmlTemplate('t').parse('x');
    template.execute(undefined);
    expect(() => template.parse('y')).toThrow('html/template: cannot Parse after Execute');
  });
});
