// Which hosts are reached without the proxy: NO_PROXY's rules as Go reads them.
import { BlockList, isIP } from 'node:net';

/** Whether a request to `url` goes through a proxy; local addresses never do. */
export function usesProxy(noProxy: string, url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  if (host === 'localhost') return false;
  const family = isIP(host);
  if (family !== 0 && isLoopbackAddress(host, family)) return false;
  return !noProxy.split(',').some((entry) => excludes(entry.trim().toLowerCase(), host, port, family));
}

function excludes(entry: string, host: string, port: string, family: number): boolean {
  if (entry === '') return false;
  if (entry === '*') return true;
  const slash = entry.indexOf('/');
  if (slash >= 0)
    return family !== 0 && inNetwork(entry.slice(0, slash), Number(entry.slice(slash + 1)), host, family);
  const [name, entryPort] = splitPort(entry);
  if (name === '' || (entryPort !== '' && entryPort !== port)) return false;
  if (isIP(name) !== 0) return family !== 0 && sameAddress(name, host);
  if (family !== 0) return false;
  const suffix = name.replace(/^\*\./, '.');
  if (suffix.startsWith('.')) return host.endsWith(suffix);
  return host === suffix || host.endsWith(`.${suffix}`);
}

/** `host:port`, `[v6]:port`, or a name or address alone. */
function splitPort(entry: string): [string, string] {
  const bracketed = /^\[([^\]]*)\](?::(\d+))?$/.exec(entry);
  if (bracketed) return [bracketed[1]!, bracketed[2] ?? ''];
  const single = /^([^:]*):(\d+)$/.exec(entry);
  return single ? [single[1]!, single[2]!] : [entry, ''];
}

function inNetwork(network: string, bits: number, host: string, family: number): boolean {
  const networkFamily = isIP(network);
  if (networkFamily !== family || !Number.isInteger(bits)) return false;
  if (bits < 0 || bits > (family === 4 ? 32 : 128)) return false;
  const kind = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, bits, kind);
  return list.check(host, kind);
}

function sameAddress(a: string, b: string): boolean {
  const family = isIP(a);
  return family === isIP(b) && inNetwork(a, family === 4 ? 32 : 128, b, family);
}

function isLoopbackAddress(host: string, family: number): boolean {
  return family === 4 ? host.startsWith('127.') : sameAddress('::1', host);
}
