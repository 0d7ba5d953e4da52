// How far a number or a duration reaches in the text. What is scanned here need not be valid: the parser
// converts it and reports what does not convert.
import { isAlphaNumeric, isDigit } from './characters.ts';

export interface Scan {
  /** Offset after the last character looked at; on failure the error quotes up to here. */
  readonly end: number;
  readonly valid: boolean;
}

const DECIMAL = '0123456789';
const HEXADECIMAL = '0123456789abcdefABCDEF';
/** What must not follow a dot, an exponent, an underscore. */
const NOT_AFTER_DOT = '_.';
const NOT_AFTER_MARK = '._eE';

/**
 * Digits with single underscores between them, at most one dot and one exponent; `0x…` when `hex`. A letter
 * right behind makes it invalid, but for the x of a repetition where there is no hexadecimal.
 */
export function scanNumber(text: string, start: number, hex: boolean): Scan {
  let pos = start;
  const at = (set: string): boolean => pos < text.length && set.includes(text[pos]!);
  const accept = (set: string): boolean => at(set) && ++pos > 0;
  let digits = DECIMAL;
  if (hex && accept('0') && accept('xX')) {
    accept('_');
    digits = HEXADECIMAL;
  }
  accept('.');
  accept(digits);
  let dot = false;
  let exponent = false;
  while (at(`${digits}._eE`)) {
    if (at('.')) {
      pos++;
      if (dot || accept(NOT_AFTER_DOT) || digits === HEXADECIMAL) return { end: pos, valid: false };
      dot = true;
    } else if (at('eE')) {
      pos++;
      if (exponent) return { end: pos, valid: false };
      exponent = true;
      accept('+-');
      if (accept(NOT_AFTER_MARK) || pos >= text.length) return { end: pos, valid: false };
    } else if (accept('_')) {
      if (accept(NOT_AFTER_MARK) || pos >= text.length) return { end: pos, valid: false };
    } else {
      while (at(digits)) pos++;
    }
  }
  const follower = text.charCodeAt(pos);
  const valid = pos > start && ((!hex && text[pos] === 'x') || !isAlphaNumeric(follower));
  return { end: pos, valid };
}

/** The rest of a duration, from its first unit on: `h30m` of `1h30m`. */
export function scanDuration(text: string, start: number): Scan {
  let pos = start;
  const accept = (set: string): boolean => pos < text.length && set.includes(text[pos]!) && ++pos > 0;
  let valid = accept('smhdwy');
  if (valid) accept('s');
  while (valid && accept(DECIMAL)) {
    while (isDigit(text.charCodeAt(pos))) pos++;
    valid = accept('smhdw');
    if (valid) accept('s');
  }
  if (!valid) return { end: pos, valid };
  if (!isAlphaNumeric(text.charCodeAt(pos))) return { end: pos, valid };
  return { end: pos + 1, valid: false };
}
