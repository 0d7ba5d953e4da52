// Properties of network interfaces, from /sys/class/net or over netlink.
import { lstatSync } from 'node:fs';
import { compileUnanchored, type Regexp } from '@prometheus-ts/regexp';
import { type Collector, type CollectorContext, type CollectorDefinition, NoData } from '../collector.ts';
import { isSystemError, listFolder, tryReadTrimmed } from '../files.ts';
import { type LinkMode, listLinkModes } from '../kernel/link-modes.ts';
import { type LinkProperties, listLinkProperties } from '../kernel/link-properties.ts';
import { LINK_COUNTERS } from '../kernel/links.ts';
import { counter, gauge, MetricCache } from '../metric.ts';
import type { MetricSink } from '../metric-sink.ts';

const UP = gauge('node_network_up', 'Whether the interface is up, as operstate says.', ['device']);
const INFO = gauge('node_network_info', 'Addresses and states of the interface.', [
  'device',
  'address',
  'broadcast',
  'duplex',
  'operstate',
  'adminstate',
  'ifalias',
]);
const INFO_OVER_NETLINK = gauge(
  INFO.name,
  INFO.help,
  INFO.labels.filter((label) => label !== 'adminstate'),
);
const ALTERNATIVE_NAME = gauge('node_network_altnames_info', 'Other names of the interface.', [
  'altname',
  'device',
]);
const SPEED = gauge('node_network_speed_bytes', 'Speed of the link in bytes a second.', ['device']);

/** Files of an interface's folder and the metrics that they become. */
const NUMBERS: readonly (readonly [file: string, metric: string])[] = [
  ['addr_assign_type', 'address_assign_type'],
  ['carrier', 'carrier'],
  ['carrier_changes', 'carrier_changes_total'],
  ['carrier_up_count', 'carrier_up_changes_total'],
  ['carrier_down_count', 'carrier_down_changes_total'],
  ['dev_id', 'device_id'],
  ['dormant', 'dormant'],
  ['flags', 'flags'],
  ['ifindex', 'iface_id'],
  ['iflink', 'iface_link'],
  ['link_mode', 'iface_link_mode'],
  ['mtu', 'mtu_bytes'],
  ['name_assign_type', 'name_assign_type'],
  ['netdev_group', 'net_dev_group'],
  ['tx_queue_len', 'transmit_queue_length'],
  ['type', 'protocol_type'],
];

const FLAG_UP = 1;

export const netclass: CollectorDefinition = {
  name: 'netclass',
  enabledByDefault: true,
  platforms: ['linux'],
  flags: [
    {
      name: 'collector.netclass.ignored-devices',
      kind: 'string',
      default: '^$',
      help: 'Expression for interfaces to leave out.',
    },
    {
      name: 'collector.netclass.ignore-invalid-speed',
      kind: 'bool',
      help: 'Leave out a speed that is negative, which means unknown.',
    },
    {
      name: 'collector.netclass.netlink',
      kind: 'bool',
      help: 'Ask over netlink instead of reading /sys/class/net.',
    },
    {
      name: 'collector.netclass_rtnl.with-stats',
      kind: 'bool',
      help: 'With netlink, show the counters as well; then switch off the netdev collector.',
    },
  ],
  create: (context) => new NetclassCollector(context),
};

