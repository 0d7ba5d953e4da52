// Console pages: HTML templates with libraries.
import type { LabelSet } from '@prometheus-ts/model';
import { goFunction } from '../execute/functions.ts';
import { answerLater } from '../execute/suspension.ts';
import { HtmlTemplate } from '../html-template.ts';
import { GoMap, GoSlice, GoStruct, type GoValue, SafeText, SafeType } from '../values/values.ts';
import { explain, type QueryingEnvironment } from './alert-template.ts';
import { prometheusFunctions, type TemplateEnvironment } from './functions.ts';
import { goLabels } from './samples.ts';

export interface ConsolePage {
  /** Path of the page's file below the folder of consoles. */
  readonly path: string;
  readonly text: string;
  /** Libraries by file name, whose definitions the page can call. */
  readonly libraries: ReadonlyMap<string, string>;
}

export interface ConsoleData {
  /** Of the request's query. */
  readonly parameters: URLSearchParams;
  readonly externalLabels: LabelSet;
}

const DEFINITIONS =
  '{{$rawParams := .RawParams }}{{$params := .Params}}{{$path := .Path}}{{$externalLabels := .ExternalLabels}}';
const DATA_TYPE =
  'struct { RawParams url.Values; Params map[string]string; Path string; ExternalLabels map[string]string }';

/** The HTML of a page. Throws TemplateError. */
export function expandConsole(
  page: ConsolePage,
  data: ConsoleData,
  environment: TemplateEnvironment,
): string {
  const name = `__console_${page.path}`;
  const functions = new Map(prometheusFunctions(environment));
  const template = new HtmlTemplate(name, { functions, missingKey: 'zero' });
  const call = (called: string, value: GoValue) =>
    new SafeText(SafeType.html, template.execute(value, called));
  functions.set('tmpl', goFunction(['string', 'any'], call));
  explain(`error parsing template ${name}: `, () => template.parse(DEFINITIONS + page.text));
  for (const [library, text] of page.libraries) {
    explain(`error parsing template files for ${name}: `, () => template.parse(text, library));
  }
  return explain(`error executing template ${name}: `, () => template.execute(goData(page, data)));
}

/** The same with queries that take time. */
export function expandConsoleLater(
  page: ConsolePage,
  data: ConsoleData,
  environment: QueryingEnvironment,
): Promise<string> {
  return answerLater(environment.query, (query) => expandConsole(page, data, { ...environment, query }));
}

function goData(page: ConsolePage, { parameters, externalLabels }: ConsoleData): GoStruct {
  const names = [...new Set(parameters.keys())];
  const raw = names.map((name): [string, GoValue] => [
    name,
    new GoSlice(parameters.getAll(name), '[]string'),
  ]);
  const firsts = names.map((name): [string, GoValue] => [name, parameters.get(name)!]);
  return new GoStruct({
    type: DATA_TYPE,
    fields: {
      RawParams: new GoMap(new Map(raw), '[]string'),
      Params: new GoMap(new Map(firsts), 'string'),
      Path: page.path.replace(/^\/+/, ''),
      ExternalLabels: goLabels(externalLabels),
    },
  });
}
