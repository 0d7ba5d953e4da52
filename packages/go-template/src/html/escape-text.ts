// A template's own text: which context it leads to, and what of it has to change to keep that safe.
import { quoteGo } from '@prometheus-ts/model';
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
} from './context.ts';
import { decodeEntities } from './entities.ts';
import { afterSpecialBody, TRANSITIONS } from './transitions.ts';

const SCRIPT_TAGS = /<(script|\/script|!--)/gi;

/** The context behind the text, and the text as it is written out: without comments, with stray brackets escaped. */
export function escapeText(start: Context, text: string): readonly [Context, string] {
  let context = start;
  let output = '';
  /** How much of the text is in the output or left out on purpose. */
  let written = 0;
  for (let at = 0; at < text.length; ) {
    const [next, length] = contextAfter(context, text.slice(at));
    const end = at + length;
    const plain = context.state === State.text || context.state === State.rcdata;
    if (plain) {
      // The bracket that begins the next context stays, all others are text.
      const bracket = next.state === context.state ? -1 : text.lastIndexOf('<', end - 1);
      const stop = bracket >= at ? bracket : end;
      for (let i = text.indexOf('<', at); i >= 0 && i < stop; i = text.indexOf('<', i + 1)) {
        if (text.slice(i, i + 9).toUpperCase() === '<!DOCTYPE') continue;
        output += `${text.slice(written, i)}&lt;`;
        written = i + 1;
      }
    } else if (isComment(context.state) && context.delimiter === Delimiter.none) {
      output += inPlaceOfComment(context.state, text.slice(written, end));
      written = end;
    }
    if (context.state !== next.state && isComment(next.state) && next.delimiter === Delimiter.none) {
      output += text.slice(written, end - commentStartLength(next.state));
      written = end;
    }
    if (isInScriptLiteral(context.state) && text.slice(at, end).search(SCRIPT_TAGS) >= 0) {
      output += text.slice(written, at) + text.slice(at, end).replaceAll(SCRIPT_TAGS, '\\x3C$1');
      written = end;
    }
    context = next;
    at = end;
  }
  if (written === 0 || context.state === State.error) return [context, text];
  const inComment = isComment(context.state) && context.delimiter === Delimiter.none;
  return [context, inComment ? output : output + text.slice(written)];
}

/** Comments act as white space; one with a line break in it as a line break. */
function inPlaceOfComment(state: State, comment: string): string {
  if (state === State.jsBlockComment) return /[\n\r\u2028\u2029]/.test(comment) ? '\n' : ' ';
  return state === State.cssBlockComment ? ' ' : '';
}

function commentStartLength(state: State): number {
  if (state === State.htmlComment || state === State.jsHtmlOpenComment) return 4;
  return state === State.jsHtmlCloseComment ? 3 : 2;
}

const VALUE_ENDS: ReadonlyMap<Delimiter, RegExp> = new Map([
  [Delimiter.doubleQuote, /"/],
  [Delimiter.singleQuote, /'/],
  [Delimiter.spaceOrTagEnd, /[ \t\n\f\r>]/],
]);

/** The context behind the first tokens of the text, and how long they are. */
function contextAfter(context: Context, text: string): readonly [Context, number] {
  if (context.delimiter === Delimiter.none) {
    const [ended, length] = afterSpecialBody(context, text);
    return length === 0 ? [ended, 0] : TRANSITIONS[context.state](context, text.slice(0, length));
  }
  return contextAfterValue(context, text);
}

function contextAfterValue(context: Context, text: string): readonly [Context, number] {
  const found = text.search(VALUE_ENDS.get(context.delimiter)!);
  const end = found < 0 ? text.length : found;
  if (context.delimiter === Delimiter.spaceOrTagEnd) {
    // Browsers differ on what these mean here.
    const bad = /["'<=`]/.exec(text.slice(0, end));
    if (bad) {
      return [failed(`${quoteGo(bad[0])} in unquoted attr: ${quoteGo(text.slice(0, end))}`), text.length];
    }
  }
  if (found < 0) {
    let current = context;
    for (let rest = decodeEntities(text); rest !== ''; ) {
      const [next, length] = TRANSITIONS[current.state](current, rest);
      current = next;
      rest = rest.slice(length);
    }
    return [current, text.length];
  }
  let { element } = context;
  if (context.attribute === Attribute.scriptType && element === Element.script) {
    // The body of <script type="text/template"> is no script.
    if (context.state === State.attribute && !isScriptType(text.slice(0, end))) element = Element.none;
  }
  const length = context.delimiter === Delimiter.spaceOrTagEnd ? end : end + 1;
  return [{ ...TEXT, state: State.tag, element }, length];
}

const SCRIPT_TYPES: ReadonlySet<string> = new Set([
  '',
  'application/ecmascript',
  'application/javascript',
  'application/json',
  'application/ld+json',
  'application/x-ecmascript',
  'application/x-javascript',
  'module',
  'text/ecmascript',
  'text/javascript',
  'text/javascript1.0',
  'text/javascript1.1',
  'text/javascript1.2',
  'text/javascript1.3',
  'text/javascript1.4',
  'text/javascript1.5',
  'text/jscript',
  'text/livescript',
  'text/x-ecmascript',
  'text/x-javascript',
]);

function isScriptType(type: string): boolean {
  return SCRIPT_TYPES.has(
    type
      .replace(/;[\s\S]*$/, '')
      .toLowerCase()
      .trim(),
  );
}
