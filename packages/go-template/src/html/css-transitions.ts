// CSS: strings and URLs (every string is taken for a URL, to be on the safe side), and comments.
import { quoteGo } from '@prometheus-ts/model';
import { type Context, failed, State } from './context.ts';
import { decodeCss } from './css-text.ts';
import { afterUrl } from './url-transitions.ts';

type Step = readonly [Context, number];

export function afterCss(context: Context, text: string): Step {
  for (let i = 0; i < text.length; i++) {
    switch (text[i]) {
      case '(': {
        if (!/(?<![A-Za-z0-9_\-\u0080-\u{10ffff}])url[\t\n\f\r ]*$/iu.test(text.slice(0, i))) break;
        const start = i + 1 + /^[\t\n\f\r ]*/.exec(text.slice(i + 1))![0].length;
        if (text[start] === '"') return [{ ...context, state: State.cssDoubleQuotedUrl }, start + 1];
        if (text[start] === "'") return [{ ...context, state: State.cssSingleQuotedUrl }, start + 1];
        return [{ ...context, state: State.cssUrl }, start];
      }
      case '/':
        if (text[i + 1] === '/') return [{ ...context, state: State.cssLineComment }, i + 2];
        if (text[i + 1] === '*') return [{ ...context, state: State.cssBlockComment }, i + 2];
        break;
      case '"':
        return [{ ...context, state: State.cssDoubleQuoted }, i + 1];
      case "'":
        return [{ ...context, state: State.cssSingleQuoted }, i + 1];
    }
  }
  return [context, text.length];
}

const STRING_ENDS: ReadonlyMap<State, RegExp> = new Map([
  [State.cssDoubleQuoted, /[\\"]/g],
  [State.cssDoubleQuotedUrl, /[\\"]/g],
  [State.cssSingleQuoted, /[\\']/g],
  [State.cssSingleQuotedUrl, /[\\']/g],
  [State.cssUrl, /[\\\t\n\f\r )]/g],
]);

export function afterCssString(context: Context, text: string): Step {
  const ends = STRING_ENDS.get(context.state)!;
  let current = context;
  for (let from = 0; ; ) {
    ends.lastIndex = from;
    const end = ends.exec(text);
    if (!end) return [afterUrl(current, text.slice(from))[0], text.length];
    let at = end.index;
    if (end[0] !== '\\') return [{ ...current, state: State.css }, at + 1];
    at++;
    if (at === text.length) {
      return [failed(`unfinished escape sequence in CSS string: ${quoteGo(text)}`), text.length];
    }
    [current] = afterUrl(current, decodeCss(text.slice(0, at + 1)));
    from = at + 1;
  }
}

/** Block comments of CSS and of JavaScript. */
export function afterBlockComment(context: Context, text: string): Step {
  const end = text.indexOf('*/');
  if (end < 0) return [context, text.length];
  const state = context.state === State.jsBlockComment ? State.js : State.css;
  return [{ ...context, state }, end + 2];
}

/** Line comments of CSS (which no standard has, but browsers do) and of JavaScript; the line's end is not part of them. */
export function afterLineComment(context: Context, text: string): Step {
  const css = context.state === State.cssLineComment;
  const end = text.search(css ? /[\n\f\r]/ : /[\n\r\u2028\u2029]/);
  return end < 0 ? [context, text.length] : [{ ...context, state: css ? State.css : State.js }, end];
}
