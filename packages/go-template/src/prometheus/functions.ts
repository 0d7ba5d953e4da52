// The functions that Prometheus adds to templates.
import { compareStrings, parseDuration, toSimpleLowerCase, toSimpleUpperCase } from '@prometheus-ts/model';
import { compileUnanchored, type Regexp } from '@prometheus-ts/regexp';
import { escapeQuery } from '../execute/builtins.ts';
import { type FunctionTable, goFunction, variadicFunction } from '../execute/functions.ts';
import { goDuration, goTime } from '../values/time.ts';
import { GoMap, GoSlice, type GoStruct, type GoValue, SafeText, SafeType } from '../values/values.ts';
import { stripDomain, stripPort } from './host-port.ts';
import {
  humanize,
  humanize1024,
  humanizeDuration,
  humanizePercentage,
  humanizeTimestamp,
  toFloat,
  toMilliseconds,
} from './humanize.ts';
import { goSamples, type QuerySample, RESULT_TYPE, SAMPLE_TYPE } from './samples.ts';
import { title } from './title.ts';

/** What the functions know of the world. */
export interface TemplateEnvironment {
  /** When the template is expanded; queries are for this time. */
  readonly timeMs: number;
  /** Where this server can be reached. */
  readonly externalUrl: string;
  /** Answers a query as a vector; throws with the text that the template's error shall show. */
  readonly query: (expression: string) => readonly QuerySample[];
}

export function prometheusFunctions(environment: TemplateEnvironment): FunctionTable {
  const { timeMs, externalUrl, query } = environment;
  return new Map([
    ...FUNCTIONS,
    ['query', goFunction(['string'], (expression: string) => goSamples(query(expression)))],
    ['now', goFunction([], () => timeMs / 1000)],
    ['externalURL', goFunction([], () => externalUrl)],
    ['pathPrefix', goFunction([], () => pathOf(externalUrl))],
  ]);
}

/** Their names, for checking templates without a server. */
export const NO_ENVIRONMENT: TemplateEnvironment = {
  timeMs: 0,
  externalUrl: '',
  query: () => {
    throw new Error('no queries here');
  },
};

const FUNCTIONS: FunctionTable = new Map([
  ['first', goFunction([RESULT_TYPE], first)],
  ['label', goFunction(['string', SAMPLE_TYPE], (name: string, sample: GoStruct) => labelOf(sample, name))],
  ['value', goFunction([SAMPLE_TYPE], (sample: GoStruct) => sample.fields.get('Value'))],
  ['strvalue', goFunction([SAMPLE_TYPE], (sample: GoStruct) => labelOf(sample, '__value__'))],
  ['sortByLabel', goFunction(['string', RESULT_TYPE], sortByLabel)],
  [
    'args',
    variadicFunction(
      ['any'],
      (...all: GoValue[]) => new GoMap(new Map(all.map((arg, i) => [`arg${i}`, arg]))),
    ),
  ],
  ['safeHtml', goFunction(['string'], (text: string) => new SafeText(SafeType.html, text))],
  [
    'match',
    goFunction(['string', 'string'], (pattern: string, text: string) =>
      compileUnanchored(pattern).matches(text),
    ),
  ],
  ['reReplaceAll', goFunction(['string', 'string', 'string'], replaceAll)],
  ['title', goFunction(['string'], title)],
  ['toUpper', goFunction(['string'], toSimpleUpperCase)],
  ['toLower', goFunction(['string'], toSimpleLowerCase)],
  ['graphLink', goFunction(['string'], (expression: string) => graphLink(expression, 0))],
  ['tableLink', goFunction(['string'], (expression: string) => graphLink(expression, 1))],
  ['stripPort', goFunction(['string'], stripPort)],
  ['stripDomain', goFunction(['string'], stripDomain)],
  ['humanize', goFunction(['any'], humanize)],
  ['humanize1024', goFunction(['any'], humanize1024)],
  ['humanizeDuration', goFunction(['any'], humanizeDuration)],
  ['humanizePercentage', goFunction(['any'], humanizePercentage)],
  ['humanizeTimestamp', goFunction(['any'], humanizeTimestamp)],
  ['toTime', goFunction(['any'], (value: GoValue) => goTime(toMilliseconds(toFloat(value))))],
  ['toDuration', goFunction(['any'], (value: GoValue) => goDuration(toFloat(value) * 1000, true))],
  ['parseDuration', goFunction(['string'], durationSeconds)],
  ['urlQueryEscape', goFunction(['string'], escapeQuery)],
]);

function first(result: GoSlice | null): GoValue {
  if (result && result.items.length > 0) return result.items[0];
  throw new Error('first() called on vector with no elements');
}

function labelOf(sample: GoStruct, name: string): string {
  return ((sample.fields.get('Labels') as GoMap).entries.get(name) as string | undefined) ?? '';
}

function sortByLabel(name: string, result: GoSlice): GoSlice {
  const samples = [...result.items] as GoStruct[];
  return new GoSlice(
    samples.sort((a, b) => compareStrings(labelOf(a, name), labelOf(b, name))),
    RESULT_TYPE,
  );
}

function replaceAll(pattern: string, replacement: string, text: string): string {
  let regexp: Regexp;
  try {
    regexp = compileUnanchored(pattern);
  } catch (error) {
    throw new Error(`regexp: Compile(\`${pattern}\`): ${(error as Error).message}`);
  }
  return regexp.replaceAll(text, replacement);
}

/** The query page: tab 0 draws a graph, tab 1 shows a table. */
export function graphLink(expression: string, tab: 0 | 1): string {
  return `/graph?g0.expr=${escapeQuery(expression)}&g0.tab=${tab}`;
}

function durationSeconds(text: string): number {
  const negative = text.startsWith('-');
  const milliseconds = parseDuration(negative ? text.slice(1) : text);
  return (negative ? -milliseconds : milliseconds) / 1000;
}

function pathOf(url: string): string {
  return URL.canParse(url) ? decodeURI(new URL(url).pathname).replace(/^\/$/, '') : '';
}
