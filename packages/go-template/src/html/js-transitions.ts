// JavaScript: strings, template literals, regular expressions, comments, and whether a slash divides.
import { quoteGo } from '@prometheus-ts/model';
import { type Context, failed, Slash, State } from './context.ts';

type Step = readonly [Context, number];

const SPACE_AT_END = /[\f\n\r\t\v \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+$/;
const BEFORE_REGEXP: ReadonlySet<string> = new Set(
  'break case continue delete do else finally in instanceof return throw try typeof void'.split(' '),
);

/** What a slash behind a run of tokens begins. The run has no strings, comments or slashes in it. */
function slashAfter(run: string, before: Slash): Slash {
  const text = run.replace(SPACE_AT_END, '');
  if (text === '') return before;
  const last = text.at(-1)!;
  if (last === '+' || last === '-') {
    // An increment ends a value, a sign begins one; --- is -- and -.
    let start = text.length - 1;
    while (start > 0 && text[start - 1] === last) start--;
    return (text.length - start) % 2 === 1 ? Slash.regexp : Slash.division;
  }
  if (last === '.') return /[0-9]\.$/.test(text) ? Slash.division : Slash.regexp;
  if (/[,<>=*%&|^?!~([:;{}]/.test(last)) return Slash.regexp;
  const [word] = /[$0-9A-Z_a-z]*$/.exec(text)!;
  return BEFORE_REGEXP.has(word) ? Slash.regexp : Slash.division;
}

export function afterJs(context: Context, text: string): Step {
  const at = text.search(/["`'/{}<\-#]/);
  if (at < 0) return [{ ...context, slash: slashAfter(text, context.slash) }, text.length];
  const slash = slashAfter(text.slice(0, at), context.slash);
  const here = { ...context, slash };
  switch (text[at]) {
    case '"':
      return [{ ...here, state: State.jsDoubleQuoted, slash: Slash.regexp }, at + 1];
    case "'":
      return [{ ...here, state: State.jsSingleQuoted, slash: Slash.regexp }, at + 1];
    case '`':
      return [{ ...here, state: State.jsTemplate, slash: Slash.regexp }, at + 1];
    case '/':
      return afterSlash(here, text, at);
    // Lines that begin with <!-- or --> are comments in JavaScript, and so is a first line that begins with #!.
    case '<':
      return text.startsWith('<!--', at)
        ? [{ ...here, state: State.jsHtmlOpenComment }, at + 4]
        : [here, at + 1];
    case '-':
      return text.startsWith('-->', at)
        ? [{ ...here, state: State.jsHtmlCloseComment }, at + 3]
        : [here, at + 1];
    case '#':
      return text[at + 1] === '!' ? [{ ...here, state: State.jsLineComment }, at + 2] : [here, at + 1];
    default:
      return afterBrace(here, text[at]!, at);
  }
}

function afterSlash(context: Context, text: string, at: number): Step {
  if (text[at + 1] === '/') return [{ ...context, state: State.jsLineComment }, at + 2];
  if (text[at + 1] === '*') return [{ ...context, state: State.jsBlockComment }, at + 2];
  if (context.slash === Slash.regexp) return [{ ...context, state: State.jsRegexp }, at + 1];
  if (context.slash === Slash.division) return [{ ...context, slash: Slash.regexp }, at + 1];
  const rest = quoteGo(Array.from(text.slice(at)).slice(0, 32).join(''));
  return [failed(`'/' could start a division or regexp: ${rest}`), text.length];
}

/** Braces matter only inside of a template literal, where one of them ends the ${ part. */
function afterBrace(context: Context, brace: string, at: number): Step {
  const slash = slashAfter(brace, context.slash);
  const { braces } = context;
  if (braces.length === 0) return [{ ...context, slash }, at + 1];
  const depth = braces.at(-1)! + (brace === '{' ? 1 : -1);
  if (depth < 0) return [{ ...context, state: State.jsTemplate, braces: braces.slice(0, -1) }, at + 1];
  return [{ ...context, slash, braces: [...braces.slice(0, -1), depth] }, at + 1];
}

export function afterJsTemplate(context: Context, text: string): Step {
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') {
      i++;
      if (i === text.length) return unfinishedEscape(text);
    } else if (text.startsWith('${', i)) {
      return [{ ...context, state: State.js, braces: [...context.braces, 0] }, i + 2];
    } else if (text[i] === '`') return [{ ...context, state: State.js }, i + 1];
  }
  return [context, text.length];
}

/** Strings in quotes, and regular expressions. */
export function afterJsDelimited(context: Context, text: string): Step {
  const regexp = context.state === State.jsRegexp;
  const end = regexp ? '/' : context.state === State.jsSingleQuoted ? "'" : '"';
  let inSet = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '\\') {
      i++;
      if (i === text.length) return unfinishedEscape(text);
    } else if (regexp && character === '[') inSet = true;
    else if (regexp && character === ']') inSet = false;
    else if (character === end) {
      // </script in a regular expression is escaped later on; its slash ends nothing.
      if (regexp && i > 0 && text.slice(i - 1, i + 7).toLowerCase() === '</script') i++;
      else if (!inSet) return [{ ...context, state: State.js, slash: Slash.division }, i + 1];
    }
  }
  if (inSet) return [failed(`unfinished JS regexp charset: ${quoteGo(text)}`), text.length];
  return [context, text.length];
}

function unfinishedEscape(text: string): Step {
  return [failed(`unfinished escape sequence in JS string: ${quoteGo(text)}`), text.length];
}
