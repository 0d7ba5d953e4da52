import { LabelSet } from '@prometheus-ts/model';
import { describe, expect, test } from 'vitest';
import { TextTemplate } from '../template.ts';
import { formatTime } from '../values/time.ts';
import { AlertTemplate, describeFailure } from './alert-template.ts';
import { expandConsole, expandConsoleLater } from './console-template.ts';
import { prometheusFunctions, type TemplateEnvironment } from './functions.ts';
import type { QuerySample } from './samples.ts';
import { title } from './title.ts';

const samples: QuerySample[] = [
  { labels: LabelSet.from({ n: 'b', __value__: 'text' }), value: 2 },
  {
    labels: LabelSet.from({ n: 'a' }),
    value: {
      counterReset: 0,
      schema: 0,
      zeroThreshold: 0,
      zeroCount: 0,
      count: 3,
      sum: 4.5,
      positiveSpans: [{ offset: 1, length: 1 }],
      positiveBuckets: [3],
      negativeSpans: [],
      negativeBuckets: [],
    },
  },
];
const environment: TemplateEnvironment = {
  timeMs: 1_700_000_000_500,
  externalUrl: 'http://prom.example.com:9090/a%20b/',
  query: (expression) => (expression === 'all' ? samples : []),
};

function run(text: string): string {
  return new TextTemplate('t', { functions: prometheusFunctions(environment), missingKey: 'zero' })
    .parse(text)
    .execute(undefined);
}

describe('functions', () => {
  test.each([
    [
      '{{range query "all" | sortByLabel "n"}}{{.Labels.n}}={{.Value}} {{end}}',
      'a={count:3, sum:4.5, (1,2]:3} b=2 ',
    ],
    ['{{with query "all" | first}}{{label "n" .}} {{value .}} {{strvalue .}}{{end}}', 'b 2 text'],
    ['{{(query "all" | sortByLabel "n" | first).Value.Count}}', '3'],
    ['{{now}} {{externalURL}} {{pathPrefix}}', '1.7000000005e+09 http://prom.example.com:9090/a%20b/ /a b/'],
    ['{{(args 1 "b").arg1}} {{args}}', 'b map[]'],
    [
      '{{humanize 1234567.0}} {{humanize 0.00123}} {{humanize "1e3"}} {{humanize1024 2048}}',
      '1.235M 1.23m 1k 2ki',
    ],
    [
      '{{humanizeDuration 93784.5}} {{humanizeDuration 0.0015}} {{humanizePercentage 0.256}}',
      '1d 2h 3m 4s 1.5ms 25.6%',
    ],
    ['{{humanizeTimestamp 1.5}} {{humanizeTimestamp "NaN"}}', '1970-01-01 00:00:01.5 +0000 UTC NaN'],
    [
      '{{(toTime 1435065584.128).Format "Mon 2 Jan 2006 15:04:05.000"}} {{(toTime 0).Year}} {{(toTime 0).Month}}',
      'Tue 23 Jun 2015 13:19:44.128 1970 January',
    ],
    ['{{toDuration 5400}} {{(toDuration 5400).Hours}}', '1h30m0s 1.5'],
    ['{{parseDuration "1h30m"}} {{parseDuration "-5m"}}', '5400 -300'],
    ['{{reReplaceAll "(.*)-(.*)" "$2:$1" "a-b"}} {{match "^a" "abc"}}', 'b:a true'],
    [
      '{{stripPort "h:80"}} {{stripDomain "h.example.com:80"}} {{stripDomain "10.0.0.1:80"}} {{stripDomain "[::1]:80"}}',
      'h h:80 10.0.0.1:80 [::1]:80',
    ],
    ['{{toUpper "aß"}} {{toLower "ÀB"}} {{title "it\'s a foo-bar"}}', "Aß àb It's A Foo-Bar"],
    [
      '{{graphLink "up{a=\\"b c\\"}"}} {{urlQueryEscape "a b"}}',
      '/graph?g0.expr=up%7Ba%3D%22b+c%22%7D&g0.tab=0 a+b',
    ],
  ])('%s', (text, expected) => expect(run(text)).toBe(expected));

  test.each([
    ['{{query "none" | first}}', 'error calling first: first() called on vector with no elements'],
    ['{{query "all" | value}}', 'wrong type for value; expected *template.sample; got template.queryResult'],
    ['{{humanize "x"}}', 'error calling humanize: strconv.ParseFloat: parsing "x": invalid syntax'],
    ['{{humanize true}}', "error calling humanize: can't convert bool to float"],
    [
      '{{toTime 1e30}}',
      'error calling toTime: 1e+30 cannot be represented as a nanoseconds timestamp since it overflows int64',
    ],
    [
      '{{reReplaceAll "a(" "" ""}}',
      'error calling reReplaceAll: regexp: Compile(`a(`): error parsing regexp: missing closing ): `a(`',
    ],
    ['{{parseDuration "5M"}}', 'error calling parseDuration: unknown unit "M" in duration "5M"'],
  ])('%s fails', (text, message) => expect(() => run(text)).toThrow(message));
});

