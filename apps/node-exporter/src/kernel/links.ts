// Network interfaces with their counters, from a dump of RTM_GETLINK (rtnetlink(7)).
import {
  eachAttribute,
  NetlinkFamily,
  type NetlinkSocket,
  readUint64,
  withNetlink,
  zeroTerminated,
} from './netlink.ts';

const RTM_GETLINK = 18;
const RTM_NEWLINK = 16;
/** struct ifinfomsg: family 1, pad 1, type 2, index 4, flags 4, change 4. */
const INFO_BYTES = 16;
const Attribute = { name: 3, stats64: 23 } as const;

/** Counters in the order of struct rtnl_link_stats64. */
export const LINK_COUNTERS = [
  'receive_packets',
  'transmit_packets',
  'receive_bytes',
  'transmit_bytes',
  'receive_errors',
  'transmit_errors',
  'receive_dropped',
  'transmit_dropped',
  'multicast',
  'collisions',
  'receive_length_errors',
  'receive_over_errors',
  'receive_crc_errors',
  'receive_frame_errors',
  'receive_fifo_errors',
  'receive_missed_errors',
  'transmit_aborted_errors',
  'transmit_carrier_errors',
  'transmit_fifo_errors',
  'transmit_heartbeat_errors',
  'transmit_window_errors',
  'receive_compressed',
  'transmit_compressed',
  'receive_nohandler',
] as const;
export type LinkCounter = (typeof LINK_COUNTERS)[number];

export interface Link {
  readonly name: string;
  readonly counters: Record<string, number>;
}

/** All interfaces that have counters. Throws CodedError where netlink is out of reach. */
export function listLinks(): Link[] {
  const links: Link[] = [];
  withNetlink(NetlinkFamily.route, (socket) => {
    socket.request(RTM_GETLINK, Buffer.alloc(INFO_BYTES), true, ({ type, payload }) => {
      if (type !== RTM_NEWLINK) return;
      const link = parseLink(payload);
      if (link !== undefined) links.push(link);
    });
  });
  return links;
}

export function parseLink(payload: Buffer): Link | undefined {
  let name = '';
  let counters: Record<string, number> | undefined;
  eachAttribute(payload, INFO_BYTES, (type, value) => {
    if (type === Attribute.name) name = zeroTerminated(value);
    if (type !== Attribute.stats64) return;
    counters = {};
    for (let i = 0; i < LINK_COUNTERS.length && (i + 1) * 8 <= value.length; i++) {
      counters[LINK_COUNTERS[i]!] = readUint64(value, i * 8);
    }
  });
  return counters === undefined || name === '' ? undefined : { name, counters };
}

/** Names of all interfaces by index. */
export function linkNames(socket: NetlinkSocket): Map<number, string> {
  const names = new Map<number, string>();
  socket.request(RTM_GETLINK, Buffer.alloc(INFO_BYTES), true, ({ type, payload }) => {
    if (type !== RTM_NEWLINK) return;
    eachAttribute(payload, INFO_BYTES, (attribute, value) => {
      if (attribute === Attribute.name) names.set(payload.readInt32LE(4), zeroTerminated(value));
    });
  });
  return names;
}
