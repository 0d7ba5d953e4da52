// Where in a URL a text leads, and the white space of HTML.
import { type Context, UrlPart } from './context.ts';

export function afterUrl(context: Context, text: string): readonly [Context, number] {
  let { urlPart } = context;
  if (/[#?]/.test(text)) urlPart = UrlPart.queryOrFragment;
  else if (urlPart === UrlPart.none && skipSpace(text, 0) < text.length) urlPart = UrlPart.preQuery;
  return [{ ...context, urlPart }, text.length];
}

/** The index of the first character from `from` on that is no white space. */
export function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && /[ \t\n\f\r]/.test(text[at]!)) at++;
  return at;
}