class NetclassCollector implements Collector {
  readonly #context: CollectorContext;
  readonly #ignored: Regexp;
  readonly #withoutInvalidSpeed: boolean;
  readonly #overNetlink: boolean;
  readonly #withCounters: boolean;
  readonly #metrics = new MetricCache((name) => {
    const make = name.includes('carrier_') ? counter : gauge;
    return make(`node_network_${name}`, `Property ${name} of the network interface.`, ['device']);
  });

  constructor(context: CollectorContext) {
    const { flags } = context;
    this.#context = context;
    this.#ignored = compileUnanchored(flags.string('collector.netclass.ignored-devices'));
    this.#withoutInvalidSpeed = flags.bool('collector.netclass.ignore-invalid-speed');
    this.#overNetlink = flags.bool('collector.netclass.netlink');
    this.#withCounters = flags.bool('collector.netclass_rtnl.with-stats');
  }

  update(sink: MetricSink): void {
    if (this.#overNetlink) this.#updateOverNetlink(sink);
    else this.#updateFromFiles(sink);
  }

  #updateFromFiles(sink: MetricSink): void {
    const root = this.#context.paths.sys('class/net');
    for (const device of listDevices(root)) {
      if (!this.#ignored.matches(device)) this.#addDevice(sink, device, `${root}/${device}`);
    }
  }

  #addDevice(sink: MetricSink, device: string, folder: string): void {
    const text = (file: string): string => tryReadTrimmed(`${folder}/${file}`) ?? '';
    const state = text('operstate');
    sink.add(UP, state === 'up' ? 1 : 0, device);
    let adminState = 'unknown';
    for (const [file, name] of NUMBERS) {
      // The carrier of an interface that is down cannot be read, and drivers leave out what they do not know.
      const content = text(file);
      const value = content === '' ? Number.NaN : Number(content);
      if (Number.isNaN(value)) continue;
      if (file === 'flags') adminState = (value & FLAG_UP) === 0 ? 'down' : 'up';
      sink.add(this.#metrics.get(name), value, device);
    }
    const addresses = [text('address'), text('broadcast'), text('duplex')];
    sink.add(INFO, 1, device, ...addresses, state, adminState, text('ifalias'));
    const megabits = text('speed');
    if (megabits === '' || (this.#withoutInvalidSpeed && Number(megabits) < 0)) return;
    sink.add(SPEED, Math.trunc((Number(megabits) * 1000 * 1000) / 8), device);
  }

  #updateOverNetlink(sink: MetricSink): void {
    const modes = new Map<string, LinkMode>();
    for (const mode of listLinkModes() ?? []) {
      if (this.#ignored.matches(mode.name)) continue;
      modes.set(mode.name, mode);
      if (mode.megabits >= 0) sink.add(SPEED, Math.trunc((mode.megabits * 1000 * 1000) / 8), mode.name);
    }
    for (const link of listLinkProperties()) {
      if (!this.#ignored.matches(link.name)) this.#addLink(sink, link, modes.get(link.name)?.duplex ?? '');
    }
  }

  #addLink(sink: MetricSink, link: LinkProperties, duplex: string): void {
    const { name } = link;
    sink.add(UP, link.operstate === 'up' ? 1 : 0, name);
    sink.add(INFO_OVER_NETLINK, 1, name, link.address, link.broadcast, duplex, link.operstate, link.alias);
    for (const other of link.alternativeNames) if (other !== '') sink.add(ALTERNATIVE_NAME, 1, other, name);
    for (const [metric, value] of Object.entries(link.numbers))
      sink.add(this.#metrics.get(metric), value, name);
    // What netlink does not tell.
    for (const [file, metric] of NUMBERS) {
      if (!['addr_assign_type', 'dev_id', 'name_assign_type'].includes(file)) continue;
      const text = tryReadTrimmed(`/sys/class/net/${name}/${file}`);
      if (text !== undefined) sink.add(this.#metrics.get(metric), Number(text), name);
    }
    if (!this.#withCounters) return;
    for (const key of LINK_COUNTERS) {
      const value = link.counters?.[key];
      if (value !== undefined) sink.add(this.#metrics.get(`${key}_total`), value, name);
    }
  }
}

/** Interfaces are links or folders; bonding_masters and the like are files. */
function listDevices(root: string): string[] {
  try {
    return listFolder(root).filter((name) => !lstatSync(`${root}/${name}`).isFile());
  } catch (error) {
    if (isSystemError(error)) throw new NoData('no network interfaces in sysfs');
    throw error;
  }
}
