// How text moves from one context to another: HTML itself. JavaScript and CSS are in files of their own.
import { quoteGo } from '@prometheus-ts/model';
import { AttributeKind, attributeKind } from './attribute-kind.ts';
import {
  Attribute,
  type Context,
  Delimiter,
  Element,
  failed,
  isComment,
  isInScriptLiteral,
  State,
  TEXT,
  VALUE_STATES,
} from './context.ts';
import { afterBlockComment, afterCss, afterCssString, afterLineComment } from './css-transitions.ts';
import { afterJs, afterJsDelimited, afterJsTemplate } from './js-transitions.ts';
import { afterUrl, skipSpace } from './url-transitions.ts';

/** The context behind the first tokens of the text, and how many characters they are. */
export type Transition = (context: Context, text: string) => readonly [Context, number];

const BODIES: Readonly<Record<Element, State>> = {
  elementNone: State.text,
  elementScript: State.js,
  elementStyle: State.css,
  elementTextarea: State.rcdata,
  elementTitle: State.rcdata,
  elementMeta: State.text,
};

const ELEMENTS: ReadonlyMap<string, Element> = new Map([
  ['script', Element.script],
  ['style', Element.style],
  ['textarea', Element.textarea],
  ['title', Element.title],
  ['meta', Element.meta],
]);

const all: Transition = (context, text) => [context, text.length];

export const TRANSITIONS: Readonly<Record<State, Transition>> = {
  [State.text]: afterText,
  [State.tag]: afterTag,
  [State.attributeName]: afterAttributeName,
  [State.afterName]: afterName,
  [State.beforeValue]: beforeValue,
  [State.htmlComment]: afterHtmlComment,
  [State.rcdata]: afterSpecialBody,
  [State.attribute]: all,
  [State.url]: afterUrl,
  [State.metaContent]: afterMetaContent,
  [State.metaContentUrl]: afterMetaContentUrl,
  [State.srcset]: afterUrl,
  [State.js]: afterJs,
  [State.jsDoubleQuoted]: afterJsDelimited,
  [State.jsSingleQuoted]: afterJsDelimited,
  [State.jsRegexp]: afterJsDelimited,
  [State.jsTemplate]: afterJsTemplate,
  [State.jsBlockComment]: afterBlockComment,
  [State.jsLineComment]: afterLineComment,
  [State.jsHtmlOpenComment]: afterLineComment,
  [State.jsHtmlCloseComment]: afterLineComment,
  [State.css]: afterCss,
  [State.cssDoubleQuoted]: afterCssString,
  [State.cssSingleQuoted]: afterCssString,
  [State.cssDoubleQuotedUrl]: afterCssString,
  [State.cssSingleQuotedUrl]: afterCssString,
  [State.cssUrl]: afterCssString,
  [State.cssBlockComment]: afterBlockComment,
  [State.cssLineComment]: afterLineComment,
  [State.error]: all,
  [State.dead]: all,
};

function afterText(context: Context, text: string): readonly [Context, number] {
  for (let from = 0; ; ) {
    const open = text.indexOf('<', from);
    if (open < 0 || open + 1 === text.length) return [context, text.length];
    if (text.startsWith('<!--', open)) return [{ ...TEXT, state: State.htmlComment }, open + 4];
    const closes = text[open + 1] === '/';
    const nameStart = open + (closes ? 2 : 1);
    if (nameStart === text.length) return [context, text.length];
    const [name] = /^(?:[A-Za-z](?:[A-Za-z0-9]|[:-](?=[A-Za-z0-9]))*)?/.exec(text.slice(nameStart))!;
    if (name !== '') {
      const element = closes ? Element.none : (ELEMENTS.get(name.toLowerCase()) ?? Element.none);
      return [{ ...TEXT, state: State.tag, element }, nameStart + name.length];
    }
    from = nameStart;
  }
}