describe('alerts', () => {
  const data = {
    labels: LabelSet.from({ job: 'node' }),
    externalLabels: LabelSet.from({ region: 'eu' }),
    value: 0.5,
  };

  test('have short names for what they know', () => {
    const template = new AlertTemplate(
      'A',
      '{{$labels.job}} {{$value}} {{$externalLabels.region}} {{$externalURL}}',
    );
    expect(template.expand(data, environment)).toBe(`node 0.5 eu ${environment.externalUrl}`);
  });

  test('say what is wrong with a template when they are loaded', () => {
    expect(() => new AlertTemplate('A', '{{$nope}}')).toThrow(
      'template: __alert_A:1: undefined variable "$nope"',
    );
  });

  test('carry the failure when it only shows later', () => {
    const failure = (() => {
      try {
        return new AlertTemplate('A', '{{.Nope}}').expand(data, environment);
      } catch (error) {
        return describeFailure(error);
      }
    })();
    expect(failure).toMatch(
      /^<error expanding template: error executing template __alert_A: template: __alert_A:1:114: executing "__alert_A" at <.Nope>: can't evaluate field Nope/,
    );
  });

  test('may ask storage that takes time', async () => {
    const template = new AlertTemplate('A', '{{(query "all" | first).Value}}');
    const answer = await template.expandLater(data, { ...environment, query: async () => samples });
    expect(answer).toBe('2');
  });
});

describe('console pages', () => {
  const page = {
    path: '/node.html',
    text: '{{template "head" .}}<p>{{$params.q}} {{$path}} {{tmpl "cell" "<"}}</p>{{range $rawParams.q}}[{{.}}]{{end}}',
    libraries: new Map([
      ['prom.lib', '{{define "head"}}<h1>{{.Path}}</h1>{{end}}{{define "cell"}}<td>{{.}}</td>{{end}}'],
    ]),
  };
  const data = { parameters: new URLSearchParams('q=a%26b&q=c'), externalLabels: LabelSet.empty };
  const html = '<h1>node.html</h1><p>a&amp;b node.html <td>&lt;</td></p>[a&amp;b][c]';

  test('see the request, and call libraries', async () => {
    expect(expandConsole(page, data, environment)).toBe(html);
    expect(await expandConsoleLater(page, data, environment)).toBe(html);
  });

  test('name the library that does not parse', () => {
    const broken = { ...page, libraries: new Map([['bad.lib', '{{if}}']]) };
    expect(() => expandConsole(broken, data, environment)).toThrow(
      'error parsing template files for __console_/node.html: template: bad.lib:1: missing value for if',
    );
  });
});

test.each([
  ['2006-01-02T15:04:05Z07:00', '2009-02-13T23:31:30Z', '2009-02-14T01:01:30+01:30'],
  ['Monday, 02-Jan-06 15:04:05 MST', 'Friday, 13-Feb-09 23:31:30 UTC', 'Saturday, 14-Feb-09 01:01:30 TST'],
  ['Jan _2 3:04PM', 'Feb 13 11:31PM', 'Feb 14 1:01AM'],
  ['002 .000 .999', '044 .123 .123', '045 .123 .123'],
])('time layout %s', (layout, utc, zoned) => {
  expect(formatTime(1_234_567_890_123, layout)).toBe(utc);
  expect(formatTime(1_234_567_890_123, layout, { name: 'TST', offsetSeconds: 5400 })).toBe(zoned);
});

test.each([
  ['hello wORLD', 'Hello WORLD'],
  ["don't", "Don't"],
  ['straße ß ŉ ǆ', 'Straße Ss ʼN ǅ'],
])('title of %s', (text, expected) => expect(title(text)).toBe(expected));
