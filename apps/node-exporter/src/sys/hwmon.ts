// Names and units of the files of the hardware monitoring class (Documentation/hwmon/sysfs-interface).

/** The kinds of files that are sensors; all others in a chip's folder are something else. */
const TYPES = new Set([
  'vrm',
  'beep_enable',
  'update_interval',
  'in',
  'cpu',
  'fan',
  'pwm',
  'temp',
  'curr',
  'power',
  'energy',
  'humidity',
  'intrusion',
  'freq',
]);

export interface SensorProperties {
  readonly type: string;
  /** Text of each file by its property, '' for the file without one. */
  readonly properties: Map<string, string>;
}

export interface SensorMetric {
  readonly name: string;
  readonly value: number;
  readonly isCounter?: boolean;
  /** Replaces the name of the sensor in the label. */
  readonly sensor?: string;
}

/** `temp1_crit_alarm` is property `crit_alarm` of sensor `temp1`; undefined for files that are no sensors. */
export function parseSensorFile(
  file: string,
): { type: string; sensor: string; property: string } | undefined {
  const match = /^(\D+)(\d*)(?:_(.+))?$/.exec(file);
  if (match === null || !TYPES.has(match[1]!)) return undefined;
  return { type: match[1]!, sensor: `${match[1]}${Number(match[2] ?? 0)}`, property: match[3] ?? '' };
}

/** Lower case, other characters as underscores, none at the ends. */
export function cleanName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9:_]/g, '_')
    .replace(/^_+|_+$/g, '');
}

/** The metric of a property, undefined where its text is no number. */
export function sensorMetric(
  type: string,
  property: string,
  text: string,
  properties: ReadonlyMap<string, string>,
): SensorMetric | undefined {
  if (type === 'beep_enable') {
    return property === '' ? { name: 'node_hwmon_beep_enabled', value: text === '1' ? 1 : 0 } : undefined;
  }
  const value = text === '' ? Number.NaN : Number(text);
  if (Number.isNaN(value)) return undefined;
  if (type === 'vrm') return { name: 'node_hwmon_voltage_regulator_version', value };
  if (type === 'update_interval') {
    return { name: 'node_hwmon_update_interval_seconds', value: value * 0.001 };
  }
  const name = `node_hwmon_${type}${nameSuffix(property, properties)}`;
  if (property === 'fault' || property === 'alarm') return { name, value };
  if (property === 'beep') return { name: `${name}_enabled`, value };
  return withUnit(type, property, name, value, properties);
}

/** The reading itself has no suffix, unless there is a file of the bare name as well. */
function nameSuffix(property: string, properties: ReadonlyMap<string, string>): string {
  if (property === 'input') return properties.has('') ? '_input' : '';
  return property === '' ? '' : `_${cleanName(property)}`;
}

function withUnit(
  type: string,
  property: string,
  name: string,
  value: number,
  properties: ReadonlyMap<string, string>,
): SensorMetric | undefined {
  switch (type) {
    case 'in':
    case 'cpu':
      return { name: `${name}_volts`, value: value * 0.001 };
    case 'temp':
      return property === 'type' ? { name, value } : { name: `${name}_celsius`, value: value * 0.001 };
    case 'curr':
      return { name: `${name}_amps`, value: value * 0.001 };
    case 'energy':
      return { name: `${name}_joule_total`, value: value / 1e6, isCounter: true };
    case 'power':
      if (property === 'accuracy') return { name, value: value / 1e6 };
      if (/^average_interval(_min|_max)?$/.test(property))
        return { name: `${name}_seconds`, value: value * 0.001 };
      return { name: `${name}_watt`, value: value / 1e6 };
    case 'humidity':
      return { name, value: value / 1e6 };
    case 'fan':
      return /^(input|min|max|target)$/.test(property) ? { name: `${name}_rpm`, value } : { name, value };
    case 'freq': {
      if (property !== 'input') return { name, value };
      const label = properties.get('label');
      if (label === undefined) return undefined;
      return { name: `${name}_freq_mhz`, value: value / 1e6, sensor: cleanName(label) };
    }
    default:
      return { name, value };
  }
}
