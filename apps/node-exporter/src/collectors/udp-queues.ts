// Bytes in the queues of UDP sockets, from /proc/net/udp and udp6.
import { type CollectorDefinition, NoData } from '../collector.ts';
import { fields, isMissing, lines, malformed, readText } from '../files.ts';
import { gauge } from '../metric.ts';

const QUEUES = gauge('node_udp_queues', 'Bytes that wait in queues of UDP sockets.', ['queue', 'ip']);

export const udpQueues: CollectorDefinition = {
  name: 'udp_queues',
  enabledByDefault: true,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      let found = 0;
      for (const [file, version] of [
        ['net/udp', 'v4'],
        ['net/udp6', 'v6'],
      ] as const) {
        const text = readOptional(paths.proc(file));
        if (text === undefined) continue;
        found += 1;
        const { sent, received } = sumQueues(text);
        sink.add(QUEUES, sent, 'tx', version);
        sink.add(QUEUES, received, 'rx', version);
      }
      if (found === 0) throw new NoData('no UDP in this kernel');
    },
  }),
};

/** Sums the fifth column, `tx:rx` in hexadecimal. */
export function sumQueues(text: string): { sent: number; received: number } {
  let sent = 0;
  let received = 0;
  for (const line of lines(text).slice(1)) {
    const [tx, rx] = fields(line)[4]?.split(':') ?? [];
    sent += Number.parseInt(tx ?? '', 16);
    received += Number.parseInt(rx ?? '', 16);
    if (Number.isNaN(sent + received)) throw malformed('/proc/net/udp', line);
  }
  return { sent, received };
}

function readOptional(path: string): string | undefined {
  try {
    return readText(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
