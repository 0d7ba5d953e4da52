// Queueing disciplines, from a dump of RTM_GETQDISC (rtnetlink(7), linux/gen_stats.h).
import { linkNames } from './links.ts';
import { eachAttribute, NetlinkFamily, readUint64, withNetlink, zeroTerminated } from './netlink.ts';

const RTM_GETQDISC = 38;
const RTM_NEWQDISC = 36;
/** struct tcmsg: family 1, pad 3, index 4, handle 4, parent 4, info 4. */
const MESSAGE_BYTES = 20;
const ROOT = 0xffffffff;
const Attribute = { kind: 1, statistics2: 7 } as const;
/** Inside `statistics2`. */
const Statistic = { basic: 1, queue: 3 } as const;

export interface Qdisc {
  readonly device: string;
  readonly kind: string;
  /** 0 at the root of the interface. */
  readonly parent: number;
  readonly bytes: number;
  readonly packets: number;
  readonly drops: number;
  readonly requeues: number;
  readonly overlimits: number;
  readonly queueLength: number;
  readonly backlog: number;
}

export function listQdiscs(): Qdisc[] {
  return withNetlink(NetlinkFamily.route, (socket) => {
    const found: { index: number; qdisc: Omit<Qdisc, 'device'> }[] = [];
    socket.request(RTM_GETQDISC, Buffer.alloc(MESSAGE_BYTES), true, ({ type, payload }) => {
      if (type === RTM_NEWQDISC) found.push({ index: payload.readInt32LE(4), qdisc: parseQdisc(payload) });
    });
    const names = linkNames(socket);
    return found.flatMap(({ index, qdisc }) => {
      const device = names.get(index);
      return device === undefined ? [] : [{ device, ...qdisc }];
    });
  });
}

function parseQdisc(payload: Buffer): Omit<Qdisc, 'device'> {
  const parent = payload.readUInt32LE(12);
  const numbers = { bytes: 0, packets: 0, drops: 0, requeues: 0, overlimits: 0, queueLength: 0, backlog: 0 };
  let kind = '';
  eachAttribute(payload, MESSAGE_BYTES, (type, value) => {
    if (type === Attribute.kind) kind = zeroTerminated(value);
    else if (type === Attribute.statistics2) readStatistics(value, numbers);
  });
  return { kind, parent: parent === ROOT ? 0 : parent, ...numbers };
}

function readStatistics(value: Buffer, numbers: Record<string, number>): void {
  eachAttribute(value, 0, (type, statistics) => {
    if (type === Statistic.basic) {
      numbers['bytes'] = readUint64(statistics, 0);
      numbers['packets'] = statistics.readUInt32LE(8);
    } else if (type === Statistic.queue) {
      numbers['queueLength'] = statistics.readUInt32LE(0);
      numbers['backlog'] = statistics.readUInt32LE(4);
      numbers['drops'] = statistics.readUInt32LE(8);
      numbers['requeues'] = statistics.readUInt32LE(12);
      numbers['overlimits'] = statistics.readUInt32LE(16);
    }
  });
}
