import { describe, expect, test } from 'vitest';
import { TemplateError } from './errors.ts';
import { goFunction, variadicFunction } from './execute/functions.ts';
import { answerLater } from './execute/suspension.ts';
import { type TemplateOptions, TextTemplate } from './template.ts';
import { FunctionValue, GoMap, GoSlice, GoStruct, type GoValue } from './values/values.ts';

const functions = new Map([
  ['upper', goFunction(['string'], (text: string) => text.toUpperCase())],
  ['double', goFunction(['float64'], (value: number) => 2 * value)],
  ['list', variadicFunction(['any'], (...all: GoValue[]) => new GoSlice(all))],
  [
    'fail',
    goFunction([], () => {
      throw new Error('no luck');
    }),
  ],
]);
const data = new GoStruct({
  type: 'main.Data',
  fields: {
    Name: 'näme',
    Count: 3n,
    Ratio: 0.5,
    Labels: GoMap.ofStrings({ job: 'node', a: 'x' }),
    Any: new GoMap(new Map<string, GoValue>([['one', 1n]])),
    Items: new GoSlice(['a', 2n, 2.5, null]),
    Call: new FunctionValue(goFunction(['int'], (n: bigint) => n + 1n)),
    Nested: new GoStruct({
      type: 'main.Inner',
      pointer: true,
      fields: { X: 'deep' },
      methods: { Add: goFunction(['int', 'int'], (a: bigint, b: bigint) => a + b) },
    }),
  },
});

function run(text: string, options: TemplateOptions = {}): string {
  return new TextTemplate('t', { functions, ...options }).parse(text).execute(data);
}

describe('what templates print', () => {
  test.each([
    ['plain {text}', 'plain {text}'],
    ['{{.Name}} {{.Count}} {{.Ratio}} {{.Nested.X}}', 'näme 3 0.5 deep'],
    ['{{.Labels}} {{.Items}} {{.Any}}', 'map[a:x job:node] [a 2 2.5 <nil>] map[one:1]'],
    ['{{.Labels.nope}}|{{.Any.nope}}|{{index .Labels "nope"}}', '<no value>|<no value>|'],
    ['a {{- 1 -}} b {{- /* gone */ -}} c', 'a1bc'],
    ['{{/* comment */}}x', 'x'],
    [
      "{{1}} {{-2}} {{0x10}} {{1e3}} {{1_0}} {{'a'}} {{0b11}} {{017}} {{1.5}} {{1e21}} {{2i}}",
      '1 -2 16 1000 10 97 3 15 1.5 1e+21 (0+2i)',
    ],
    ['{{"q\\"\\u00e9\\x41\\n"}}{{`raw\\n`}}', 'q"éA\nraw\\n'],
    ['{{if .Name}}yes{{else}}no{{end}}{{if .Labels.nope}}yes{{else if .Count}}three{{end}}', 'yesthree'],
    ['{{with .Nested}}{{.X}}{{end}}{{with .Labels.nope}}x{{else with .Count}}{{.}}{{end}}', 'deep3'],
    ['{{range .Items}}[{{.}}]{{end}}', '[a][2][2.5][<no value>]'],
    ['{{range $i, $x := .Items}}{{$i}}={{$x}};{{end}}', '0=a;1=2;2=2.5;3=<no value>;'],
    ['{{range $k, $v := .Labels}}{{$k}}={{$v}} {{end}}', 'a=x job=node '],
    ['{{range 3}}{{.}}{{end}}{{range .Labels.nope}}x{{else}}none{{end}}', '012none'],
    ['{{range list 1 2 3}}{{if eq . 1}}{{continue}}{{end}}{{.}}{{break}}{{end}}', '2'],
    ['{{$x := 1}}{{if true}}{{$x = 2}}{{$y := 5}}{{$y}}{{end}}{{$x}}', '52'],
    ['{{define "T"}}<{{.}}>{{end}}{{template "T" .Count}}{{template "T"}}', '<3><<no value>>'],
    ['{{block "B" .Name}}[{{.}}]{{end}}', '[näme]'],
    ['{{.Name | upper | printf "%s-%d" "x" }}', 'x-%!d(string=NÄME)'],
    ['{{.Nested.Add 1 2}} {{3 | .Nested.Add 1}} {{call .Call 4}}', '3 4 5'],
    ['{{double 2}} {{double 2.5}} {{(list 1 "a").X}}', ''],
    [
      '{{len .Name}} {{len .Items}} {{index .Items 1}} {{slice .Name 2}} {{slice .Items 1 2}}',
      '5 4 2 �me [2]',
    ],
    ['{{and 1 0}} {{or 0 "x"}} {{not .Name}} {{and}}', ''],
    [
      '{{eq 1 2 1}} {{ne "a" "b"}} {{lt 1.5 2.5}} {{le "a" "a"}} {{gt 2 1}} {{ge 1 2}}',
      'true true true true true false',
    ],
    ['{{print 1 2 "a" "b" 3}} {{println "x"}}', '1 2ab3 x\n'],
    ['{{html "<&>"}} {{js "\'<"}} {{urlquery "a b/é"}}', "&lt;&amp;&gt; \\'\\u003C a+b%2F%C3%A9"],
  ])('%s', (text, expected) => {
    if (expected === '') expect(() => run(text)).toThrow(TemplateError);
    else expect(run(text)).toBe(expected);
  });

  test('missing keys can be zero values or errors', () => {
    expect(run('{{.Labels.nope}}|{{.Any.nope}}', { missingKey: 'zero' })).toBe('|<no value>');
    expect(() => run('{{.Labels.nope}}', { missingKey: 'error' })).toThrow('map has no entry for key "nope"');
  });

  test('later sources add and replace definitions, empty ones do not', () => {
    const template = new TextTemplate('main').parse('{{template "T"}}');
    template.parse('{{define "T"}}one{{end}}', 'a.tmpl').parse('{{define "T"}} {{end}}', 'b.tmpl');
    expect(template.execute(undefined)).toBe('one');
    template.parse('{{define "T"}}two{{end}}', 'c.tmpl');
    expect(template.execute(undefined)).toBe('two');
    expect(() => template.execute(undefined, 'nope')).toThrow(
      'template: no template "nope" associated with template "main"',
    );
  });
});

