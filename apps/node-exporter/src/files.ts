// Reading small files of /proc and /sys: synchronous, one shared buffer, since these are answered from the
// kernel's memory and a round through the thread pool costs more than the read. Never used for paths on mounts
// that can hang; those go through MountProbe.
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { CodedError } from '@prometheus-ts/model';

/** Largest file taken in; /proc/slabinfo and friends stay far below. */
const SIZE_LIMIT_BYTES = 64 << 20;

let scratch = Buffer.allocUnsafeSlow(64 << 10);

/** The whole file as text; bytes that are not UTF-8 become U+FFFD. Throws Node's error with `code`. */
export function readText(path: string): string {
  const handle = openSync(path, 'r');
  try {
    let length = 0;
    for (;;) {
      const read = readSync(handle, scratch, length, scratch.length - length, null);
      if (read === 0) break;
      length += read;
      if (length === scratch.length) {
        if (length >= SIZE_LIMIT_BYTES) {
          throw new CodedError('file_too_large', `${path} holds more than ${SIZE_LIMIT_BYTES} bytes`, {
            place: { file: path },
          });
        }
        const larger = Buffer.allocUnsafeSlow(scratch.length * 4);
        scratch.copy(larger, 0, 0, length);
        scratch = larger;
      }
    }
    return scratch.toString('utf8', 0, length);
  } finally {
    closeSync(handle);
  }
}

/** The text without surrounding white space: what a sysfs attribute holds. */
export function readTrimmed(path: string): string {
  return readText(path).trim();
}

/** Like `readTrimmed`, but undefined where the file is missing or cannot be read. */
export function tryReadTrimmed(path: string): string | undefined {
  try {
    return readText(path).trim();
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}

/** A non-negative decimal integer in a file of its own; exact up to 2^53, rounded as a float beyond. */
export function readUint(path: string): number {
  return parseUint(readText(path).trim(), path);
}

/** Like `readUint`, but undefined where there is no such number to read. */
export function tryReadUint(path: string): number | undefined {
  const text = tryReadTrimmed(path);
  return text !== undefined && isDigits(text) ? Number(text) : undefined;
}

/** A decimal integer with an optional sign in a file of its own, or undefined. */
export function tryReadInt(path: string): number | undefined {
  const text = tryReadTrimmed(path);
  return text !== undefined && isDigits(text.startsWith('-') ? text.slice(1) : text)
    ? Number(text)
    : undefined;
}

/** Names in a folder, sorted; throws Node's error where it cannot be read. */
export function listFolder(path: string): string[] {
  return readdirSync(path).sort();
}

/** Like `listFolder`, but empty where the folder is missing or unreadable. */
export function tryListFolder(path: string): string[] {
  try {
    return readdirSync(path).sort();
  } catch (error) {
    if (isSystemError(error)) return [];
    throw error;
  }
}

/** Parses a non-negative decimal integer; `what` is named in the error. */
export function parseUint(text: string, what: string): number {
  if (!isDigits(text)) throw malformed(what, text);
  return Number(text);
}

/** Parses a decimal number as kernel files print them; `what` is named in the error. */
export function parseNumber(text: string, what: string): number {
  const value = text === '' ? Number.NaN : Number(text);
  if (Number.isNaN(value)) throw malformed(what, text);
  return value;
}

export function malformed(what: string, text: string): CodedError {
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return new CodedError('malformed_kernel_file', `cannot parse ${JSON.stringify(shown)} in ${what}`, {
    place: { file: what },
  });
}

/** Whether the text is one or more decimal digits. */
export function isDigits(text: string): boolean {
  if (text.length === 0) return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

/** The fields between runs of blanks and tabs, none of them empty. */
export function fields(line: string): string[] {
  const found: string[] = [];
  const length = line.length;
  let i = 0;
  while (i < length) {
    while (i < length && isBlank(line.charCodeAt(i))) i++;
    const start = i;
    while (i < length && !isBlank(line.charCodeAt(i))) i++;
    if (i > start) found.push(line.slice(start, i));
  }
  return found;
}

/** The lines without their ends; a last line without an end counts, an empty rest does not. */
export function lines(text: string): string[] {
  const found = text.split('\n');
  if (found[found.length - 1] === '') found.pop();
  return found;
}

function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

/** An error of the operating system, with `code` such as ENOENT. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}

/** Whether a file or folder was not there. */
export function isMissing(error: unknown): boolean {
  return isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
