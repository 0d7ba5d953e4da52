// The functions that escaping adds to pipelines, by the names that Go gives them.
import { variadicFunction } from '../execute/functions.ts';
import { sprint } from '../format/print.ts';
import { type GoFunction, type GoValue, isNil, SafeText, SafeType } from '../values/values.ts';
import { escapeCss, filterCssValue } from './css-text.ts';
import { escapeHtmlText, escapeUnquoted, filterHtmlName, stripTags } from './html-text.ts';
import { escapeJsRegexp, escapeJsString, escapeJsTemplate, escapeJsValue } from './js-text.ts';
import { encodeUrl, filterSrcset, filterUrl } from './url-text.ts';

export const Escaper = {
  attribute: '_html_template_attrescaper',
  comment: '_html_template_commentescaper',
  css: '_html_template_cssescaper',
  cssValue: '_html_template_cssvaluefilter',
  htmlName: '_html_template_htmlnamefilter',
  html: '_html_template_htmlescaper',
  jsRegexp: '_html_template_jsregexpescaper',
  jsString: '_html_template_jsstrescaper',
  jsTemplate: '_html_template_jstmpllitescaper',
  jsValue: '_html_template_jsvalescaper',
  unquoted: '_html_template_nospaceescaper',
  rcdata: '_html_template_rcdataescaper',
  srcset: '_html_template_srcsetescaper',
  url: '_html_template_urlescaper',
  urlFilter: '_html_template_urlfilter',
  urlNormalizer: '_html_template_urlnormalizer',
  /** Joins the arguments of an escaper that the template calls itself. */
  evaluate: '_eval_args_',
} as const;
export type Escaper = (typeof Escaper)[keyof typeof Escaper];

/** The text of the arguments, and its type when that is vouched for. */
function textOf(args: readonly GoValue[]): readonly [string, SafeType | undefined] {
  const [first] = args;
  if (args.length === 1 && typeof first === 'string') return [first, undefined];
  if (args.length === 1 && first instanceof SafeText) return [first.text, first.type];
  return [sprint(args.filter((arg) => !isNil(arg))), undefined];
}

type TextFunction = (text: string, type: SafeType | undefined) => string;

const TEXT_FUNCTIONS: Readonly<
  Record<Exclude<Escaper, '_html_template_jsvalescaper' | '_eval_args_'>, TextFunction>
> = {
  [Escaper.attribute]: (text, type) =>
    type === SafeType.html ? escapeHtmlText(stripTags(text), true) : escapeHtmlText(text, false),
  [Escaper.comment]: () => '',
  [Escaper.css]: escapeCss,
  [Escaper.cssValue]: filterCssValue,
  [Escaper.htmlName]: filterHtmlName,
  [Escaper.html]: (text, type) => (type === SafeType.html ? text : escapeHtmlText(text, false)),
  [Escaper.jsRegexp]: escapeJsRegexp,
  [Escaper.jsString]: (text, type) => escapeJsString(text, type === SafeType.jsString),
  [Escaper.jsTemplate]: escapeJsTemplate,
  [Escaper.unquoted]: escapeUnquoted,
  [Escaper.rcdata]: (text, type) => escapeHtmlText(text, type === SafeType.html),
  [Escaper.srcset]: filterSrcset,
  [Escaper.url]: (text, type) => encodeUrl(text, type === SafeType.url),
  [Escaper.urlFilter]: filterUrl,
  [Escaper.urlNormalizer]: (text) => encodeUrl(text, true),
};

export const ESCAPE_FUNCTIONS: ReadonlyMap<string, GoFunction> = new Map([
  ...Object.entries(TEXT_FUNCTIONS).map(
    ([name, call]) =>
      [name, variadicFunction(['any'], (...args: GoValue[]) => call(...textOf(args)))] as const,
  ),
  [Escaper.jsValue, variadicFunction(['any'], (...args: GoValue[]) => escapeJsValue(args))] as const,
  [Escaper.evaluate, variadicFunction(['any'], (...args: GoValue[]) => sprint(args))] as const,
]);

/** Escapers that templates may call themselves, at the end of a pipeline. */
export const PREDEFINED: ReadonlySet<string> = new Set(['html', 'urlquery']);

const EQUIVALENTS: ReadonlyMap<string, string> = new Map([
  [Escaper.attribute, 'html'],
  [Escaper.html, 'html'],
  [Escaper.rcdata, 'html'],
  [Escaper.url, 'urlquery'],
  [Escaper.urlNormalizer, 'urlquery'],
]);

/** Two escapers with one such name do the same. */
export function commonName(escaper: string): string {
  return EQUIVALENTS.get(escaper) ?? escaper;
}

const REDUNDANT: ReadonlyMap<string, ReadonlySet<string>> = new Map<string, ReadonlySet<string>>([
  [Escaper.comment, new Set([Escaper.attribute, Escaper.html])],
  [Escaper.css, new Set([Escaper.attribute])],
  [Escaper.jsRegexp, new Set([Escaper.attribute])],
  [Escaper.jsString, new Set([Escaper.attribute])],
  [Escaper.jsTemplate, new Set([Escaper.attribute])],
  [Escaper.url, new Set([Escaper.urlNormalizer])],
]);

/** Whether the second escaper changes nothing of what the first one makes. */
export function isRedundant(first: string, second: string): boolean {
  return REDUNDANT.get(first)?.has(second) ?? false;
}
