// What stands in braces and in the parentheses of by, without, on, ignoring and group_*.
import { LabelSet, Matcher, MatchType, METRIC_NAME } from '@prometheus-ts/model';
import { RegexpError } from '@prometheus-ts/regexp';
import type { Span } from '../ast.ts';
import { quoteText } from './quote.ts';
import type { TokenStream } from './token-stream.ts';
import { canBeLabelName, Kind, type Token } from './tokens.ts';
import { unquote } from './unquote.ts';

const MATCH_OPERATORS: ReadonlySet<string> = new Set(Object.values(MatchType));

/** `{name="value", "utf-8 name"=~"regexp", "metric name"}`; the next token is the brace. */
export function parseMatchers(stream: TokenStream): { matchers: Matcher[]; pos: Span } {
  const open = stream.expect('{');
  const matchers: Matcher[] = [];
  const close = parseList(stream, 'label matching', () => matchers.push(parseMatcher(stream)));
  return { matchers, pos: { start: open.start, end: close.end } };
}

function parseMatcher(stream: TokenStream): Matcher {
  const name = stream.take();
  const operator = stream.peek();
  if (!MATCH_OPERATORS.has(operator.kind)) {
    if (name.kind === Kind.string) return new Matcher('=', METRIC_NAME, unquote(name.text));
    stream.unexpected({ where: 'label matching', expected: 'label matching operator' });
  }
  stream.take();
  if (stream.peek().kind !== Kind.string) {
    stream.unexpected({ where: 'label matching', expected: 'string' });
  }
  const token = stream.take();
  const value = unquote(token.text);
  const pos: Span = { start: name.start, end: token.end };
  if (operator.kind.includes('~') && !value.isWellFormed()) {
    stream.fail(pos, `error parsing regexp: invalid UTF-8: \`${value.toWellFormed()}\``);
  }
  try {
    return new Matcher(operator.kind as MatchType, labelName(name), value);
  } catch (error) {
    if (error instanceof RegexpError) stream.fail(pos, error.message);
    throw error;
  }
}

/** `{name="value", "metric name"}` of a concrete series; the next token is the brace. */
export function parseLabelSet(stream: TokenStream): LabelSet {
  stream.expect('{');
  const entries: [string, string][] = [];
  parseList(stream, 'label set', () => entries.push(parseLabel(stream)));
  return LabelSet.from(entries);
}

function parseLabel(stream: TokenStream): [string, string] {
  const name = stream.take();
  if (!stream.accept('=')) {
    if (name.kind === Kind.string) return [METRIC_NAME, unquote(name.text)];
    stream.unexpected({ where: 'label set', expected: '"="' });
  }
  if (stream.peek().kind !== Kind.string) stream.unexpected({ where: 'label set', expected: 'string' });
  return [labelName(name), unquote(stream.take().text)];
}

function labelName(token: Token): string {
  return token.kind === Kind.string ? unquote(token.text) : token.text;
}

/** Items with commas between, one more allowed at the end, up to the closing brace, which is returned. */
function parseList(stream: TokenStream, where: string, parseItem: () => void): Token {
  for (;;) {
    const close = stream.accept('}');
    if (close) return close;
    const { kind } = stream.peek();
    if (kind !== Kind.identifier && kind !== Kind.string) {
      stream.unexpected({ where, expected: 'identifier or "}"' });
    }
    parseItem();
    if (!stream.accept(',') && stream.peek().kind !== '}') {
      stream.unexpected({ where, expected: '"," or "}"' });
    }
  }
}

/** `(a, "b", c)`; label names may be keywords. */
export function parseGrouping(stream: TokenStream): string[] {
  const where = 'grouping opts';
  if (!stream.accept('(')) stream.unexpected({ where, expected: '"("' });
  const labels: string[] = [];
  for (;;) {
    if (stream.accept(')')) return labels;
    const token = stream.peek();
    if (token.kind !== Kind.string && !canBeLabelName(token.kind)) {
      stream.unexpected({ where, expected: 'label' });
    }
    stream.take();
    const label = labelName(token);
    if (label === '' || !label.isWellFormed()) {
      stream.fail(token, `invalid label name for grouping: ${quoteText(label)}`);
    }
    labels.push(label);
    if (!stream.accept(',') && stream.peek().kind !== ')') {
      stream.unexpected({ where, expected: '"," or ")"' });
    }
  }
}