function afterTag(context: Context, text: string): readonly [Context, number] {
  const start = skipSpace(text, 0);
  if (start === text.length) return [context, start];
  if (text[start] === '>') {
    // <meta> has neither body nor end tag.
    const element = context.element === Element.meta ? Element.none : context.element;
    return [{ ...TEXT, state: BODIES[context.element], element }, start + 1];
  }
  const end = endOfAttributeName(text, start);
  if (typeof end !== 'number') return [end, text.length];
  if (end === start) {
    const got = quoteGo(text.slice(start));
    return [failed(`expected space, attr name, or end of tag, but got ${got}`), text.length];
  }
  const state = end === text.length ? State.attributeName : State.afterName;
  const attribute = attributeOf(context.element, text.slice(start, end).toLowerCase());
  return [{ ...TEXT, state, element: context.element, attribute }, end];
}

function attributeOf(element: Element, name: string): Attribute {
  if (element === Element.script && name === 'type') return Attribute.scriptType;
  if (element === Element.meta && name === 'content') return Attribute.metaContent;
  switch (attributeKind(name)) {
    case AttributeKind.url:
      return Attribute.url;
    case AttributeKind.css:
      return Attribute.style;
    case AttributeKind.js:
      return Attribute.script;
    case AttributeKind.srcset:
      return Attribute.srcset;
    default:
      return Attribute.none;
  }
}

function afterAttributeName(context: Context, text: string): readonly [Context, number] {
  const end = endOfAttributeName(text, 0);
  if (typeof end !== 'number') return [end, text.length];
  return [end === text.length ? context : { ...context, state: State.afterName }, end];
}

/** Where an attribute name that begins at `start` ends, or what is wrong with it. */
function endOfAttributeName(text: string, start: number): number | Context {
  for (let i = start; i < text.length; i++) {
    if (/[ \t\n\f\r=>]/.test(text[i]!)) return i;
    if (/['"<]/.test(text[i]!)) {
      return failed(`${quoteGo(text[i]!)} in attribute name: ${quoteGo(firstCharacters(text, 32))}`);
    }
  }
  return text.length;
}

function afterName(context: Context, text: string): readonly [Context, number] {
  const start = skipSpace(text, 0);
  if (start === text.length) return [context, start];
  if (text[start] !== '=') return [{ ...context, state: State.tag }, start];
  return [{ ...context, state: State.beforeValue }, start + 1];
}

function beforeValue(context: Context, text: string): readonly [Context, number] {
  const start = skipSpace(text, 0);
  if (start === text.length) return [context, start];
  const quote = text[start];
  const state = VALUE_STATES[context.attribute];
  if (quote === "'") return [{ ...context, state, delimiter: Delimiter.singleQuote }, start + 1];
  if (quote === '"') return [{ ...context, state, delimiter: Delimiter.doubleQuote }, start + 1];
  return [{ ...context, state, delimiter: Delimiter.spaceOrTagEnd }, start];
}

function afterHtmlComment(context: Context, text: string): readonly [Context, number] {
  const end = text.indexOf('-->');
  return end < 0 ? [context, text.length] : [TEXT, end + 3];
}

/** The body of an element that only its own end tag ends. */
export function afterSpecialBody(context: Context, text: string): readonly [Context, number] {
  const { element, state } = context;
  if (element === Element.none) return [context, text.length];
  // An end tag within a literal of a script is escaped, it does not end the script.
  if (element === Element.script && (isInScriptLiteral(state) || isComment(state)))
    return [context, text.length];
  const name = element === Element.meta ? '' : element.slice('element'.length);
  const end = new RegExp(`</${name}[> \\t\\n\\f/]`, 'i').exec(text);
  return end ? [TEXT, end.index] : [context, text.length];
}

function afterMetaContent(context: Context, text: string): readonly [Context, number] {
  const url = /url[ \t\n\f\r]*=/i.exec(text);
  if (!url) return [context, text.length];
  return [{ ...context, state: State.metaContentUrl }, url.index + url[0].length];
}

function afterMetaContentUrl(context: Context, text: string): readonly [Context, number] {
  const end = text.indexOf(';');
  return end < 0 ? [context, text.length] : [{ ...context, state: State.metaContent }, end + 1];
}

function firstCharacters(text: string, count: number): string {
  return Array.from(text.slice(0, 2 * count))
    .slice(0, count)
    .join('');
}
