// Classes of characters, all ASCII by definition of the language, and Go's ways to print one in an error.
import { quoteGo } from '@prometheus-ts/model';

/** What the lexer reads past the end of the input. */
export const END = -1;
const REPLACEMENT = 0xfffd;

export function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** A letter or an underscore. */
export function isAlpha(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f;
}

export function isAlphaNumeric(code: number): boolean {
  return isAlpha(code) || isDigit(code);
}

/** The code point at a UTF-16 offset; END past the end; U+FFFD for a lone surrogate, as for broken UTF-8. */
export function codeAt(text: string, offset: number): number {
  const code = text.codePointAt(offset);
  if (code === undefined) return END;
  return code >= 0xd800 && code <= 0xdfff ? REPLACEMENT : code;
}

/** How many UTF-16 units a code point takes; 0 for END. */
export function widthOf(code: number): number {
  if (code === END) return 0;
  return code > 0xffff ? 2 : 1;
}

/** Length of the text in UTF-8 bytes; a lone surrogate counts as the three bytes of U+FFFD. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (unit >= 0xd800 && unit < 0xdc00 && isTrailSurrogate(text.charCodeAt(i + 1))) {
      bytes += 4;
      i++;
    } else bytes += 3;
  }
  return bytes;
}

function isTrailSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** Go's `%q` of a rune: single quotes. */
export function quoteRune(code: number): string {
  const inner = quoteGo(charOf(code)).slice(1, -1);
  if (inner === '\\"') return `'"'`;
  return inner === "'" ? `'\\''` : `'${inner}'`;
}

/** Go's `%#U` of a rune: `U+0041 'A'`, without the character where it is not printable. */
export function describeRune(code: number): string {
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  const inner = quoteGo(charOf(code)).slice(1, -1);
  const printable = !inner.startsWith('\\') || code === 0x22 || code === 0x5c;
  return printable ? `${name} '${charOf(code)}'` : name;
}

function charOf(code: number): string {
  return String.fromCodePoint(code === END ? REPLACEMENT : code);
}
