// Counters of network interfaces, over netlink or from /proc/net/dev; on macOS from systeminformation.
import { networkInterfaces } from 'node:os';
import type { Collector, CollectorContext, CollectorDefinition } from '../collector.ts';
import { type DeviceFilter, filterFromFlags } from '../device-filter.ts';
import { readText, tryReadTrimmed } from '../files.ts';
import { type Link, listLinks } from '../kernel/links.ts';
import { counter, gauge, MetricCache } from '../metric.ts';
import type { MetricSink } from '../metric-sink.ts';
import { parseNetDev } from '../proc/net-dev.ts';

const ADDRESS = gauge('node_network_address_info', 'Addresses of the interface.', [
  'device',
  'address',
  'netmask',
  'scope',
]);

export const netdev: CollectorDefinition = {
  name: 'netdev',
  enabledByDefault: true,
  platforms: ['linux', 'darwin'],
  flags: [
    {
      name: 'collector.netdev.device-include',
      kind: 'string',
      help: 'Expression for the only interfaces to show; excludes device-exclude.',
    },
    {
      name: 'collector.netdev.device-whitelist',
      kind: 'string',
      hidden: true,
      help: 'Old name of device-include.',
    },
    {
      name: 'collector.netdev.device-exclude',
      kind: 'string',
      help: 'Expression for interfaces to leave out; excludes device-include.',
    },
    {
      name: 'collector.netdev.device-blacklist',
      kind: 'string',
      hidden: true,
      help: 'Old name of device-exclude.',
    },
    { name: 'collector.netdev.address-info', kind: 'bool', help: 'Show the addresses of interfaces.' },
    {
      name: 'collector.netdev.enable-detailed-metrics',
      kind: 'bool',
      help: "Show each of the kernel's counters under its own name, instead of the sums of /proc/net/dev.",
    },
    {
      name: 'collector.netdev.netlink',
      kind: 'bool',
      default: 'true',
      help: 'Ask over netlink instead of reading /proc/net/dev.',
    },
    {
      name: 'collector.netdev.label-ifalias',
      kind: 'bool',
      help: 'Add the alias of the interface as label ifalias.',
    },
  ],
  create: (context) => new NetdevCollector(context),
};

class NetdevCollector implements Collector {
  readonly #context: CollectorContext;
  readonly #filter: DeviceFilter;
  readonly #detailed: boolean;
  readonly #withAlias: boolean;
  readonly #withAddresses: boolean;
  readonly #overNetlink: boolean;
  readonly #metrics = new MetricCache((key) =>
    counter(`node_network_${key}_total`, `Counter ${key} of the network interface.`, ['device']),
  );

  constructor(context: CollectorContext) {
    const { flags } = context;
    this.#context = context;
    this.#filter = filterFromFlags(context, {
      exclude: 'collector.netdev.device-exclude',
      include: 'collector.netdev.device-include',
      oldExclude: 'collector.netdev.device-blacklist',
      oldInclude: 'collector.netdev.device-whitelist',
    });
    this.#detailed = flags.bool('collector.netdev.enable-detailed-metrics');
    this.#withAlias = flags.bool('collector.netdev.label-ifalias');
    this.#withAddresses = flags.bool('collector.netdev.address-info');
    this.#overNetlink = flags.bool('collector.netdev.netlink');
  }

  async update(sink: MetricSink): Promise<void> {
    for (const { name, counters } of await this.#links()) {
      if (this.#filter.ignored(name)) continue;
      const shown = this.#detailed ? counters : classicCounters(counters);
      const labels = ['device', name];
      if (this.#withAlias) labels.push('ifalias', this.#alias(name));
      for (const key in shown) sink.addPairs(this.#metrics.get(key), shown[key]!, labels);
    }
    if (this.#withAddresses) this.#addAddresses(sink);
  }

  #links(): Link[] | Promise<Link[]> {
    if (process.platform === 'darwin') return macLinks();
    return this.#overNetlink ? listLinks() : parseNetDev(readText(this.#context.paths.proc('net/dev')));
  }

  #alias(name: string): string {
    return tryReadTrimmed(this.#context.paths.sys(`class/net/${name}/ifalias`)) ?? '';
  }

  #addAddresses(sink: MetricSink): void {
    for (const [name, addresses] of Object.entries(networkInterfaces())) {
      if (this.#filter.ignored(name)) continue;
      for (const { address, cidr } of addresses ?? []) {
        const length = cidr?.slice(cidr.indexOf('/') + 1) ?? '';
        sink.add(ADDRESS, 1, name, address, length, addressScope(address));
      }
    }
  }
}

/** How far an address reaches. */
export function addressScope(address: string): string {
  if (/^(127\.|169\.254\.|::1$|fe[89ab])/i.test(address)) return 'link-local';
  if (/^ff.1:/i.test(address)) return 'interface-local';
  return address === '0.0.0.0' || address === '::' ? '' : 'global';
}

/** The kernel's counters that /proc/net/dev adds up, under the names that it gives the sums. */
const SUMS: readonly (readonly [string, readonly string[]])[] = [
  ['receive_errs', ['receive_errors']],
  ['receive_drop', ['receive_dropped', 'receive_missed_errors']],
  ['receive_fifo', ['receive_fifo_errors']],
  [
    'receive_frame',
    ['receive_frame_errors', 'receive_length_errors', 'receive_over_errors', 'receive_crc_errors'],
  ],
  ['receive_multicast', ['multicast']],
  ['transmit_errs', ['transmit_errors']],
  ['transmit_drop', ['transmit_dropped']],
  ['transmit_fifo', ['transmit_fifo_errors']],
  ['transmit_colls', ['collisions']],
  [
    'transmit_carrier',
    [
      'transmit_carrier_errors',
      'transmit_aborted_errors',
      'transmit_heartbeat_errors',
      'transmit_window_errors',
    ],
  ],
];

export function classicCounters(counters: Readonly<Record<string, number>>): Record<string, number> {
  const classic: Record<string, number> = { ...counters };
  for (const [sum, [first, ...others]] of SUMS) {
    if (classic[first!] === undefined) continue;
    let value = classic[first!]!;
    delete classic[first!];
    for (const name of others) {
      value += classic[name] ?? 0;
      delete classic[name];
    }
    classic[sum] = value;
  }
  return classic;
}

async function macLinks(): Promise<Link[]> {
  const { networkStats } = await import('systeminformation');
  return (await networkStats('*')).map((stats) => ({
    name: stats.iface,
    counters: {
      receive_bytes: stats.rx_bytes,
      receive_errors: stats.rx_errors,
      receive_dropped: stats.rx_dropped,
      transmit_bytes: stats.tx_bytes,
      transmit_errors: stats.tx_errors,
      transmit_dropped: stats.tx_dropped,
    },
  }));
}
