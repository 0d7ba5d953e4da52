// JSON as upstream's API prints it. Strings escape what could end a script element; label sets do not.
import type { LabelSet } from '@prometheus-ts/model';

const HTML = /[<>&\u2028\u2029]/g;

function escapeHtml(json: string): string {
  return json.replace(HTML, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A value of plain data; keys keep their order. Lone surrogates become U+FFFD. */
export function jsonOf(value: unknown): string {
  return escapeHtml(
    JSON.stringify(value, (_key, part) => (typeof part === 'string' ? part.toWellFormed() : part)),
  );
}

/** A label set as an object, sorted by name. */
export function labelsJson(labels: LabelSet): string {
  const { pairs } = labels;
  let json = '{';
  for (let i = 0; i < pairs.length; i += 2) {
    json += `${i === 0 ? '' : ','}${JSON.stringify(pairs[i]!)}:${JSON.stringify(pairs[i + 1]!)}`;
  }
  return `${json}}`;
}

/** A time as Go prints it: RFC 3339 without trailing zeros of the fraction; the zero time for 0. */
export function timeText(timeMs: number): string {
  if (timeMs === 0) return '0001-01-01T00:00:00Z';
  const text = new Date(timeMs).toISOString();
  return text.replace(/\.(\d*?)0+Z$/, (_all, digits: string) => (digits === '' ? 'Z' : `.${digits}Z`));
}
