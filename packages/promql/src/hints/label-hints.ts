// Conditions on labels that are written wrongly, `{code=200}`, `{code==“200”}`, and those that no series can meet.
import { Matcher } from '@prometheus-ts/model';
import { type Expr, type VectorExpr, walk } from '../ast.ts';
import type { ParseError } from '../parse/parse-error.ts';
import { printExpr, printMatcher } from '../print/print.ts';
import { correction, edit, type Hint, type HintContext } from './hint.ts';

/** A condition, however its value is quoted. */
const CONDITION =
  /(?<!\w)([a-zA-Z_]\w*)\s*(===?|=~|!~|!==?|<>|=)\s*(“[^”"]*[”"]|‘[^’']*[’']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|[^\s,{}"'`]+)/g;
const OPERATORS: Readonly<Record<string, string>> = { '==': '=', '===': '=', '!==': '!=', '<>': '!=' };

export function labelSyntaxHints(error: ParseError, context: HintContext): Hint[] {
  const { query, span } = error;
  const open = query.lastIndexOf('{', span.start);
  if (open < 0 || query.lastIndexOf('}', span.start - 1) > open) return typographicQuotes(error, context);
  const close = query.indexOf('}', open);
  const block = { start: open, end: close < 0 ? query.length : close + 1 };
  const inside = query.slice(block.start, block.end);
  const fixed: string[] = [];
  let bare = false;
  const text = inside.replace(CONDITION, (written: string, name: string, operator: string, value: string) => {
    const right = name + (OPERATORS[operator] ?? operator) + quoted(value);
    if (right !== written.replaceAll(/\s/g, '')) fixed.push(right);
    bare ||= !/^["'`“‘]/.test(value);
    return right;
  });
  if (fixed.length === 0) return typographicQuotes(error, context);
  const [first] = fixed;
  const message = bare ? `label values are strings: ${first}` : `use ${first}`;
  const corrected = correction(edit(query, [{ span: block, text }]), context.options);
  return [{ code: 'promql/label-value', text: message, position: block, ...corrected }];
}

function quoted(value: string): string {
  if (/^["'`]/.test(value)) return value;
  return JSON.stringify(/^[“‘]/.test(value) ? value.slice(1, -1) : value);
}

/** Quotes that a word processor put in. */
function typographicQuotes({ query, span }: ParseError, context: HintContext): Hint[] {
  if (!/[“”‘’]/.test(query.slice(span.start, span.start + 1))) return [];
  const straight = query.replaceAll(/[“”]/g, '"').replaceAll(/[‘’]/g, "'");
  const text = `${query[span.start]} is a typographic quote; strings stand in straight ones`;
  return [{ code: 'promql/quotes', text, position: span, ...correction(straight, context.options) }];
}

/** Selectors that ask one label to have two values. */
export function contradictionHints(query: string, expr: Expr, context: HintContext): Hint[] {
  const hints: Hint[] = [];
  walk(expr, (node) => {
    if (node.kind !== 'vector') return;
    for (const group of contradictions(node)) hints.push(contradiction(query, node, group, context));
  });
  return hints;
}

/** Conditions by equality on the same label, with different values. */
function contradictions({ matchers }: VectorExpr): Matcher[][] {
  const byLabel = new Map<string, Matcher[]>();
  for (const matcher of matchers) {
    if (matcher.type !== '=') continue;
    const same = byLabel.get(matcher.name) ?? [];
    byLabel.set(matcher.name, same);
    if (!same.some(({ value }) => value === matcher.value)) same.push(matcher);
  }
  return [...byLabel.values()].filter((same) => same.length > 1);
}

function contradiction(
  query: string,
  selector: VectorExpr,
  group: readonly Matcher[],
  { options }: HintContext,
): Hint {
  const { name } = group[0]!;
  const either = new Matcher('=~', name, group.map(({ value }) => escapeRegexp(value)).join('|'));
  const text = `can never match: ${name} has one value; for OR use ${printMatcher(either)}`;
  const rest = selector.matchers.filter((matcher) => !group.includes(matcher) && matcher.name !== name);
  const replaced = printExpr({ ...selector, matchers: [...rest, either] });
  const corrected = edit(query, [{ span: selector.pos, text: replaced }]);
  const hint: Hint = { code: 'promql/contradiction', text, position: selector.pos };
  // Inside a range selector the modifiers stand behind the brackets and would be printed twice.
  const hasModifiers = selector.at || selector.offsetMs !== 0 || selector.offsetExpr || selector.anchored;
  return hasModifiers ? hint : { ...hint, ...correction(corrected, options) };
}

function escapeRegexp(value: string): string {
  return value.replaceAll(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
