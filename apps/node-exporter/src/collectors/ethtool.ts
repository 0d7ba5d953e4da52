// Settings, drivers and statistics of network interfaces, as ethtool shows them.
import { lstatSync } from 'node:fs';
import { CodedError } from '@prometheus-ts/model';
import { compileUnanchored, type Regexp } from '@prometheus-ts/regexp';
import { type Collector, type CollectorContext, type CollectorDefinition, NoData } from '../collector.ts';
import { DeviceFilter } from '../device-filter.ts';
import { isSystemError, listFolder } from '../files.ts';
import { EthtoolSocket, type LinkSettings } from '../kernel/ethtool.ts';
import { gauge, MetricCache, sanitizeMetricName, untyped } from '../metric.ts';
import type { MetricSink } from '../metric-sink.ts';

const DEVICE = ['device'];
const INFO = gauge('node_ethtool_info', 'Driver and firmware of the interface.', [
  'bus_info',
  'device',
  'driver',
  'expansion_rom_version',
  'firmware_version',
  'version',
]);
const PORT = gauge('node_network_supported_port_info', 'Kinds of ports that the interface has.', [
  'device',
  'type',
]);
const AUTONEGOTIATE = gauge('node_network_autonegotiate', 'Whether the link is negotiated.', DEVICE);
const SPEED_LABELS = ['device', 'duplex', 'mode'];
const SUPPORTED = {
  speed: gauge('node_network_supported_speed_bytes', 'Speeds that the interface can have.', SPEED_LABELS),
  autonegotiate: gauge(
    'node_network_autonegotiate_supported',
    'Whether the interface can negotiate.',
    DEVICE,
  ),
  pause: gauge('node_network_pause_supported', 'Whether the interface can ask for a pause.', DEVICE),
  asymmetricPause: gauge(
    'node_network_asymmetricpause_supported',
    'Whether the interface can ask for a pause of one direction.',
    DEVICE,
  ),
};
const ADVERTISED = {
  speed: gauge('node_network_advertised_speed_bytes', 'Speeds that the interface offers.', SPEED_LABELS),
  autonegotiate: gauge(
    'node_network_autonegotiate_advertised',
    'Whether the interface offers to negotiate.',
    DEVICE,
  ),
  pause: gauge('node_network_pause_advertised', 'Whether the interface offers to pause.', DEVICE),
  asymmetricPause: gauge(
    'node_network_asymmetricpause_advertised',
    'Whether the interface offers to pause one direction.',
    DEVICE,
  ),
};

const BYTES_OF_MEGABIT = 1e6 / 8;
const Bit = { autonegotiate: 6, pause: 13, asymmetricPause: 14 } as const;
const PORT_BITS: readonly (readonly [bit: number, name: string])[] = [
  [7, 'TP'],
  [8, 'AUI'],
  [9, 'MII'],
  [10, 'FIBRE'],
  [11, 'BNC'],
  [16, 'Backplane'],
];
/** Bits of link modes that are speeds, of the 32 that this interface of the kernel has. */
const SPEED_BITS: readonly (readonly [bit: number, megabits: number, duplex: string, medium: string])[] = [
  [0, 10, 'half', 'T'],
  [1, 10, 'full', 'T'],
  [2, 100, 'half', 'T'],
  [3, 100, 'full', 'T'],
  [4, 1000, 'half', 'T'],
  [5, 1000, 'full', 'T'],
  [12, 10_000, 'full', 'T'],
  [17, 1000, 'full', 'KX'],
  [18, 10_000, 'full', 'KX4'],
  [19, 10_000, 'full', 'KR'],
  [20, 10_000, 'full', 'R_FEC'],
  [21, 20_000, 'full', 'MLD2'],
  [22, 20_000, 'full', 'KR2'],
  [23, 40_000, 'full', 'KR4'],
  [24, 40_000, 'full', 'CR4'],
  [25, 40_000, 'full', 'SR4'],
  [26, 40_000, 'full', 'LR4'],
  [27, 56_000, 'full', 'KR4'],
  [28, 56_000, 'full', 'CR4'],
  [29, 56_000, 'full', 'SR4'],
  [30, 56_000, 'full', 'LR4'],
  [31, 25_000, 'full', 'CR'],
];

/** Statistics that many drivers have, under names of their own. */
const COMMON: Readonly<Record<string, string>> = {
  rx_bytes: 'received_bytes_total',
  rx_dropped: 'received_dropped_total',
  rx_errors: 'received_errors_total',
  rx_packets: 'received_packets_total',
  tx_bytes: 'transmitted_bytes_total',
  tx_errors: 'transmitted_errors_total',
  tx_packets: 'transmitted_packets_total',
};

