// What may be logged, and how one value reads in either format. Values are turned into text without ever
// throwing and without looking inside objects that know how to print themselves: a Secret stays `<secret>`.
import { formatGoDuration } from '@prometheus-ts/model';

/** A span of time that is printed as Go prints a time.Duration (`1.5s`, `2m0s`). */
export class LogDuration {
  readonly milliseconds: number;

  constructor(milliseconds: number) {
    this.milliseconds = milliseconds;
  }

  toString(): string {
    return formatGoDuration(this.milliseconds);
  }
}

/** For fields such as `{ duration: duration(elapsedMs) }`. */
export function duration(milliseconds: number): LogDuration {
  return new LogDuration(milliseconds);
}

/** Values of log fields; `undefined` leaves the field out. Errors print their message, and their `hint` beside it. */
export type LogFields = Readonly<Record<string, unknown>>;

/** The text of a value in logfmt, before quoting. */
export function fieldText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '<nil>';
  if (typeof value !== 'object') return String(value);
  if (value instanceof Error) return value.message;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return `[${value.map(fieldText).join(' ')}]`;
  if (value.toString !== Object.prototype.toString) return String(value);
  return JSON.stringify(value) ?? String(value);
}

/** The JSON text of a value. */
export function fieldJson(value: unknown): string {
  if (typeof value === 'number')
    return Number.isFinite(value) ? String(value) : JSON.stringify(String(value));
  if (typeof value === 'bigint') return String(value);
  if (value === null || value === undefined) return 'null';
  if (value instanceof Error || value instanceof LogDuration) return jsonString(fieldText(value));
  if (typeof value === 'object' && !Array.isArray(value) && !('toJSON' in value)) {
    if (value.toString !== Object.prototype.toString) return jsonString(String(value));
  }
  return escapeLineSeparators(JSON.stringify(value) ?? jsonString(String(value)));
}

export function jsonString(text: string): string {
  return escapeLineSeparators(JSON.stringify(text));
}

/** Go's JSON escapes U+2028 and U+2029; JSON.stringify does not. */
function escapeLineSeparators(json: string): string {
  return json.replace(/[\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16)}`);
}
