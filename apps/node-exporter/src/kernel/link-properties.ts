// Properties of network interfaces from a dump of RTM_GETLINK (rtnetlink(7)).
import { type Link, parseLink } from './links.ts';
import { eachAttribute, NetlinkFamily, withNetlink, zeroTerminated } from './netlink.ts';

const RTM_GETLINK = 18;
const RTM_NEWLINK = 16;
const INFO_BYTES = 16;
const ALTERNATIVE_NAME = 53;

const OPERSTATES = ['unknown', 'notpresent', 'down', 'lowerlayerdown', 'testing', 'dormant', 'up'];

/** 32-bit attributes that become metrics of that name. */
const NUMBERS: Readonly<Record<number, string>> = {
  4: 'mtu_bytes',
  13: 'transmit_queue_length',
  27: 'net_dev_group',
  35: 'carrier_changes_total',
  47: 'carrier_up_changes_total',
  48: 'carrier_down_changes_total',
};
const Attribute = {
  address: 1,
  broadcast: 2,
  link: 5,
  operstate: 16,
  linkMode: 17,
  alias: 20,
  carrier: 33,
  properties: 52,
} as const;

export interface LinkProperties {
  readonly name: string;
  readonly address: string;
  readonly broadcast: string;
  readonly operstate: string;
  readonly alias: string;
  readonly alternativeNames: readonly string[];
  /** By name of the metric after `node_network_`. */
  readonly numbers: Readonly<Record<string, number>>;
  readonly counters: Link['counters'] | undefined;
}

export function listLinkProperties(): LinkProperties[] {
  const links: LinkProperties[] = [];
  withNetlink(NetlinkFamily.route, (socket) => {
    socket.request(RTM_GETLINK, Buffer.alloc(INFO_BYTES), true, ({ type, payload }) => {
      if (type === RTM_NEWLINK) links.push(parseProperties(payload));
    });
  });
  return links;
}

function parseProperties(payload: Buffer): LinkProperties {
  let name = '';
  let address = '';
  let broadcast = '';
  let operstate = 'unknown';
  let alias = '';
  const alternativeNames: string[] = [];
  const index = payload.readInt32LE(4);
  const numbers: Record<string, number> = {
    flags: payload.readUInt32LE(8),
    iface_id: index,
    iface_link: index,
    protocol_type: payload.readUInt16LE(2),
  };
  eachAttribute(payload, INFO_BYTES, (type, value) => {
    if (type === 3) name = zeroTerminated(value);
    else if (type === Attribute.address) address = hardwareAddress(value);
    else if (type === Attribute.broadcast) broadcast = hardwareAddress(value);
    else if (type === Attribute.operstate) operstate = OPERSTATES[value[0]!] ?? 'unknown';
    else if (type === Attribute.alias) alias = zeroTerminated(value);
    else if (type === Attribute.carrier) numbers['carrier'] = value[0]!;
    else if (type === Attribute.link && value.readUInt32LE(0) > 0)
      numbers['iface_link'] = value.readUInt32LE(0);
    else if (type === Attribute.linkMode) {
      numbers['iface_link_mode'] = value[0]!;
      numbers['dormant'] = value[0]!;
    } else if (type === Attribute.properties) {
      eachAttribute(value, 0, (inner, text) => {
        if (inner === ALTERNATIVE_NAME) alternativeNames.push(zeroTerminated(text));
      });
    } else if (NUMBERS[type] !== undefined) numbers[NUMBERS[type]] = value.readUInt32LE(0);
  });
  const counters = parseLink(payload)?.counters;
  return { name, address, broadcast, operstate, alias, alternativeNames, numbers, counters };
}

/** `01:02:03:04:05:06`. */
export function hardwareAddress(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');
}
