// Addresses as Go takes them apart.
import { isIP } from 'node:net';

/** Go's net.SplitHostPort; undefined when it is none. */
function splitHostPort(address: string): { host: string; port: string } | undefined {
  const colon = address.lastIndexOf(':');
  if (colon < 0) return undefined;
  let host = address.slice(0, colon);
  if (address.startsWith('[')) {
    const end = address.indexOf(']');
    if (end < 0 || end + 1 !== colon) return undefined;
    host = address.slice(1, end);
    if (host.includes('[')) return undefined;
  } else if (host.includes(':') || /[[\]]/.test(host)) return undefined;
  const port = address.slice(colon + 1);
  return /[[\]]/.test(port) ? undefined : { host, port };
}

export function stripPort(address: string): string {
  return splitHostPort(address)?.host ?? address;
}

/** The host without its domain; IP addresses stay as they are. */
export function stripDomain(address: string): string {
  const { host, port } = splitHostPort(address) ?? { host: address, port: '' };
  if (isIP(host) !== 0 && !host.includes('%')) return address;
  const name = host.split('.')[0]!;
  if (port === '') return name;
  return name.includes(':') || name.includes('%') ? `[${name}]:${port}` : `${name}:${port}`;
}
