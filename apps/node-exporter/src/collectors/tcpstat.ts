// TCP sockets by state, over netlink (sock_diag(7)).
import { existsSync } from 'node:fs';
import type { CollectorDefinition } from '../collector.ts';
import { NetlinkFamily, withNetlink } from '../kernel/netlink.ts';
import { gauge } from '../metric.ts';

const STATES = gauge('node_tcp_connection_states', 'Sockets in each state, and bytes in their queues.', [
  'state',
]);

const NAMES: Readonly<Record<number, string>> = {
  1: 'established',
  2: 'syn_sent',
  3: 'syn_recv',
  4: 'fin_wait1',
  5: 'fin_wait2',
  6: 'time_wait',
  7: 'close',
  8: 'close_wait',
  9: 'last_ack',
  10: 'listen',
  11: 'closing',
};

const SOCK_DIAG_BY_FAMILY = 20;
const AF_INET = 2;
const AF_INET6 = 10;
const PROTOCOL_TCP = 6;
/** struct inet_diag_req_v2: family, protocol, extensions, pad: 1 each; states 4; socket id 48. */
const REQUEST_BYTES = 56;
const ALL_STATES = 0xfff;
/** Where struct inet_diag_msg has what we want. */
const STATE_AT = 1;
const RECEIVE_QUEUE_AT = 56;
const SEND_QUEUE_AT = 60;

export const tcpstat: CollectorDefinition = {
  name: 'tcpstat',
  enabledByDefault: false,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      const counts = new Map<string, number>();
      countSockets(AF_INET, counts);
      if (existsSync(paths.proc('net/tcp6'))) countSockets(AF_INET6, counts);
      for (const [state, count] of counts) sink.add(STATES, count, state);
    },
  }),
};

function countSockets(family: number, counts: Map<string, number>): void {
  const add = (state: string, count: number): void =>
    void counts.set(state, (counts.get(state) ?? 0) + count);
  const request = Buffer.alloc(REQUEST_BYTES);
  request[0] = family;
  request[1] = PROTOCOL_TCP;
  request.writeUInt32LE(ALL_STATES, 4);
  withNetlink(NetlinkFamily.sockDiag, (socket) => {
    socket.request(SOCK_DIAG_BY_FAMILY, request, true, ({ payload }) => {
      add('tx_queued_bytes', payload.readUInt32LE(SEND_QUEUE_AT));
      add('rx_queued_bytes', payload.readUInt32LE(RECEIVE_QUEUE_AT));
      add(NAMES[payload[STATE_AT]!] ?? 'unknown', 1);
    });
  });
}
