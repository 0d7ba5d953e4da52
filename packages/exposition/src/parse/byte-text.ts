// Between bytes and text: decoding that keeps invalid UTF-8 recognisable, and Go's quoting of raw bytes.
import { isUtf8 } from 'node:buffer';

function asBuffer(bytes: Uint8Array, start: number, end: number): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
}

/**
 * Length of the UTF-8 sequence at `at`, 0 where it is invalid or cut off. Overlong forms, surrogates and code
 * points past U+10FFFF are invalid (Unicode, table 3-7).
 */
function sequenceLength(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (at + length > end) return 0;
  const second = bytes[at + 1]!;
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i = 2; i < length; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return 0;
  return length;
}

/** Whether the bytes are valid UTF-8. */
export function isValidUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  return isAscii(bytes, start, end) || isUtf8(asBuffer(bytes, start, end));
}

/**
 * The bytes as a string. A byte that is no UTF-8 becomes a lone surrogate (U+DC00 + byte), so that the text is
 * not well-formed and whoever checks names refuses it, as upstream refuses the bytes.
 */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  const buffer = asBuffer(bytes, start, end);
  if (isAscii(bytes, start, end)) return buffer.toString('latin1');
  if (isUtf8(buffer)) return buffer.toString('utf8');
  let text = '';
  for (let i = start; i < end; ) {
    const length = sequenceLength(bytes, i, end);
    text +=
      length === 0
        ? String.fromCharCode(0xdc00 + bytes[i]!)
        : asBuffer(bytes, i, i + length).toString('utf8');
    i += length || 1;
  }
  return text;
}

/** The bytes as a string; every one must be below 0x80. */
export function decodeAscii(bytes: Uint8Array, start: number, end: number): string {
  return asBuffer(bytes, start, end).toString('latin1');
}

/** Whether every byte is below 0x80. */
export function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i]! >= 0x80) return false;
  return true;
}

const SHORT_ESCAPES: Readonly<Record<number, string>> = {
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
  34: '\\"',
  92: '\\\\',
};

/** Go counts letters, marks, numbers, punctuation, symbols and the ASCII space as printable. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

function quoteCodePoint(text: string): string {
  const code = text.codePointAt(0)!;
  const short = SHORT_ESCAPES[code];
  if (short !== undefined) return short;
  if (PRINTABLE.test(text)) return text;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code > 0xffff
    ? `\\U${code.toString(16).padStart(8, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** The bytes as Go's %q prints them. */
export function quoteBytes(bytes: Uint8Array, start: number, end: number): string {
  let text = '"';
  for (let i = start; i < end; ) {
    const length = sequenceLength(bytes, i, end);
    if (length === 0) {
      text += `\\x${bytes[i]!.toString(16).padStart(2, '0')}`;
      i++;
    } else {
      text += quoteCodePoint(asBuffer(bytes, i, i + length).toString('utf8'));
      i += length;
    }
  }
  return `${text}"`;
}
