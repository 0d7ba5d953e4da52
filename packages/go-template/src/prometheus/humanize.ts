// Numbers for people: the humanize functions of Prometheus's templates.
import { parseGoFloat, quoteGo } from '@prometheus-ts/model';
import { formatFloatVerb } from '../format/float.ts';
import { formatTime } from '../values/time.ts';
import { type GoValue, isNil, typeOf } from '../values/values.ts';

const LARGE = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'] as const;
const SMALL = ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y'] as const;
const BINARY = ['ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi'] as const;

/** The number that a value of a template stands for. Throws with upstream's text. */
export function toFloat(value: GoValue): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string') {
    const float = parseGoFloat(value);
    if (float !== undefined) return float;
    const digits = /^[+-]?[\d.]+(?:e[+-]?\d+)?$/i.test(value);
    const reason = digits ? 'value out of range' : 'invalid syntax';
    throw new Error(`strconv.ParseFloat: parsing ${quoteGo(value)}: ${reason}`);
  }
  throw new Error(`can't convert ${isNil(value) ? '<nil>' : typeOf(value)} to float`);
}

/** 1.235M, 12.35u */
export function humanize(input: GoValue): string {
  const value = toFloat(input);
  if (value === 0 || value - value !== 0) return short(value);
  return Math.abs(value) >= 1 ? scaleDown(value, 1000, LARGE) : scaleUp(value);
}

/** 1.465ki */
export function humanize1024(input: GoValue): string {
  const value = toFloat(input);
  return Math.abs(value) > 1 && value - value === 0 ? scaleDown(value, 1024, BINARY) : short(value);
}

/** 1d 10h 17m 36s, 100us */
export function humanizeDuration(input: GoValue): string {
  const value = toFloat(input);
  if (value - value !== 0) return short(value);
  const size = Math.abs(value);
  if (value === 0) return `${short(value)}s`;
  if (size < 1) return `${scaleUp(value)}s`;
  const sign = value < 0 ? '-' : '';
  const whole = Math.trunc(size);
  const seconds = whole % 60;
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600) % 24;
  const days = Math.floor(whole / 86_400);
  if (days > 0) return `${sign}${days}d ${hours}h ${minutes}m ${seconds}s`;
  if (hours > 0) return `${sign}${hours}h ${minutes}m ${seconds}s`;
  if (minutes > 0) return `${sign}${minutes}m ${seconds}s`;
  return `${sign}${short(size)}s`;
}

/** 12.35% */
export function humanizePercentage(input: GoValue): string {
  return `${short(toFloat(input) * 100)}%`;
}

/** 2015-06-23 13:19:44.128 +0000 UTC */
export function humanizeTimestamp(input: GoValue): string {
  const value = toFloat(input);
  if (value - value !== 0) return short(value);
  return formatTime(toMilliseconds(value), '2006-01-02 15:04:05.999 -0700 MST');
}

/** Milliseconds of a time in seconds. Throws for what is no time. */
export function toMilliseconds(seconds: number): number {
  if (seconds - seconds !== 0) throw new Error('value is NaN or Inf');
  if (Math.abs(seconds * 1e9) > 2 ** 63) {
    const shown = formatFloatVerb(seconds, 'g', -1);
    throw new Error(`${shown} cannot be represented as a nanoseconds timestamp since it overflows int64`);
  }
  return Math.trunc((seconds * 1e9) / 1e6);
}

function scaleDown(value: number, base: number, prefixes: readonly string[]): string {
  let scaled = value;
  let prefix = '';
  for (const next of prefixes) {
    if (Math.abs(scaled) < base) break;
    prefix = next;
    scaled /= base;
  }
  return short(scaled) + prefix;
}

function scaleUp(value: number): string {
  let scaled = value;
  let prefix = '';
  for (const next of SMALL) {
    if (Math.abs(scaled) >= 1) break;
    prefix = next;
    scaled *= 1000;
  }
  return short(scaled) + prefix;
}

/** Four significant digits. */
function short(value: number): string {
  return formatFloatVerb(value, 'g', 4);
}
