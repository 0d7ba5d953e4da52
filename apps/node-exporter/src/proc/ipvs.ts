// /proc/net/ip_vs_stats and /proc/net/ip_vs. Addresses are hexadecimal:
//   TCP  C0A80016:0CEA wlc
//     -> C0A85216:0CEA      Tunnel  100    248        2
//   TCP  [2620:0000:0000:0000:0000:0000:0000:0001]:0050 sh
//   FWM  10001000 wlc
import { fields, lines, malformed, parseUint } from '../files.ts';

export interface IpvsBackend {
  readonly protocol: string;
  /** '' for a firewall mark. */
  readonly localAddress: string;
  readonly localPort: number;
  readonly localMark: string;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly weight: number;
  readonly active: number;
  readonly inactive: number;
}

/** Connections, packets in and out, bytes in and out: the third line, in hexadecimal. */
export function parseIpvsTotals(text: string): number[] {
  const row = lines(text)[2] ?? '';
  const totals = fields(row).map((field) => Number(`0x${field}`));
  if (totals.length !== 5 || totals.some(Number.isNaN)) throw malformed('/proc/net/ip_vs_stats', row);
  return totals;
}

export function parseIpvsBackends(text: string): IpvsBackend[] {
  const backends: IpvsBackend[] = [];
  let service = { protocol: '', localAddress: '', localPort: 0, localMark: '' };
  for (const line of lines(text)) {
    const parts = fields(line);
    const [kind, target] = parts;
    if (target === undefined) continue;
    if (kind === 'TCP' || kind === 'UDP') {
      const { address, port } = parseAddress(target);
      service = { protocol: kind, localAddress: address, localPort: port, localMark: '' };
    } else if (kind === 'FWM') {
      service = { protocol: kind, localAddress: '', localPort: 0, localMark: target };
    } else if (kind === '->' && target !== 'RemoteAddress:Port' && parts.length >= 6) {
      const { address, port } = parseAddress(target);
      backends.push({
        ...service,
        remoteAddress: address,
        remotePort: port,
        weight: parseUint(parts[3]!, '/proc/net/ip_vs'),
        active: parseUint(parts[4]!, '/proc/net/ip_vs'),
        inactive: parseUint(parts[5]!, '/proc/net/ip_vs'),
      });
    }
  }
  return backends;
}

function parseAddress(text: string): { address: string; port: number } {
  const version4 = /^([0-9A-F]{8}):([0-9A-F]{4})$/i.exec(text);
  if (version4 !== null) {
    const bytes = Buffer.from(version4[1]!, 'hex');
    return { address: bytes.join('.'), port: Number.parseInt(version4[2]!, 16) };
  }
  const version6 = /^\[([0-9A-F:]+)\]:([0-9A-F]{4})$/i.exec(text);
  if (version6 === null) throw malformed('/proc/net/ip_vs', text);
  const { hostname } = new URL(`http://[${version6[1]}]`);
  return { address: hostname.slice(1, -1), port: Number.parseInt(version6[2]!, 16) };
}