export const ethtool: CollectorDefinition = {
  name: 'ethtool',
  enabledByDefault: false,
  platforms: ['linux'],
  flags: [
    {
      name: 'collector.ethtool.device-include',
      kind: 'string',
      help: 'Expression for the only interfaces to show.',
    },
    {
      name: 'collector.ethtool.device-exclude',
      kind: 'string',
      help: 'Expression for interfaces to leave out.',
    },
    {
      name: 'collector.ethtool.metrics-include',
      kind: 'string',
      default: '.*',
      help: 'Expression for the statistics to show.',
    },
  ],
  create: (context) => new EthtoolCollector(context),
};

class EthtoolCollector implements Collector {
  readonly #context: CollectorContext;
  readonly #filter: DeviceFilter;
  readonly #wanted: Regexp;
  readonly #metrics = new MetricCache((name) =>
    untyped(`node_ethtool_${name}`, `Statistic ${name} of the driver.`, DEVICE),
  );

  constructor(context: CollectorContext) {
    const { flags } = context;
    this.#context = context;
    this.#filter = new DeviceFilter(
      flags.string('collector.ethtool.device-exclude'),
      flags.string('collector.ethtool.device-include'),
    );
    this.#wanted = compileUnanchored(flags.string('collector.ethtool.metrics-include'));
  }

  update(sink: MetricSink): void {
    const devices = this.#listDevices();
    const socket = new EthtoolSocket();
    try {
      for (const device of devices) {
        if (this.#filter.ignored(device)) continue;
        this.#attempt('link info', device, () => addSettings(sink, device, socket.settings(device)));
        this.#attempt('driver info', device, () => {
          const { bus, driver, expansionRom, firmware, version } = socket.driver(device);
          sink.add(INFO, 1, bus, device, driver, expansionRom, firmware, version);
        });
        this.#attempt('stats', device, () => {
          for (const [name, value] of statisticNames(socket.statistics(device), this.#wanted)) {
            sink.add(this.#metrics.get(name), value, device);
          }
        });
      }
    } finally {
      socket.close();
    }
  }

  #listDevices(): string[] {
    const root = this.#context.paths.sys('class/net');
    try {
      return listFolder(root).filter((name) => !lstatSync(`${root}/${name}`).isFile());
    } catch (error) {
      if (isSystemError(error)) throw new NoData('no network interfaces in sysfs');
      throw error;
    }
  }

  /** Interfaces that know nothing of a question, such as lo, are no errors. */
  #attempt(what: string, device: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      const isUnknown = error.code === 'EOPNOTSUPP' || error.code === 'ENOTSUP';
      this.#context.log[isUnknown ? 'debug' : 'error'](`ethtool ${what} error`, {
        err: error.message,
        device,
      });
    }
  }
}

export function addSettings(sink: MetricSink, device: string, settings: LinkSettings): void {
  const { supported, advertised } = settings;
  for (const [bit, name] of PORT_BITS) if (has(supported, bit)) sink.add(PORT, 1, device, name);
  for (const [bits, metrics] of [
    [supported, SUPPORTED],
    [advertised, ADVERTISED],
  ] as const) {
    for (const [bit, megabits, duplex, medium] of SPEED_BITS) {
      if (!has(bits, bit)) continue;
      sink.add(metrics.speed, megabits * BYTES_OF_MEGABIT, device, duplex, `${megabits}base${medium}`);
    }
    sink.add(metrics.autonegotiate, has(bits, Bit.autonegotiate) ? 1 : 0, device);
    sink.add(metrics.pause, has(bits, Bit.pause) ? 1 : 0, device);
    sink.add(metrics.asymmetricPause, has(bits, Bit.asymmetricPause) ? 1 : 0, device);
  }
  sink.add(AUTONEGOTIATE, settings.autonegotiation, device);
}

function has(bits: number, bit: number): boolean {
  return ((bits >>> bit) & 1) === 1;
}

/** The statistics under the names of metrics; those whose names fall together are all left out. */
export function statisticNames(statistics: ReadonlyMap<string, number>, wanted: Regexp): Map<string, number> {
  const found = new Map<string, number | undefined>();
  for (const [text, value] of statistics) {
    const name = sanitizeMetricName(text);
    if (!wanted.matches(name)) continue;
    const metric = metricName(name);
    found.set(metric, found.has(metric) ? undefined : value);
  }
  return new Map([...found].filter((entry): entry is [string, number] => entry[1] !== undefined).sort());
}

function metricName(name: string): string {
  const common = COMMON[name];
  if (common !== undefined) return common;
  const lower = name.toLowerCase().replace(/^_+/, '');
  return lower.replace(/(^|_)rx(_|$)/g, '$1received$2').replace(/(^|_)tx(_|$)/g, '$1transmitted$2');
}
