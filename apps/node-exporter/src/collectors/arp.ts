// Entries of the neighbour table of IPv4 by interface, over netlink or from /proc/net/arp.
import type { Collector, CollectorContext, CollectorDefinition } from '../collector.ts';
import { DeviceFilter } from '../device-filter.ts';
import { fields, lines, malformed, readText } from '../files.ts';
import { countNeighbours } from '../kernel/neighbours.ts';
import { gauge } from '../metric.ts';
import type { MetricSink } from '../metric-sink.ts';

const ENTRIES = gauge('node_arp_entries', 'Known neighbours on the interface.', ['device']);

export const arp: CollectorDefinition = {
  name: 'arp',
  enabledByDefault: true,
  platforms: ['linux'],
  flags: [
    {
      name: 'collector.arp.device-include',
      kind: 'string',
      help: 'Expression for the only interfaces to show.',
    },
    { name: 'collector.arp.device-exclude', kind: 'string', help: 'Expression for interfaces to leave out.' },
    {
      name: 'collector.arp.netlink',
      kind: 'bool',
      default: 'true',
      help: 'Ask over netlink instead of reading /proc/net/arp.',
    },
  ],
  create: (context) => new ArpCollector(context),
};

class ArpCollector implements Collector {
  readonly #context: CollectorContext;
  readonly #filter: DeviceFilter;
  readonly #overNetlink: boolean;

  constructor(context: CollectorContext) {
    const { flags } = context;
    this.#context = context;
    this.#filter = new DeviceFilter(
      flags.string('collector.arp.device-exclude'),
      flags.string('collector.arp.device-include'),
    );
    this.#overNetlink = flags.bool('collector.arp.netlink');
  }

  update(sink: MetricSink): void {
    const counts = this.#overNetlink
      ? countNeighbours()
      : countArpEntries(readText(this.#context.paths.proc('net/arp')));
    for (const [device, count] of counts) {
      if (!this.#filter.ignored(device)) sink.add(ENTRIES, count, device);
    }
  }
}

/** Entries by interface: a head line, then one line an entry with the interface last. */
export function countArpEntries(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines(text).slice(1)) {
    const device = fields(line)[5];
    if (device === undefined) throw malformed('/proc/net/arp', line);
    counts.set(device, (counts.get(device) ?? 0) + 1);
  }
  return counts;
}
