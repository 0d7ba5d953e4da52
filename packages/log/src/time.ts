// Times as upstream's loggers print them.

/** RFC 3339 with three decimals in the local zone: `2026-08-05T12:00:00.123+02:00`, or `Z` in UTC. */
export function localMilliseconds(nowMs: number): string {
  return `${localSeconds(nowMs)}.${milliseconds(nowMs)}${zone(nowMs)}`;
}

/** RFC 3339 with as many decimals as needed, in the local zone: `…:00.12+02:00`, `…:00Z`. */
export function localTrimmed(nowMs: number): string {
  const decimals = milliseconds(nowMs).replace(/0+$/, '');
  return `${localSeconds(nowMs)}${decimals === '' ? '' : `.${decimals}`}${zone(nowMs)}`;
}

/** RFC 3339 with three decimals in UTC. */
export function utcMilliseconds(nowMs: number): string {
  return new Date(nowMs).toISOString();
}

function localSeconds(nowMs: number): string {
  const shifted = nowMs - new Date(nowMs).getTimezoneOffset() * 60_000;
  return new Date(shifted).toISOString().slice(0, 19);
}

function milliseconds(nowMs: number): string {
  return String(((nowMs % 1000) + 1000) % 1000).padStart(3, '0');
}

function zone(nowMs: number): string {
  const minutesWest = new Date(nowMs).getTimezoneOffset();
  if (minutesWest === 0) return 'Z';
  const minutes = Math.abs(minutesWest);
  const hoursText = String(Math.floor(minutes / 60)).padStart(2, '0');
  return `${minutesWest < 0 ? '+' : '-'}${hoursText}:${String(minutes % 60).padStart(2, '0')}`;
}
