// Sensors of the hardware monitoring class: temperatures, fans, voltages, power and more. What each file of a
// chip's folder means follows from its name, `<type><number>_<property>`.
import { realpathSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { type Collector, type CollectorContext, type CollectorDefinition, NoData } from '../collector.ts';
import { DeviceFilter } from '../device-filter.ts';
import { isMissing, isSystemError, listFolder, tryListFolder, tryReadTrimmed } from '../files.ts';
import { gauge, MetricCache } from '../metric.ts';
import type { MetricSink } from '../metric-sink.ts';
import { cleanName, parseSensorFile, type SensorProperties, sensorMetric } from '../sys/hwmon.ts';

const CHIP_NAMES = gauge('node_hwmon_chip_names', 'The name that the driver gives the chip.', [
  'chip',
  'chip_name',
]);
const LABEL = gauge('node_hwmon_sensor_label', 'The name that the driver gives the sensor.', [
  'chip',
  'sensor',
  'label',
]);

interface Chip {
  readonly folder: string;
  /** Derived from where the device is, since the numbers of hwmon folders change from boot to boot. */
  readonly base: string;
  readonly driverName: string;
}

export const hwmon: CollectorDefinition = {
  name: 'hwmon',
  enabledByDefault: true,
  platforms: ['linux'],
  flags: [
    { name: 'collector.hwmon.chip-include', kind: 'string', help: 'Expression for the only chips to show.' },
    { name: 'collector.hwmon.chip-exclude', kind: 'string', help: 'Expression for chips to leave out.' },
    {
      name: 'collector.hwmon.sensor-include',
      kind: 'string',
      help: 'Expression for the only sensors to show, matched with `chip;sensor`.',
    },
    {
      name: 'collector.hwmon.sensor-exclude',
      kind: 'string',
      help: 'Expression for sensors to leave out, matched with `chip;sensor`.',
    },
  ],
  create: (context) => new HwmonCollector(context),
};

class HwmonCollector implements Collector {
  readonly #root: string;
  readonly #chips: DeviceFilter;
  readonly #sensors: DeviceFilter;
  readonly #gauges = new MetricCache((name) =>
    gauge(name, 'Reading of a hardware sensor.', ['chip', 'sensor']),
  );

  constructor({ paths, flags }: CollectorContext) {
    this.#root = paths.sys('class/hwmon');
    this.#chips = new DeviceFilter(
      flags.string('collector.hwmon.chip-exclude'),
      flags.string('collector.hwmon.chip-include'),
    );
    this.#sensors = new DeviceFilter(
      flags.string('collector.hwmon.sensor-exclude'),
      flags.string('collector.hwmon.sensor-include'),
    );
  }

  update(sink: MetricSink): void {
    const chips = this.#listChips();
    for (const chip of chips) {
      const name = uniqueName(chip, chips);
      if (!this.#chips.ignored(name)) this.#addChip(sink, chip, name);
    }
  }

  #listChips(): Chip[] {
    let entries: string[];
    try {
      entries = listFolder(this.#root);
    } catch (error) {
      if (isMissing(error)) throw new NoData('no hardware monitoring');
      throw error;
    }
    return entries.flatMap((entry) => {
      const folder = `${this.#root}/${entry}`;
      if (!isFolder(folder)) return [];
      const driverName = tryReadTrimmed(`${folder}/name`) ?? '';
      return [{ folder, driverName, base: baseName(folder, driverName) }];
    });
  }

  #addChip(sink: MetricSink, { folder, driverName }: Chip, name: string): void {
    const sensors = new Map<string, SensorProperties>();
    readSensors(folder, sensors);
    // Drivers from before the class put their files into the device's own folder.
    if (isFolder(`${folder}/device`)) readSensors(`${folder}/device`, sensors);
    const cleanDriverName = cleanName(driverName);
    if (cleanDriverName !== '') sink.add(CHIP_NAMES, 1, name, cleanDriverName);
    for (const [sensor, { type, properties }] of sensors) {
      if (this.#sensors.ignored(`${name};${sensor}`)) continue;
      const label = properties.get('label');
      if (label !== undefined) sink.add(LABEL, 1, name, sensor, label);
      for (const [property, text] of properties) {
        if (property === 'label') continue;
        const metric = sensorMetric(type, property, text, properties);
        if (metric === undefined) continue;
        const description = this.#gauges.get(metric.name);
        const shown = metric.isCounter ? ({ ...description, type: 'counter' } as const) : description;
        sink.add(shown, metric.value, name, metric.sensor ?? sensor);
      }
    }
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    if (isSystemError(error)) return false;
    throw error;
  }
}

function readSensors(folder: string, sensors: Map<string, SensorProperties>): void {
  for (const file of tryListFolder(folder)) {
    const parsed = parseSensorFile(file);
    if (parsed === undefined) continue;
    // Some sensors refuse to be read while the device sleeps.
    const text = tryReadTrimmed(`${folder}/${file}`);
    if (text === undefined) continue;
    let sensor = sensors.get(parsed.sensor);
    if (sensor === undefined) {
      sensor = { type: parsed.type, properties: new Map() };
      sensors.set(parsed.sensor, sensor);
    }
    sensor.properties.set(parsed.property, text);
  }
}

/** `<bus>_<device>` where the chip belongs to a device, else the driver's name, else the folder's. */
function baseName(folder: string, driverName: string): string {
  const device = resolve(`${folder}/device`);
  if (device !== undefined) {
    const name = cleanName(basename(device));
    const bus = cleanName(basename(dirname(device)));
    if (name !== '') return bus === '' ? name : `${bus}_${name}`;
  }
  return cleanName(driverName) || cleanName(basename(resolve(folder) ?? folder));
}

function resolve(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}

/** Several chips of one device get the driver's name, or the folder's where that is not enough. */
function uniqueName(chip: Chip, chips: readonly Chip[]): string {
  const sameBase = chips.filter((other) => other.base === chip.base);
  if (sameBase.length === 1) return chip.base;
  const sameName = sameBase.filter((other) => other.driverName === chip.driverName);
  const suffix = sameName.length === 1 ? cleanName(chip.driverName) : '';
  return `${chip.base}_${suffix === '' ? cleanName(basename(chip.folder)) : suffix}`;
}
