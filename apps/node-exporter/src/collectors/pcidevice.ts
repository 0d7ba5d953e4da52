// PCI devices, from /sys/bus/pci/devices.
import { readlinkSync } from 'node:fs';
import { type Collector, type CollectorContext, type CollectorDefinition, NoData } from '../collector.ts';
import { isMissing, listFolder, malformed, readTrimmed, tryReadInt, tryReadTrimmed } from '../files.ts';
import { gauge, type MetricDescription } from '../metric.ts';
import type { MetricSink } from '../metric-sink.ts';
import { type PciNames, readPciNames } from '../sys/pci-ids.ts';

const LOCATION = ['segment', 'bus', 'device', 'function'];
const INFO_LABELS = [
  ...LOCATION,
  'parent_segment',
  'parent_bus',
  'parent_device',
  'parent_function',
  'class_id',
  'vendor_id',
  'device_id',
  'subsystem_vendor_id',
  'subsystem_device_id',
  'revision',
];
const INFO = gauge('node_pcidevice_info', 'Identity of the device and of the bridge above it.', INFO_LABELS);
const INFO_WITH_NAMES = gauge(INFO.name, INFO.help, [
  ...INFO_LABELS,
  'vendor_name',
  'device_name',
  'subsystem_vendor_name',
  'subsystem_device_name',
  'class_name',
]);
const STATE = gauge('node_pcidevice_power_state', 'The state in force is 1, the others are 0.', [
  ...LOCATION,
  'state',
]);
const NUMA_NODE = pci('numa_node', 'NUMA node that the device is close to.');
const STATES = ['D0', 'D1', 'D2', 'D3hot', 'D3cold', 'unknown', 'error'];

/** Numbers, and what stands for a missing file. */
const NUMBERS: readonly (readonly [file: string, metric: MetricDescription, missing: number])[] = [
  ['max_link_width', pci('max_link_width', 'Lanes that the link can have.'), -1],
  ['current_link_width', pci('current_link_width', 'Lanes that the link has.'), -1],
  ['d3cold_allowed', pci('d3cold_allowed', 'Whether the device may lose its power.'), 0],
  ['sriov_drivers_autoprobe', pci('sriov_drivers_autoprobe', 'Whether virtual functions get drivers.'), 0],
  ['sriov_numvfs', pci('sriov_numvfs', 'Virtual functions in use.'), 0],
  ['sriov_totalvfs', pci('sriov_totalvfs', 'Virtual functions that the device can have.'), 0],
  ['sriov_vf_total_msix', pci('sriov_vf_total_msix', 'Interrupts for virtual functions.'), 0],
];
const SPEEDS = [
  ['max_link_speed', pci('max_link_transfers_per_second', 'Transfers a second that the link can make.')],
  ['current_link_speed', pci('current_link_transfers_per_second', 'Transfers a second that the link makes.')],
] as const;

/** Of these a device has either 0 or 1, whatever number the kernel shows. */
const FLAGS = new Set(['d3cold_allowed', 'sriov_drivers_autoprobe']);

export const pcidevice: CollectorDefinition = {
  name: 'pcidevice',
  enabledByDefault: false,
  platforms: ['linux'],
  flags: [
    {
      name: 'collector.pcidevice.idsfile',
      kind: 'string',
      help: 'The pci.ids file with the names of devices; default: where distributions put it.',
    },
    {
      name: 'collector.pcidevice.names',
      kind: 'bool',
      help: 'Add the names of vendors, devices and classes.',
    },
  ],
  create: (context) => new PcideviceCollector(context),
};

class PcideviceCollector implements Collector {
  readonly #root: string;
  readonly #names: PciNames | undefined;

  constructor({ paths, flags, log }: CollectorContext) {
    this.#root = paths.sys('bus/pci/devices');
    if (flags.bool('collector.pcidevice.names')) {
      this.#names = readPciNames(flags.string('collector.pcidevice.idsfile'), log);
    }
  }

