// Durations that are none: `5M`, `1 m`, `1mo`, `1.5h`.
import type { ParseError } from '../parse/parse-error.ts';
import { correction, edit, type Hint, type HintContext } from './hint.ts';

/** What people write for a unit, and what it is. */
const UNITS: readonly (readonly [RegExp, unit: string, name: string])[] = [
  [/^(ms|msecs?|millis|milliseconds?)$/i, 'ms', 'milliseconds'],
  [/^(s|secs?|seconds?)$/i, 's', 'seconds'],
  [/^(m|mins?|minutes?)$/i, 'm', 'minutes'],
  [/^(h|hrs?|hours?)$/i, 'h', 'hours'],
  [/^(d|days?)$/i, 'd', 'days'],
  [/^(w|wks?|weeks?)$/i, 'w', 'weeks'],
  [/^(y|yrs?|years?)$/i, 'y', 'years'],
];
const MONTHS = /^(mo|mon|mons|months?)$/i;
const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

export function durationHints(error: ParseError, context: HintContext): Hint[] {
  if (!/duration|number|expected ':'|unit/.test(error.reason)) return [];
  const { query } = error;
  const found = durationAt(query, error.span.start);
  if (!found) return [];
  const { span, number, gap, unit } = found;
  const advice = adviceFor(number, gap, unit);
  if (!advice) return [];
  const corrected = edit(query, [{ span, text: advice.replacement }]);
  return [
    { code: 'promql/duration', text: advice.text, position: span, ...correction(corrected, context.options) },
  ];
}

function adviceFor(
  number: string,
  gap: string,
  unit: string,
): { text: string; replacement: string } | undefined {
  if (MONTHS.test(unit)) {
    const days = `${Number(number) * 30}d`;
    return { text: `unknown unit ${unit}; months differ in length, use days: ${days}`, replacement: days };
  }
  const known = UNITS.find(([pattern]) => pattern.test(unit));
  if (!known) return undefined;
  const [, symbol, name] = known;
  if (number.includes('.')) {
    const replacement = wholeUnits(Number(number) * UNIT_MS[symbol]!);
    return { text: `durations are whole numbers: ${replacement}`, replacement };
  }
  const replacement = number + symbol;
  if (unit !== symbol) return { text: `unknown unit ${unit}; ${name} are ${symbol}`, replacement };
  if (gap === '') return undefined;
  return { text: `there is no space between number and unit: ${replacement}`, replacement };
}

/** The number and the word around a place. */
function durationAt(query: string, at: number) {
  const pattern = /(?<![\w.])(\d+(?:\.\d+)?)(\s*)([a-zA-Z]+)/g;
  for (const match of query.matchAll(pattern)) {
    const span = { start: match.index, end: match.index + match[0].length };
    if (at < span.start || at > span.end) continue;
    return { span, number: match[1]!, gap: match[2]!, unit: match[3]! };
  }
  return undefined;
}

/** `1h30m` of 1.5 hours. */
function wholeUnits(milliseconds: number): string {
  let rest = Math.round(milliseconds);
  let text = '';
  for (const unit of ['d', 'h', 'm', 's', 'ms']) {
    const count = Math.floor(rest / UNIT_MS[unit]!);
    if (count === 0) continue;
    text += `${count}${unit}`;
    rest -= count * UNIT_MS[unit]!;
  }
  return text === '' ? '0s' : text;
}
