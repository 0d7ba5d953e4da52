// The value of a quoted string, which the lexer has checked already.
import { isDigit } from './characters.ts';

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Bytes that are not UTF-8 become U+DC80 to U+DCFF, one each; nothing else makes a lone surrogate. */
const BYTE_ESCAPE = 0xdc00;

/** Decodes a string token, quotes included. Single and double quotes mean the same, backticks are raw. */
export function unquote(token: string): string {
  const inner = token.slice(1, -1);
  if (token.startsWith('`') || !inner.includes('\\')) return inner;
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (let i = 0; i < inner.length; ) {
    const backslash = inner.indexOf('\\', i);
    if (backslash !== i) {
      const end = backslash < 0 ? inner.length : backslash;
      bytes.push(...encoder.encode(inner.slice(i, end)));
      i = end;
      continue;
    }
    const char = inner[i + 1]!;
    if (isDigit(char.charCodeAt(0))) {
      bytes.push(Number.parseInt(inner.slice(i + 1, i + 4), 8));
      i += 4;
    } else if (char === 'x') {
      bytes.push(Number.parseInt(inner.slice(i + 2, i + 4), 16));
      i += 4;
    } else if (char === 'u' || char === 'U') {
      const end = i + (char === 'u' ? 6 : 10);
      bytes.push(...encoder.encode(String.fromCodePoint(Number.parseInt(inner.slice(i + 2, end), 16))));
      i = end;
    } else {
      bytes.push(...encoder.encode(SIMPLE[char] ?? char));
      i += 2;
    }
  }
  return decodeBytes(Uint8Array.from(bytes));
}

function decodeBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    let text = '';
    for (let i = 0; i < bytes.length; ) {
      const length = sequenceLength(bytes, i);
      if (length === 0) text += String.fromCharCode(BYTE_ESCAPE + bytes[i++]!);
      else {
        text += new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(i, i + length));
        i += length;
      }
    }
    return text;
  }
}

/** Length of the valid UTF-8 sequence at `at`, 0 where there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (length === 0 || at + length > bytes.length) return 0;
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(at, at + length));
    return length;
  } catch {
    return 0;
  }
}
