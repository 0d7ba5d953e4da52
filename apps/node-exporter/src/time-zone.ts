// The local time zone: its distance from UTC and the abbreviation that the zone database gives (CET, EST, +03),
// which JavaScript's own formatting does not know. Read from the zone file, TZif version 1 or 2 (RFC 9636).
import { readFileSync } from 'node:fs';

export interface TimeZone {
  readonly name: string;
  readonly offsetSeconds: number;
}

let cached: { readonly zone: TimeZone; readonly untilMs: number } | undefined;

/** The zone in force at a time. The zone file is read again once a minute at most. */
export function timeZone(nowMs: number): TimeZone {
  const offsetSeconds = -new Date(nowMs).getTimezoneOffset() * 60;
  if (cached !== undefined && nowMs < cached.untilMs && cached.zone.offsetSeconds === offsetSeconds) {
    return cached.zone;
  }
  const zone = { name: abbreviation(offsetSeconds) ?? numericName(offsetSeconds), offsetSeconds };
  cached = { zone, untilMs: nowMs + 60_000 };
  return zone;
}

function abbreviation(offsetSeconds: number): string | undefined {
  const name = process.env['TZ'];
  if (name === '' || name === 'UTC' || name === 'UTC0') return 'UTC';
  const path =
    name === undefined ? '/etc/localtime' : name.startsWith('/') ? name : `/usr/share/zoneinfo/${name}`;
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    return offsetSeconds === 0 ? 'UTC' : undefined;
  }
  return abbreviationIn(bytes, offsetSeconds, Math.floor(Date.now() / 1000));
}

/** The abbreviation of the zone's latest local time type with this offset, or undefined. */
export function abbreviationIn(bytes: Buffer, offsetSeconds: number, nowSeconds: number): string | undefined {
  if (bytes.length < 44 || bytes.toString('latin1', 0, 4) !== 'TZif') return undefined;
  // The header of version 1: six counts from byte 20 (isut, isstd, leap, transitions, types, characters).
  const transitions = bytes.readUInt32BE(32);
  const types = bytes.readUInt32BE(36);
  const characters = bytes.readUInt32BE(40);
  const indexes = 44 + transitions * 4;
  const records = indexes + transitions;
  const names = records + types * 6;
  if (names + characters > bytes.length) return undefined;
  const nameOf = (type: number): string => {
    const start = names + bytes[records + type * 6 + 5]!;
    const end = bytes.indexOf(0, start);
    return bytes.toString('latin1', start, end);
  };
  const hasOffset = (type: number): boolean => bytes.readInt32BE(records + type * 6) === offsetSeconds;
  for (let i = transitions - 1; i >= 0; i--) {
    const type = bytes[indexes + i]!;
    if (bytes.readInt32BE(44 + i * 4) <= nowSeconds && type < types && hasOffset(type)) return nameOf(type);
  }
  for (let type = 0; type < types; type++) if (hasOffset(type)) return nameOf(type);
  return footerName(bytes, offsetSeconds);
}

/** Slim zone files keep no transitions for version 1: the POSIX rule after the last line feed has the names. */
function footerName(bytes: Buffer, offsetSeconds: number): string | undefined {
  const end = bytes.length - 1;
  const start = bytes.lastIndexOf(0x0a, end - 1);
  const rule = start < 0 ? '' : bytes.toString('latin1', start + 1, end);
  const match = /^(<[^>]+>|[A-Za-z]+)([+-]?\d+)(?::(\d+))?(<[^>]+>|[A-Za-z]+)?/.exec(rule);
  if (match === null) return undefined;
  const hours = Number(match[2]);
  const standard = -(Math.sign(hours || 1) * (Math.abs(hours) * 3600 + Number(match[3] ?? 0) * 60));
  const name = standard === offsetSeconds || match[4] === undefined ? match[1]! : match[4];
  return name.replace(/[<>]/g, '');
}

/** `+0530`, as Go names a zone that has no abbreviation. */
function numericName(offsetSeconds: number): string {
  const minutes = Math.abs(offsetSeconds) / 60;
  const hours = String(Math.floor(minutes / 60)).padStart(2, '0');
  const rest = minutes % 60;
  return `${offsetSeconds < 0 ? '-' : '+'}${hours}${rest === 0 ? '' : String(rest).padStart(2, '0')}`;
}
