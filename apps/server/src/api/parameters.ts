// Decoding of API parameters with upstream's rules and words.
import { type Matcher, parseDuration, parseGoFloat, quoteGo } from '@prometheus-ts/model';
import { parseMetricSelector } from '@prometheus-ts/promql';
import { badData, invalidParameter } from './errors.ts';
import type { Form } from './form.ts';

/** The bounds of optional time ranges, milliseconds: as far as upstream's time type goes. */
export const MIN_TIME_MS = -(2 ** 53 - 1);
export const MAX_TIME_MS = 2 ** 53 - 1;

/** What clients send that print upstream's own bounds. */
const BOUNDS: Readonly<Record<string, number>> = {
  '-292273086-05-16T16:47:06Z': MIN_TIME_MS,
  '292277025-08-18T07:12:54.999999999Z': MAX_TIME_MS,
};

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)$/;

/** Seconds since the epoch, or RFC 3339; to whole milliseconds. Throws Error. */
export function parseTime(text: string): number {
  const seconds = parseGoFloat(text);
  if (seconds !== undefined) return clampTime(Math.round(seconds * 1000), text);
  if (RFC3339.test(text)) {
    const timeMs = parseRfc3339(text);
    if (timeMs !== undefined) return timeMs;
  }
  const bound = BOUNDS[text];
  if (bound !== undefined) return bound;
  throw new Error(`cannot parse ${quoteGo(text)} to a valid timestamp`);
}

function clampTime(timeMs: number, text: string): number {
  if (Number.isNaN(timeMs)) throw new Error(`cannot parse ${quoteGo(text)} to a valid timestamp`);
  return Math.min(Math.max(timeMs, MIN_TIME_MS), MAX_TIME_MS);
}

function parseRfc3339(text: string): number | undefined {
  const [, year, month, day, hour, minute, second, fraction = '', zone] = RFC3339.exec(text)!;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  date.setUTCHours(Number(hour), Number(minute), Number(second), Number(fraction.padEnd(3, '0').slice(0, 3)));
  if (zone === 'Z') return date.getTime();
  const offset = Number(zone!.slice(1, 3)) * 60 + Number(zone!.slice(4, 6));
  return date.getTime() - (zone!.startsWith('-') ? -offset : offset) * 60_000;
}

/** Seconds, or a Prometheus duration; to milliseconds, which may have a fraction. Throws Error. */
export function parseSpan(text: string): number {
  const seconds = parseGoFloat(text);
  if (seconds !== undefined) {
    if (Number.isNaN(seconds)) return 0;
    if (Math.abs(seconds) * 1e9 > 2 ** 63) {
      throw new Error(`cannot parse ${quoteGo(text)} to a valid duration. It overflows int64`);
    }
    return seconds * 1000;
  }
  try {
    return parseDuration(text);
  } catch {
    throw new Error(`cannot parse ${quoteGo(text)} to a valid duration`);
  }
}

/** A required time. */
export function timeParameter(form: Form, name: string): number {
  try {
    return parseTime(form.get(name));
  } catch (error) {
    throw invalidParameter(name, error as Error);
  }
}

export function optionalTime(form: Form, name: string, fallback: number): number {
  const text = form.get(name);
  if (text === '') return fallback;
  try {
    return parseTime(text);
  } catch (error) {
    throw invalidParameter(name, `invalid time value for '${name}': ${(error as Error).message}`);
  }
}

export function spanParameter(form: Form, name: string): number {
  try {
    return parseSpan(form.get(name));
  } catch (error) {
    throw invalidParameter(name, error as Error);
  }
}

/** `limit`; 0 for none. */
export function limitParameter(form: Form): number {
  const text = form.get('limit');
  if (text === '') return 0;
  let limit: number;
  try {
    limit = parseInteger(text);
  } catch (error) {
    throw invalidParameter('limit', error as Error);
  }
  if (limit < 0) throw invalidParameter('limit', 'limit must be non-negative');
  return limit;
}

/** An integer as Go's Atoi takes it. Throws Error in its words. */
export function parseInteger(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new Error(`strconv.Atoi: parsing ${quoteGo(text)}: invalid syntax`);
  const value = Number(text);
  if (Math.abs(value) >= 2 ** 63)
    throw new Error(`strconv.Atoi: parsing ${quoteGo(text)}: value out of range`);
  return value;
}

/** The selectors of `match[]`. Each must have a matcher that an absent label does not satisfy. */
export function matcherSets(form: Form): Matcher[][] {
  const sets = form.all('match[]').map((text) => [...parseMetricSelector(text)]);
  for (const set of sets) {
    if (set.every((matcher) => matcher.matchesEmpty)) {
      throw badData('match[] must contain at least one non-empty matcher');
    }
  }
  return sets;
}