  update(sink: MetricSink): void {
    for (const entry of this.#listDevices()) this.#addDevice(sink, `${this.#root}/${entry}`);
  }

  #listDevices(): string[] {
    try {
      return listFolder(this.#root);
    } catch (error) {
      if (isMissing(error)) throw new NoData('no PCI bus');
      throw error;
    }
  }

  #addDevice(sink: MetricSink, folder: string): void {
    const [own, parent] = locations(folder);
    this.#addInfo(sink, folder, own, parent);
    for (const [file, metric] of SPEEDS) sink.add(metric, linkSpeed(`${folder}/${file}`), ...own);
    for (const [file, metric, missing] of NUMBERS) {
      const value = tryReadInt(`${folder}/${file}`) ?? missing;
      sink.add(metric, FLAGS.has(file) && value !== 0 ? 1 : value, ...own);
    }
    const state = tryReadTrimmed(`${folder}/power_state`) ?? '';
    if (state !== '') for (const each of STATES) sink.add(STATE, each === state ? 1 : 0, ...own, each);
    const node = tryReadInt(`${folder}/numa_node`) ?? -1;
    if (node !== -1) sink.add(NUMA_NODE, node, ...own);
  }

  #addInfo(sink: MetricSink, folder: string, own: readonly string[], parent: readonly string[]): void {
    const id = (file: string, digits: number): string => {
      const text = readTrimmed(`${folder}/${file}`);
      const number = Number(text);
      if (text === '' || Number.isNaN(number)) throw malformed(`${folder}/${file}`, text);
      return number.toString(16).padStart(digits, '0');
    };
    const kind = id('class', 6);
    const vendor = id('vendor', 4);
    const device = id('device', 4);
    const subVendor = id('subsystem_vendor', 4);
    const subDevice = id('subsystem_device', 4);
    const ids = [kind, vendor, device, subVendor, subDevice, id('revision', 2)].map((text) => `0x${text}`);
    const names = this.#names;
    if (names === undefined) {
      sink.add(INFO, 1, ...own, ...parent, ...ids);
      return;
    }
    const texts = [names.vendor(vendor), names.device(vendor, device), names.vendor(subVendor)];
    const subsystem = names.subsystem(vendor, device, subVendor, subDevice);
    sink.add(INFO_WITH_NAMES, 1, ...own, ...parent, ...ids, ...texts, subsystem, names.kind(kind));
  }
}

/** Segment, bus, device and function of the device, and of the bridge above it, which are in the link's target. */
function locations(path: string): [string[], string[]] {
  const parts = readlinkSync(path).split('/');
  const own = parts.at(-1)!;
  const parent = parts.at(-2) ?? 'pci';
  return [location(own), parent.startsWith('pci') ? ['*', '*', '*', '*'] : location(parent)];
}

function location(text: string): string[] {
  const match = /^([0-9a-f]+):([0-9a-f]+):([0-9a-f]+)\.([0-9a-f]+)$/i.exec(text);
  if (match === null) throw malformed('PCI location', text);
  const [segment, bus, device, part] = match
    .slice(1)
    .map((digits) => Number.parseInt(digits, 16).toString(16));
  return [segment!.padStart(4, '0'), bus!.padStart(2, '0'), device!.padStart(2, '0'), part!];
}

/** `8.0 GT/s PCIe` in transfers a second, -1 where it is not known. */
function linkSpeed(path: string): number {
  const text = tryReadTrimmed(path) ?? '';
  if (text === '' || text.startsWith('Unknown')) return -1;
  const speed = /^([\d.]+) GT\/s PCIe$/.exec(text)?.[1];
  if (speed === undefined) throw malformed(path, text);
  return Number(speed) * 1e9;
}

function pci(name: string, help: string): MetricDescription {
  return gauge(`node_pcidevice_${name}`, help, LOCATION);
}
