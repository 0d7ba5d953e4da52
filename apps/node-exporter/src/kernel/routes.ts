// Unicast routes, from a dump of RTM_GETROUTE (rtnetlink(7)).
import { ipText, prefixText } from './ip-text.ts';
import { linkNames } from './links.ts';
import { eachAttribute, NetlinkFamily, withNetlink } from './netlink.ts';

const RTM_GETROUTE = 26;
const RTM_NEWROUTE = 24;
/** struct rtmsg: family, destination length, source length, tos, table, protocol, scope, type: 1 each; flags 4. */
const MESSAGE_BYTES = 12;
const TYPE_UNICAST = 1;
const Attribute = { destination: 1, device: 4, gateway: 5, priority: 6, source: 7, multipath: 9 } as const;
/** struct rtnexthop: length 2, flags 1, hops 1, index 4. */
const NEXT_HOP_BYTES = 8;

export interface Route {
  readonly device: string;
  readonly source: string;
  readonly destination: string;
  readonly gateway: string;
  readonly priority: number;
  /** The number of rtnetlink(7). */
  readonly protocol: number;
  /** Share of a path among several, '' for the only one. */
  readonly weight: string;
}

/** One entry for each path of each route. */
export function listRoutes(): Route[] {
  return withNetlink(NetlinkFamily.route, (socket) => {
    const payloads: Buffer[] = [];
    socket.request(RTM_GETROUTE, Buffer.alloc(MESSAGE_BYTES), true, ({ type, payload }) => {
      if (type === RTM_NEWROUTE && payload[7] === TYPE_UNICAST) payloads.push(Buffer.from(payload));
    });
    const names = linkNames(socket);
    return payloads.flatMap((payload) => parseRoute(payload, names));
  });
}

export function parseRoute(payload: Buffer, names: ReadonlyMap<number, string>): Route[] {
  let destination = Buffer.alloc(0);
  let device = '';
  let gateway = '';
  let source = '';
  let priority = 0;
  let multipath: Buffer | undefined;
  eachAttribute(payload, MESSAGE_BYTES, (type, value) => {
    if (type === Attribute.destination) destination = Buffer.from(value);
    else if (type === Attribute.device) device = names.get(value.readInt32LE(0)) ?? '';
    else if (type === Attribute.gateway) gateway = ipText(value);
    else if (type === Attribute.priority) priority = value.readUInt32LE(0);
    else if (type === Attribute.source) source = ipText(value);
    else if (type === Attribute.multipath) multipath = value;
  });
  const route = {
    source,
    destination: prefixText(destination, payload[1]!),
    priority,
    protocol: payload[5]!,
  };
  if (multipath === undefined) return [{ ...route, device, gateway, weight: '' }];
  return nextHops(multipath, names).map((hop) => ({ ...route, ...hop }));
}

function nextHops(
  multipath: Buffer,
  names: ReadonlyMap<number, string>,
): { device: string; gateway: string; weight: string }[] {
  const hops: { device: string; gateway: string; weight: string }[] = [];
  let at = 0;
  while (at + NEXT_HOP_BYTES <= multipath.length) {
    const length = multipath.readUInt16LE(at);
    if (length < NEXT_HOP_BYTES || at + length > multipath.length) break;
    let gateway = '';
    eachAttribute(multipath.subarray(at, at + length), NEXT_HOP_BYTES, (type, value) => {
      if (type === Attribute.gateway) gateway = ipText(value);
    });
    const device = names.get(multipath.readInt32LE(at + 4)) ?? '';
    hops.push({ device, gateway, weight: String(multipath[at + 3]! + 1) });
    at += (length + 3) & ~3;
  }
  return hops;
}
