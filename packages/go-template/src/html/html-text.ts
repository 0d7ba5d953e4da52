// Values in HTML: text, attributes in and without quotes, names.
import { SafeType } from '../values/values.ts';
import { AttributeKind, attributeKind } from './attribute-kind.ts';
import { type Context, Delimiter, Element, isInTag, State, TEXT } from './context.ts';
import { REFUSED } from './css-text.ts';
import { TRANSITIONS } from './transitions.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '\0': '\ufffd',
  '"': '&#34;',
  '&': '&amp;',
  "'": '&#39;',
  '+': '&#43;',
  '<': '&lt;',
  '>': '&gt;',
};

/** For text and attributes in quotes. @param keepEntities leaves the entities that are there already */
export function escapeHtmlText(text: string, keepEntities: boolean): string {
  return text.replaceAll(keepEntities ? /[\0"'+<>]/g : /[\0"&'+<>]/g, (character) => ENTITIES[character]!);
}

const UNQUOTED_SPECIALS = /[\0\t\n\v\f\r "&'+<=>`]|[\ufdd0-\ufdef\ufff0-\uffff]/g;

/** For attributes without quotes, where an empty value would make the next name one. */
export function escapeUnquoted(text: string, type: SafeType | undefined): string {
  if (text === '') return REFUSED;
  const html = type === SafeType.html;
  return (html ? stripTags(text) : text).replaceAll(UNQUOTED_SPECIALS, (character) => {
    if (character === '&') return html ? '&' : '&amp;';
    if (character === '\0') return '&#xfffd;';
    if (character === '<' || character === '>') return ENTITIES[character]!;
    const code = character.charCodeAt(0);
    return code > 0x7f ? `&#x${code.toString(16)};` : `&#${code};`;
  });
}

/** Part of a name: letters and digits, and no attribute whose value matters to safety. */
export function filterHtmlName(text: string, type: SafeType | undefined): string {
  if (type === SafeType.htmlAttribute) return text;
  const name = text.toLowerCase();
  const safe = /^[a-z0-9]+$/.test(name) && attributeKind(name) === AttributeKind.plain;
  return safe ? name : REFUSED;
}

const VALUE_ENDS: Readonly<Record<Delimiter, RegExp>> = {
  delimNone: /$/,
  delimDoubleQuote: /"/,
  delimSingleQuote: /'/,
  delimSpaceOrTagEnd: /[ \t\n\f\r>]/,
};

/** The text of an HTML fragment, entities kept: `<b>1 &lt; 2</b>` is `1 &lt; 2`. */
export function stripTags(html: string): string {
  let context: Context = TEXT;
  let text = '';
  let onlyText = true;
  let at = 0;
  while (at < html.length) {
    if (context.delimiter !== Delimiter.none) {
      const end = html.slice(at).search(VALUE_ENDS[context.delimiter]);
      if (end < 0) break;
      at += end + (context.delimiter === Delimiter.spaceOrTagEnd ? 0 : 1);
      context = { ...TEXT, state: State.tag, element: context.element };
      continue;
    }
    const raw = context.element !== Element.none && !isInTag(context.state);
    const state = raw ? State.rcdata : context.state;
    const [next, length] = TRANSITIONS[state](context, html.slice(at));
    const end = at + length;
    if (context.state === State.text || context.state === State.rcdata) {
      const tag = next.state === context.state ? -1 : html.lastIndexOf('<', end - 1);
      text += html.slice(at, tag >= at ? tag : end);
    } else onlyText = false;
    context = next;
    at = end;
  }
  if (onlyText) return html;
  return context.state === State.text || context.state === State.rcdata ? text + html.slice(at) : text;
}
