// Errors of bodies that do not parse: upstream's message, where it happened, and what to do about the mistakes
// that people make most.
import { CodedError } from '@prometheus-ts/model';
import { decodeText } from './byte-text.ts';

export const SYNTAX_ERROR = 'exposition-syntax';

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const LESS_THAN = 60;

function findHint(bytes: Uint8Array, end: number, lineStart: number): string | undefined {
  let first = 0;
  while (first < end && bytes[first]! <= 32) first++;
  if (bytes[first] === LESS_THAN) {
    return 'this is an HTML page, not metrics; check metrics_path, the port, and whether a login page is in the way';
  }
  const lineEnd = bytes.indexOf(NEWLINE, lineStart);
  if (lineEnd > 0 && lineEnd < end && bytes[lineEnd - 1] === CARRIAGE_RETURN) {
    return 'the line ends in CR LF; lines of an exposition end in LF alone';
  }
  return undefined;
}

/**
 * @param at offset of the byte to point at; `end` bounds the body
 */
export function syntaxError(message: string, bytes: Uint8Array, end: number, at: number): CodedError {
  const place = Math.min(at, end);
  let line = 1;
  let lineStart = 0;
  for (let i = bytes.indexOf(NEWLINE); i >= 0 && i < place; i = bytes.indexOf(NEWLINE, i + 1)) {
    line++;
    lineStart = i + 1;
  }
  const column = [...decodeText(bytes, lineStart, place)].length + 1;
  const hint = findHint(bytes, end, lineStart);
  return new CodedError(SYNTAX_ERROR, message, { place: { line, column }, ...(hint ? { hint } : {}) });
}
