// The neighbour table of IPv4, from a dump of RTM_GETNEIGH (rtnetlink(7)).
import { linkNames } from './links.ts';
import { NetlinkFamily, withNetlink } from './netlink.ts';

const RTM_GETNEIGH = 30;
const RTM_NEWNEIGH = 28;
const AF_INET = 2;
/** struct ndmsg: family 1, pad 3, index 4, state 2, flags 1, type 1. */
const MESSAGE_BYTES = 12;
/** Entries that need no resolution, such as those of loopback and multicast. */
const NUD_NOARP = 0x40;

/** Entries by interface name, without those that need no resolution. */
export function countNeighbours(): Map<string, number> {
  const byIndex = new Map<number, number>();
  return withNetlink(NetlinkFamily.route, (socket) => {
    const request = Buffer.alloc(MESSAGE_BYTES);
    request.writeUInt8(AF_INET, 0);
    socket.request(RTM_GETNEIGH, request, true, ({ type, payload }) => {
      if (type !== RTM_NEWNEIGH || (payload.readUInt16LE(8) & NUD_NOARP) !== 0) return;
      const index = payload.readInt32LE(4);
      byIndex.set(index, (byIndex.get(index) ?? 0) + 1);
    });
    const counts = new Map<string, number>();
    if (byIndex.size === 0) return counts;
    const names = linkNames(socket);
    for (const [index, count] of byIndex) {
      const name = names.get(index);
      if (name !== undefined) counts.set(name, count);
    }
    return counts;
  });
}
