// Go's time.Time and time.Duration as templates see them.
import { formatGoDuration } from '@prometheus-ts/model';
import { goFunction } from '../execute/functions.ts';
import { GoStruct, type GoValue } from './values.ts';

const DAY_NAMES = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const MONTH_NAMES = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** Elements of a layout, the longer before the shorter. */
const LAYOUT =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|2006|-07:00:00|-070000|-07:00|-0700|-07|Z07:00:00|Z070000|Z07:00|Z0700|Z07|002|15|PM|pm|_2|0[1-6]|[.,](?:0+|9+)(?![0-9])|[1-5]/g;

/** A time zone: its name, and its distance from UTC. */
export interface Zone {
  readonly name: string;
  readonly offsetSeconds: number;
}

export const UTC: Zone = { name: 'UTC', offsetSeconds: 0 };

/** A pointer to a time.Time, with the methods that templates use. */
export function goTime(milliseconds: number, zone: Zone = UTC, pointer = true): GoStruct {
  const local = new Date(milliseconds + zone.offsetSeconds * 1000);
  const method = (answer: () => GoValue) => goFunction([], answer);
  const number = (answer: () => number) => method(() => BigInt(answer()));
  const named = (type: string, names: readonly string[], index: number) =>
    new GoStruct({ type, text: () => names[index]! });
  return new GoStruct({
    type: 'time.Time',
    pointer,
    text: () => formatTime(milliseconds, STRING_LAYOUT, zone),
    methods: {
      Format: goFunction(['string'], (layout: string) => formatTime(milliseconds, layout, zone)),
      String: method(() => formatTime(milliseconds, STRING_LAYOUT, zone)),
      UTC: method(() => goTime(milliseconds, UTC, false)),
      Unix: number(() => Math.floor(milliseconds / 1000)),
      UnixMilli: number(() => Math.floor(milliseconds)),
      UnixNano: method(() => BigInt(Math.floor(milliseconds)) * 1_000_000n),
      Year: number(() => local.getUTCFullYear()),
      Month: method(() => named('time.Month', MONTH_NAMES, local.getUTCMonth())),
      Day: number(() => local.getUTCDate()),
      YearDay: number(() => yearDay(local)),
      Weekday: method(() => named('time.Weekday', DAY_NAMES, local.getUTCDay())),
      Hour: number(() => local.getUTCHours()),
      Minute: number(() => local.getUTCMinutes()),
      Second: number(() => local.getUTCSeconds()),
      Nanosecond: number(() => local.getUTCMilliseconds() * 1_000_000),
      IsZero: method(() => milliseconds === ZERO_TIME_MS),
    },
  });
}

/** Go's zero time: the first instant of the year 1. */
export const ZERO_TIME_MS = -62_135_596_800_000;
const STRING_LAYOUT = '2006-01-02 15:04:05.999999999 -0700 MST';

/** A time.Duration, or a pointer to one. */
export function goDuration(milliseconds: number, pointer = false): GoStruct {
  const method = (answer: () => GoValue) => goFunction([], answer);
  return new GoStruct({
    type: 'time.Duration',
    pointer,
    text: () => formatGoDuration(milliseconds),
    methods: {
      String: method(() => formatGoDuration(milliseconds)),
      Hours: method(() => milliseconds / 3_600_000),
      Minutes: method(() => milliseconds / 60_000),
      Seconds: method(() => milliseconds / 1000),
      Milliseconds: method(() => BigInt(Math.trunc(milliseconds))),
      Nanoseconds: method(() => BigInt(Math.trunc(milliseconds * 1e6))),
    },
  });
}

/** Go's Time.Format: the layout is the second of January 2006, 15:04:05, as it should look. */
export function formatTime(milliseconds: number, layout: string, zone: Zone = UTC): string {
  const local = new Date(milliseconds + zone.offsetSeconds * 1000);
  return layout.replaceAll(LAYOUT, (element) => formatElement(element, local, zone));
}

function formatElement(element: string, local: Date, zone: Zone): string {
  const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()];
  const hour = local.getUTCHours();
  switch (element) {
    case '2006':
      return String(year).padStart(4, '0');
    case '06':
      return two(year % 100);
    case 'January':
      return MONTH_NAMES[month]!;
    case 'Jan':
      return MONTH_NAMES[month]!.slice(0, 3);
    case '01':
      return two(month + 1);
    case '1':
      return String(month + 1);
    case 'Monday':
      return DAY_NAMES[local.getUTCDay()]!;
    case 'Mon':
      return DAY_NAMES[local.getUTCDay()]!.slice(0, 3);
    case '02':
      return two(day);
    case '_2':
      return String(day).padStart(2, ' ');
    case '2':
      return String(day);
    case '002':
      return String(yearDay(local)).padStart(3, '0');
    case '15':
      return two(hour);
    case '03':
      return two(hour % 12 || 12);
    case '3':
      return String(hour % 12 || 12);
    case '04':
      return two(local.getUTCMinutes());
    case '4':
      return String(local.getUTCMinutes());
    case '05':
      return two(local.getUTCSeconds());
    case '5':
      return String(local.getUTCSeconds());
    case 'PM':
      return hour >= 12 ? 'PM' : 'AM';
    case 'pm':
      return hour >= 12 ? 'pm' : 'am';
    case 'MST':
      return zone.name;
    default:
      return /^[.,]/.test(element) ? fraction(element, local) : offset(element, zone.offsetSeconds);
  }
}

/** `.000` keeps its zeros, `.999` drops those at the end, and itself with them. */
function fraction(element: string, local: Date): string {
  const digits = String(local.getUTCMilliseconds())
    .padStart(3, '0')
    .padEnd(9, '0')
    .slice(0, element.length - 1);
  if (element[1] === '0') return element[0]! + digits;
  const kept = digits.replace(/0+$/, '');
  return kept === '' ? '' : element[0]! + kept;
}

function offset(element: string, offsetSeconds: number): string {
  if (element.startsWith('Z') && offsetSeconds === 0) return 'Z';
  const size = Math.abs(offsetSeconds);
  const parts = [Math.floor(size / 3600), Math.floor(size / 60) % 60, size % 60].map(two);
  const count = element.replaceAll(':', '').length <= 3 ? 1 : element.replaceAll(':', '').length <= 5 ? 2 : 3;
  return (offsetSeconds < 0 ? '-' : '+') + parts.slice(0, count).join(element.includes(':') ? ':' : '');
}

function yearDay(local: Date): number {
  const start = Date.UTC(local.getUTCFullYear(), 0, 1);
  return Math.floor((local.getTime() - start) / 86_400_000) + 1;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
