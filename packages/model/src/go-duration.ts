// Go's time.Duration texts, which flags and log lines use (`1.5s`, `2h45m`); configuration files use
// Prometheus's own durations instead. In numbers a duration is milliseconds, here with a fraction down to the
// nanosecond.
import { CodedError } from './errors.ts';
import { quoteGo } from './quote-go.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1e3,
  m: 60e3,
  h: 3600e3,
};

/** Milliseconds of `1h15m30.5s`, `-2ms`, `0`; a number without a unit is an error (code `duration`). */
export function parseGoDuration(text: string): number {
  const quoted = quoteGo(text);
  const sign = text.startsWith('-') ? -1 : 1;
  const body = text.replace(/^[+-]/, '');
  if (body === '0') return 0;
  const part = /(\d+\.?\d*|\.\d+)([^\d.]*)/y;
  let milliseconds = 0;
  let end = 0;
  while (end < body.length) {
    part.lastIndex = end;
    const found = part.exec(body);
    if (!found) throw new CodedError('duration', `time: invalid duration ${quoted}`);
    const unit = found[2]!;
    if (unit === '') throw new CodedError('duration', `time: missing unit in duration ${quoted}`);
    const scale = UNIT_MS[unit];
    if (scale === undefined) {
      throw new CodedError('duration', `time: unknown unit ${quoteGo(unit)} in duration ${quoted}`);
    }
    milliseconds += Number(found[1]) * scale;
    end = part.lastIndex;
  }
  if (end === 0) throw new CodedError('duration', `time: invalid duration ${quoted}`);
  return sign * milliseconds;
}

/** Go's time.Duration text of a span in milliseconds, to the nanosecond: `0s`, `1.5ms`, `1h0m0.25s`. */
export function formatGoDuration(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return String(milliseconds);
  const sign = milliseconds < 0 ? '-' : '';
  const nanoseconds = Math.round(Math.abs(milliseconds) * 1e6);
  if (nanoseconds === 0) return '0s';
  if (nanoseconds < 1e3) return `${sign}${nanoseconds}ns`;
  if (nanoseconds < 1e6) return `${sign}${fraction(nanoseconds, 1e3)}µs`;
  if (nanoseconds < 1e9) return `${sign}${fraction(nanoseconds, 1e6)}ms`;
  const wholeSeconds = Math.floor(nanoseconds / 1e9);
  const rest = nanoseconds - wholeSeconds * 1e9;
  const seconds = fraction((wholeSeconds % 60) * 1e9 + rest, 1e9);
  const minutes = Math.floor(wholeSeconds / 60);
  if (minutes === 0) return `${sign}${seconds}s`;
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${sign}${minutes}m${seconds}s` : `${sign}${hours}h${minutes % 60}m${seconds}s`;
}

/** `value / unit` in decimal with no trailing zeros; both are integers and the unit is a power of ten. */
function fraction(value: number, unit: number): string {
  const whole = Math.floor(value / unit);
  const digits = String(value - whole * unit).padStart(String(unit).length - 1, '0');
  const trimmed = digits.replace(/0+$/, '');
  return trimmed === '' ? String(whole) : `${whole}.${trimmed}`;
}
