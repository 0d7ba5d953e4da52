// CSS values: decoding of escapes, and what of a value may go into a style.
import { SafeType } from '../values/values.ts';

const ESCAPE = /\\(?:([0-9a-fA-F]{1,6})(\r\n|[\t\n\f\r ])?|([\s\S]))/gu;

/** Resolves escapes: `\41 ` is A, `\"` is a quote. A backslash at the end is dropped. */
export function decodeCss(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replaceAll(ESCAPE, decodeEscape).replace(/\\$/, '');
}

function decodeEscape(_: string, digits: string | undefined, space = '', character = ''): string {
  if (digits === undefined) return character;
  const code = Number.parseInt(digits, 16);
  // Six digits can be too many; the last one then stands for itself.
  return code > 0x10ffff ? codePointText(code >> 4) + digits.slice(-1) + space : codePointText(code);
}

function codePointText(code: number): string {
  return code >= 0xd800 && code <= 0xdfff ? '\ufffd' : String.fromCodePoint(code);
}

/** Stands in the output for what was refused; easy to search for. */
export const REFUSED = 'ZgotmplZ';

/** A quantity, keyword, id or colour as it is; anything that could end a declaration or run a script is refused. */
export function filterCssValue(text: string, type: SafeType | undefined): string {
  if (type === SafeType.css) return text;
  const decoded = decodeCss(text);
  if (/[\0"'()/;@[\\\]`{}<>]|--/.test(decoded)) return REFUSED;
  const identifier = decoded.replaceAll(/[^A-Za-z0-9_]/g, '').toLowerCase();
  return /expression|mozbinding/.test(identifier) ? REFUSED : decoded;
}

const CSS_ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\t': '\\9',
  '\n': '\\a',
  '\f': '\\c',
  '\r': '\\d',
  '"': '\\22',
  '&': '\\26',
  "'": '\\27',
  '(': '\\28',
  ')': '\\29',
  '+': '\\2b',
  '/': '\\2f',
  ':': '\\3a',
  ';': '\\3b',
  '<': '\\3c',
  '>': '\\3e',
  '\\': '\\\\',
  '{': '\\7b',
  '}': '\\7d',
};

/** For the inside of a CSS string. A space keeps a hexadecimal escape apart from a digit or space behind it. */
export function escapeCss(text: string): string {
  return text.replaceAll(/[\0\t\n\f\r"&'()+/:;<>\\{}]/g, (character, at: number) => {
    const escaped = CSS_ESCAPES[character]!;
    const next = text.charAt(at + 1);
    const apart = character !== '\\' && /^$|[0-9a-fA-F\t\n\f\r ]/.test(next);
    return apart ? `${escaped} ` : escaped;
  });
}