describe('what is no template', () => {
  test.each([
    ['{{', 'template: t:1: unclosed action'],
    ['a\n{{if true}}\n', 'template: t:3: unexpected EOF'],
    ['{{end}}', 'template: t:1: unexpected {{end}}'],
    ['{{if}}{{end}}', 'template: t:1: missing value for if'],
    ['{{nofunction 1}}', 'template: t:1: function "nofunction" not defined'],
    ['{{$x}}', 'template: t:1: undefined variable "$x"'],
    ['{{if true}}{{$x := 1}}{{end}}{{$x}}', 'template: t:1: undefined variable "$x"'],
    ['{{"open}}', 'template: t:1: unterminated quoted string'],
    ['{{/* open', 'template: t:1: unclosed comment'],
    ['{{(1}}', 'template: t:1: unclosed left paren'],
    ['{{1)}}', 'template: t:1: unexpected right paren'],
    ['{{1 | 2}}', 'template: t:1: non executable command in pipeline stage 2'],
    ['{{break}}', 'template: t:1: {{break}} outside {{range}}'],
    ['{{0x}}', 'template: t:1: illegal number syntax: "0x"'],
    ['{{123a}}', 'template: t:1: bad number syntax: "123a"'],
    ['{{99999999999999999999}}', 'template: t:1: integer overflow: "99999999999999999999"'],
    ["{{'ab'}}", "template: t:1: malformed character constant: 'ab'"],
    ['{{"a".b}}', 'template: t:1: unexpected . after term "\\"a\\""'],
    ['{{.a b$}}', "template: t:1: bad character U+0024 '$'"],
    ['{{#}}', 'template: t:1: unexpected "#" in command'],
    ['{{💥}}', "template: t:1: unrecognized character in action: U+1F4A5 '💥'"],
    ['{{template x}}', 'template: t:1: unexpected "x" in template clause'],
    ['{{$x, $y := 1}}', 'template: t:1: too many declarations in command'],
    ['{{\n1\n"', 'template: t:3: unterminated quoted string in action started at t:1'],
    [
      '{{define "A"}}1{{end}}{{define "A"}}2{{end}}',
      'template: t:1: template: multiple definition of template "A"',
    ],
  ])('%s', (text, message) => {
    const failure = catchError(() => run(text));
    expect(failure).toBeInstanceOf(TemplateError);
    expect([failure.code, failure.message]).toEqual(['template_syntax', message]);
    expect(failure.place.line).toBeGreaterThan(0);
  });
});

