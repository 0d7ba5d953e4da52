// Speed and duplex of network interfaces, from the generic netlink family `ethtool` (Linux 5.6 and later).
import { CodedError } from '@prometheus-ts/model';
import { GENERIC_HEADER_BYTES, genericMessage, resolveFamily } from './generic-netlink.ts';
import { attribute, eachAttribute, NetlinkFamily, withNetlink, zeroTerminated } from './netlink.ts';

const MESSAGE_LINKMODES_GET = 4;
const Attribute = { header: 1, speed: 5, duplex: 6 } as const;
const HEADER_DEVICE_NAME = 2;
const NESTED = 0x8000;
const DUPLEX = ['Half', 'Full'];

export interface LinkMode {
  readonly name: string;
  /** -1 where unknown. */
  readonly megabits: number;
  readonly duplex: string;
}

/** The modes of all interfaces that have any, or undefined where the kernel has no such family. */
export function listLinkModes(): LinkMode[] | undefined {
  try {
    return withNetlink(NetlinkFamily.generic, (socket) => {
      const family = resolveFamily(socket, 'ethtool');
      const header = attribute(Attribute.header | NESTED, Buffer.alloc(0));
      const modes: LinkMode[] = [];
      socket.request(family, genericMessage(MESSAGE_LINKMODES_GET, 1, [header]), true, ({ payload }) => {
        modes.push(parseMode(payload));
      });
      return modes;
    });
  } catch (error) {
    if (error instanceof CodedError && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function parseMode(payload: Buffer): LinkMode {
  let name = '';
  let megabits = 0;
  let duplex = 'Unknown';
  eachAttribute(payload, GENERIC_HEADER_BYTES, (type, value) => {
    if (type === Attribute.speed) megabits = value.readInt32LE(0);
    else if (type === Attribute.duplex) duplex = DUPLEX[value[0]!] ?? 'Unknown';
    else if (type === Attribute.header) {
      eachAttribute(value, 0, (inner, text) => {
        if (inner === HEADER_DEVICE_NAME) name = zeroTerminated(text);
      });
    }
  });
  return { name, megabits, duplex };
}
