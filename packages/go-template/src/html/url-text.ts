// Values in URLs and in lists of them.
import { SafeType } from '../values/values.ts';
import { REFUSED } from './css-text.ts';

const encoder = new TextEncoder();

/** The start of a URL: schemes that could run scripts are refused. */
export function filterUrl(text: string, type: SafeType | undefined): string {
  return type === SafeType.url || isSafeUrl(text) ? text : `#${REFUSED}`;
}

/** Relative, or http, https or mailto. */
function isSafeUrl(text: string): boolean {
  const scheme = /^([^:]*):/.exec(text);
  return !scheme || scheme[1]!.includes('/') || /^(?:https?|mailto)$/i.test(scheme[1]!);
}

/**
 * Percent-encodes. @param normalize keeps what is reserved in URLs, and the escapes that are there already, so
 * that a whole URL stays one
 */
export function encodeUrl(text: string, normalize: boolean): string {
  const keep = normalize ? /[A-Za-z0-9\-._~!#$&*+,/:;=?@[\]]/ : /[A-Za-z0-9\-._~]/;
  const bytes = encoder.encode(text);
  let encoded = '';
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    const character = String.fromCharCode(byte);
    const escaped =
      normalize &&
      byte === 0x25 &&
      i + 2 < bytes.length &&
      isHexDigit(bytes[i + 1]!) &&
      isHexDigit(bytes[i + 2]!);
    encoded += keep.test(character) || escaped ? character : `%${byte.toString(16).padStart(2, '0')}`;
  }
  return encoded;
}

/** A list of image URLs, each with its size; unsafe ones are refused one by one. */
export function filterSrcset(text: string, type: SafeType | undefined): string {
  if (type === SafeType.srcset) return text;
  if (type === SafeType.url) return encodeUrl(text, true).replaceAll(',', '%2c');
  return text.split(',').map(filterSource).join();
}

function filterSource(source: string): string {
  const [, before, url, metadata] = /^([\t\n\f\r ]*)([^\t\n\f\r ]*)([\s\S]*)$/.exec(source)!;
  if (!isSafeUrl(url!) || !/^[\t\n\f\r A-Za-z0-9]*$/.test(metadata!)) return `#${REFUSED}`;
  return before! + encodeUrl(url!, true) + metadata!;
}

function isHexDigit(byte: number): boolean {
  return /[0-9a-fA-F]/.test(String.fromCharCode(byte));
}
