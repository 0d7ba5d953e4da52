// The vocabulary of the lexer: kinds of tokens, keywords, and how an error message names a token. The texts
// are part of upstream's error messages.
import { quoteGo } from '@prometheus-ts/model';
import { AGGREGATE_OPERATORS } from '../ast.ts';
import { utf8Length } from './characters.ts';

/** Operators, keywords and punctuation are kinds of their own, named by their canonical spelling. */
export type TokenKind = string;

/** The kinds that have more than one spelling. No keyword has capitals, so none collides. */
export const Kind = {
  eof: 'EOF',
  comment: 'COMMENT',
  identifier: 'IDENTIFIER',
  metricIdentifier: 'METRIC_IDENTIFIER',
  string: 'STRING',
  number: 'NUMBER',
  duration: 'DURATION',
  space: 'SPACE',
  blank: 'BLANK',
  times: 'TIMES',
} as const;

export interface Token {
  readonly kind: TokenKind;
  /** UTF-16 offsets into the input. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const AGGREGATORS: ReadonlySet<string> = new Set(AGGREGATE_OPERATORS);
const WORD_OPERATORS: ReadonlySet<string> = new Set(['and', 'or', 'unless', 'atan2']);
const SYMBOL_OPERATORS: ReadonlySet<string> = new Set('+ / == =~ >= > </ >/ < <= % * != !~ ^ - @'.split(' '));
const MODIFIERS: ReadonlySet<string> = new Set(
  'bool by group_left group_right fill fill_left fill_right ignoring offset smoothed anchored on without'.split(
    ' ',
  ),
);
const PREPROCESSORS: ReadonlySet<string> = new Set(['start', 'end', 'step', 'range', 'max_of', 'min_of']);

/** Words that may stand in a bracket or an offset as part of a computed duration. */
export const DURATION_KEYWORDS: ReadonlySet<string> = new Set(['step', 'range', 'max_of', 'min_of']);

const KEYWORDS: ReadonlyMap<string, TokenKind> = new Map<string, TokenKind>([
  ...[...AGGREGATORS, ...WORD_OPERATORS, ...MODIFIERS, ...PREPROCESSORS].map((word) => [word, word] as const),
  ['inf', Kind.number],
  ['nan', Kind.number],
]);

/** The kind of a word, in any case of letters; undefined when it is no keyword. */
export function keywordKind(word: string): TokenKind | undefined {
  return KEYWORDS.get(word.toLowerCase());
}

export const isAggregator = (kind: TokenKind): boolean => AGGREGATORS.has(kind);
export const isModifier = (kind: TokenKind): boolean => MODIFIERS.has(kind);

/** Keywords that are no metric name. */
const NOT_A_METRIC: ReadonlySet<string> = new Set([
  'bool',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'atan2',
]);

/** Whether a token may be a metric name: identifiers and most keywords. */
export function canBeMetricName(kind: TokenKind): boolean {
  if (kind === Kind.identifier || kind === Kind.metricIdentifier) return true;
  return isKeyword(kind) && !NOT_A_METRIC.has(kind);
}

/** Whether an unquoted token may be a label name in `by (…)`, `on (…)` and the like: all but `without`. */
export function canBeLabelName(kind: TokenKind): boolean {
  if (kind === Kind.identifier || kind === Kind.metricIdentifier) return true;
  return isKeyword(kind) && kind !== 'without';
}

function isKeyword(kind: TokenKind): boolean {
  return KEYWORDS.get(kind) === kind;
}

/**
 * Keys and hints of a histogram description. Upstream has no names for these tokens and prints the numbers
 * of its generated parser, which its error texts therefore contain.
 */
export const HISTOGRAM_KEYS: ReadonlyMap<string, number> = new Map([
  ['sum', 57370],
  ['count', 57371],
  ['schema', 57372],
  ['offset', 57373],
  ['n_offset', 57374],
  ['buckets', 57375],
  ['n_buckets', 57376],
  ['z_bucket', 57377],
  ['z_bucket_w', 57378],
  ['custom_values', 57379],
  ['counter_reset_hint', 57380],
]);
export const RESET_HINTS: ReadonlyMap<string, number> = new Map([
  ['unknown', 57445],
  ['reset', 57446],
  ['not_reset', 57447],
  ['gauge', 57448],
]);
/** Kinds of those tokens: `key:sum`, `hint:gauge`. */
export const KEY_PREFIX = 'key:';
export const HINT_PREFIX = 'hint:';

/** How an error message names a token. */
export function describeToken(token: Token): string {
  const { kind, text } = token;
  switch (kind) {
    case Kind.eof:
      return 'end of input';
    case Kind.identifier:
      return `identifier ${quoteGo(text)}`;
    case Kind.metricIdentifier:
      return `metric identifier ${quoteGo(text)}`;
    case Kind.string:
    case Kind.number:
    case Kind.duration:
      return `${kind.toLowerCase()} ${quoteShort(text)}`;
  }
  if (MODIFIERS.has(kind)) return `<${text}>`;
  if (WORD_OPERATORS.has(kind) || SYMBOL_OPERATORS.has(kind)) return `<op:${text}>`;
  if (AGGREGATORS.has(kind)) return `<aggr:${text}>`;
  if (kind.startsWith(KEY_PREFIX)) return describeNumbered(HISTOGRAM_KEYS.get(kind.slice(4))!, text);
  if (kind.startsWith(HINT_PREFIX)) return describeNumbered(RESET_HINTS.get(kind.slice(5))!, text);
  return quoteShort(text);
}

function describeNumbered(number: number, text: string): string {
  return `"<Item ${number}>" ${quoteShort(text)}`;
}

/** The quoted text, cut to ten characters when it has more than ten bytes. */
function quoteShort(text: string): string {
  if (utf8Length(text) <= 10) return quoteGo(text);
  return `${quoteGo([...text.slice(0, 20)].slice(0, 10).join(''))}...`;
}
