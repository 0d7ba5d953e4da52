// Prometheus's durations (`1h30m`, `5m`, `90d`): whole numbers with units from years down to milliseconds,
// biggest first. A year has 365 days, a week 7, a day 24 hours. In numbers a duration is integer milliseconds.
// The words of errors are upstream's (prometheus/common, model/time.go).
import { CodedError } from './errors.ts';
import { quoteGo } from './quote-go.ts';

const UNITS = [
  ['y', 365 * 24 * 3600_000],
  ['w', 7 * 24 * 3600_000],
  ['d', 24 * 3600_000],
  ['h', 3600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

/** 2^63 nanoseconds: what upstream's durations can hold. */
const MAX_MS = 9_223_372_036_854;

/** Milliseconds of a duration that is not negative; `0` needs no unit. Throws CodedError (code `duration`). */
export function parseDuration(text: string): number {
  if (text === '0') return 0;
  if (text === '') throw new CodedError('duration', 'empty duration string');
  const part = /(\d+)(\D+)/y;
  let milliseconds = 0;
  let lastUnit = -1;
  let end = 0;
  while (end < text.length) {
    part.lastIndex = end;
    const found = part.exec(text);
    if (!found || Number(found[1]) >= 2 ** 64) throw invalid(text);
    const unit = UNITS.findIndex(([name]) => name === found[2]);
    if (unit < 0) {
      throw new CodedError('duration', `unknown unit ${quoteGo(found[2]!)} in duration ${quoteGo(text)}`, {
        hint: unitHint(found[2]!),
      });
    }
    if (unit <= lastUnit) throw invalid(text);
    milliseconds += Number(found[1]) * UNITS[unit]![1];
    if (milliseconds > MAX_MS) throw new CodedError('duration', 'duration out of range');
    lastUnit = unit;
    end = part.lastIndex;
  }
  return milliseconds;
}

/** What people write for units, and what they mean. */
const MISTAKES: readonly (readonly [RegExp, string])[] = [
  [/\s/, 'write number and unit without a space'],
  [/^[.,]/, 'fractions are not supported: write 1h30m for 1.5h'],
  [/^mon?(ths?)?$/i, 'months have no unit: write days, such as 30d'],
  [/^(m|mins?|minutes?)$/i, 'minutes are m'],
  [/^(s|secs?|seconds?)$/i, 'seconds are s'],
  [/^(h|hrs?|hours?)$/i, 'hours are h'],
  [/^(d|days?)$/i, 'days are d'],
  [/^(w|weeks?|wks?)$/i, 'weeks are w'],
  [/^(y|years?|yrs?)$/i, 'years are y'],
  [/^(millis(econds?)?|msecs?|ms)$/i, 'milliseconds are ms'],
  [/^([uµμn]s|micros?|nanos?)$/i, 'the finest unit is ms'],
];

function unitHint(unit: string): string {
  return MISTAKES.find(([pattern]) => pattern.test(unit))?.[1] ?? 'units are y, w, d, h, m, s and ms';
}

function invalid(text: string): CodedError {
  return new CodedError('duration', `not a valid duration string: ${quoteGo(text)}`, {
    hint: 'write numbers with units from the biggest to the smallest, such as 1h30m',
  });
}

/** `5m`, `1h30m`, `90d`: years and weeks only where they leave no rest, as upstream. Zero is `0s`. */
export function formatDuration(milliseconds: number): string {
  let rest = Math.trunc(Math.abs(milliseconds));
  if (rest === 0) return '0s';
  let text = milliseconds < 0 ? '-' : '';
  for (const [name, size] of UNITS) {
    const exactOnly = name === 'y' || name === 'w';
    if (rest < size || (exactOnly && rest % size !== 0)) continue;
    const count = Math.floor(rest / size);
    text += `${count}${name}`;
    rest -= count * size;
  }
  return text;
}
