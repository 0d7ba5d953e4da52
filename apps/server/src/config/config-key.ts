// Telling configurations apart. Secrets count, so the text is for comparing only and must not be shown.
import { createHash } from 'node:crypto';
import { Secret } from '@prometheus-ts/config';
import { LabelSet } from '@prometheus-ts/model';

/** Equal exactly for equal values. */
export function configKey(value: unknown): string {
  return createHash('sha256').update(text(value)).digest('base64');
}

function text(value: unknown): string {
  if (value instanceof Secret) return `secret ${JSON.stringify(value.reveal())}`;
  if (value instanceof LabelSet) return `labels ${JSON.stringify(value.pairs)}`;
  if (value instanceof Map)
    return `map ${list([...value].map(([key, item]) => `${JSON.stringify(key)}:${text(item)}`))}`;
  if (Array.isArray(value)) return list(value.map(text));
  if (value instanceof URL) return JSON.stringify(value.href);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  if ('source' in value && typeof value.source === 'string') return `regexp ${JSON.stringify(value.source)}`;
  return list(Object.entries(value).map(([key, item]) => `${key}:${text(item)}`));
}

function list(items: readonly string[]): string {
  return `[${items.join()}]`;
}