describe('what fails while it runs', () => {
  test.each([
    ['{{nil}}', 't:1:2: executing "t" at <nil>: nil is not a command'],
    ['{{.Nope}}', 't:1:2: executing "t" at <.Nope>: can\'t evaluate field Nope in type main.Data'],
    [
      'é\n {{.Nested.Y}}',
      't:2:10: executing "t" at <.Nested.Y>: can\'t evaluate field Y in type *main.Inner',
    ],
    ['{{.Name.X}}', 't:1:7: executing "t" at <.Name.X>: can\'t evaluate field X in type string'],
    ['{{upper 1}}', 't:1:8: executing "t" at <1>: expected string; found 1'],
    ['{{upper .Count}}', 't:1:8: executing "t" at <.Count>: wrong type for value; expected string; got int'],
    ['{{upper}}', 't:1:2: executing "t" at <upper>: wrong number of args for upper: want 1 got 0'],
    ['{{upper nil}}', 't:1:8: executing "t" at <nil>: cannot assign nil to string'],
    [
      '{{.Count | .Name}}',
      't:1:11: executing "t" at <.Name>: Name has arguments but cannot be invoked as function',
    ],
    ['{{fail | upper}}', 't:1:2: executing "t" at <fail>: error calling fail: no luck'],
    [
      '{{index .Items 9}}',
      't:1:2: executing "t" at <index .Items 9>: error calling index: index out of range: 9',
    ],
    [
      '{{eq 1 1.0}}',
      't:1:2: executing "t" at <eq 1 1.0>: error calling eq: incompatible types for comparison: int and float64',
    ],
    [
      '{{lt .Labels 1}}',
      't:1:2: executing "t" at <lt .Labels 1>: error calling lt: invalid type for comparison',
    ],
    ['{{call 1}}', 't:1:2: executing "t" at <call 1>: error calling call: non-function 1 of type int'],
    ['{{template "none"}}', 't:1:11: executing "t" at <{{template "none"}}>: template "none" not defined'],
    ['{{range .Ratio}}{{end}}', 't:1:8: executing "t" at <.Ratio>: range can\'t iterate over 0.5'],
    [
      '{{define "D"}}{{.X}}{{end}}{{template "D" 1}}',
      't:1:16: executing "D" at <.X>: can\'t evaluate field X in type int',
    ],
    ['{{.Call}}', 't:1:2: executing "t" at <{{.Call}}>: can\'t print {{.Call}} of type func()'],
  ])('%s', (text, message) => {
    const failure = catchError(() => run(text));
    expect([failure.code, failure.message]).toEqual(['template_execution', `template: ${message}`]);
  });

  test('the cause stays with the error', () => {
    expect(catchError(() => run('{{fail}}')).cause).toEqual(new Error('no luck'));
  });
});

describe('templates come from users', () => {
  test.each([
    '.constructor',
    '.Labels.constructor',
    '.Name.length',
    '.Items.map',
    '.Labels.__proto__',
    '.Nested.X.toString',
  ])('%s reaches nothing of JavaScript', (path) => {
    const answer = (() => {
      try {
        return run(`{{${path}}}`);
      } catch (error) {
        return (error as Error).message;
      }
    })();
    expect(answer).toMatch(/^<no value>$|can't evaluate field/);
  });

  test.each([
    ['a loop', '{{range 1000000000}}{{end}}', 'the template takes too long'],
    ['output', '{{range 1000}}{{printf "%1000d" 1}}{{end}}', 'the output is longer than 10000 characters'],
    [
      'recursion',
      '{{define "R"}}{{template "R"}}{{end}}{{template "R"}}',
      'exceeded maximum template depth (500)',
    ],
  ])('%s without end is ended', (_, text, message) => {
    expect(() => run(text, { limits: { outputLength: 10_000, steps: 100_000 } })).toThrow(message);
  });

  test.each([
    ['{{'.concat('('.repeat(2000), '1', ')'.repeat(2000), '}}'), 'max expression depth exceeded'],
    [`${'{{if 1}}'.repeat(2000)}${'{{end}}'.repeat(2000)}`, 'max nesting depth exceeded'],
    [`{{if 1}}${'{{else if 1}}'.repeat(2000)}{{end}}`, 'max nesting depth exceeded'],
  ])('nesting without end is refused, %#', (text, message) => expect(() => run(text)).toThrow(message));

  test('deep templates in deep structures are an error, never a crash', () => {
    const nested = `${'{{if 1}}'.repeat(400)}{{template "R"}}${'{{end}}'.repeat(400)}`;
    expect(() => run(`{{define "R"}}${nested}{{end}}{{template "R"}}`)).toThrow(TemplateError);
  });
});

describe('functions that wait', () => {
  const template = (ask: (key: string) => string) =>
    new TextTemplate('t', { functions: new Map([['ask', goFunction(['string'], ask)]]) })
      .parse('{{ask "a"}}{{if eq (ask "b") "B"}}{{ask "a"}}{{ask "c"}}{{end}}')
      .execute(undefined);

  test('are asked once for everything that the template comes to', async () => {
    const asked: string[] = [];
    const answer = await answerLater(async (key) => {
      asked.push(key);
      return key.toUpperCase();
    }, template);
    expect(answer).toBe('AAC');
    expect(asked).toEqual(['a', 'b', 'c']);
  });

  test('fail where they are called', async () => {
    const failing = answerLater(async (key) => {
      if (key === 'c') throw new Error('too late');
      return key.toUpperCase();
    }, template);
    await expect(failing).rejects.toThrow('at <ask "c">: error calling ask: too late');
  });
});

function catchError(action: () => unknown): TemplateError {
  try {
    action();
  } catch (error) {
    return error as TemplateError;
  }
  throw new Error('nothing was thrown');
}
