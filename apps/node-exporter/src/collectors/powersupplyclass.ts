// Batteries and mains, from /sys/class/power_supply; on macOS from systeminformation.
import { compileUnanchored } from '@prometheus-ts/regexp';
import { type CollectorDefinition, NoData } from '../collector.ts';
import { isMissing, listFolder, tryReadTrimmed } from '../files.ts';
import { gauge, type MetricDescription } from '../metric.ts';
import type { MetricSink } from '../metric-sink.ts';

/** Numbers as they are, then those in millionths, then those in tenths of a degree. */
const PLAIN =
  'authentic calibrate capacity capacity_alert_max capacity_alert_min cycle_count=cyclecount online present time_to_empty_now=time_to_empty_seconds time_to_full_now=time_to_full_seconds';
const MICRO =
  'current_boot current_max current_now=current_ampere energy_empty energy_empty_design energy_full energy_full_design energy_now=energy_watthour voltage_boot voltage_max voltage_max_design voltage_min voltage_min_design voltage_now=voltage_volt voltage_ocv charge_control_limit charge_control_limit_max charge_counter charge_empty charge_empty_design charge_full charge_full_design charge_now=charge_ampere charge_term_current constant_charge_current constant_charge_current_max constant_charge_voltage constant_charge_voltage_max precharge_current input_current_limit power_now=power_watt';
const TENTHS =
  'temp=temp_celsius temp_alert_max=temp_alert_max_celsius temp_alert_min=temp_alert_min_celsius temp_ambient=temp_ambient_celsius temp_ambient_max=temp_ambient_max_celsius temp_ambient_min=temp_ambient_min_celsius temp_max=temp_max_celsius temp_min=temp_min_celsius';
const TEXTS =
  'capacity_level charge_type health manufacturer model_name serial_number status technology type usb_type scope';

const NUMBERS = new Map([...numbers(PLAIN, 1), ...numbers(MICRO, 1e6), ...numbers(TENTHS, 10)]);
const TEXT_FILES = TEXTS.split(' ');
const INFO = gauge('node_power_supply_info', 'Names and states of the power supply.', ['power_supply']);

export const powersupplyclass: CollectorDefinition = {
  name: 'powersupplyclass',
  enabledByDefault: true,
  platforms: ['linux', 'darwin'],
  flags: [
    {
      name: 'collector.powersupply.ignored-supplies',
      kind: 'string',
      default: '^$',
      help: 'Expression for power supplies to leave out.',
    },
  ],
  create({ paths, flags }) {
    const ignored = compileUnanchored(flags.string('collector.powersupply.ignored-supplies'));
    return {
      async update(sink) {
        if (process.platform === 'darwin') return addMacBattery(sink);
        const root = paths.sys('class/power_supply');
        for (const name of listSupplies(root))
          if (!ignored.matches(name)) addSupply(sink, name, `${root}/${name}`);
      },
    };
  },
};

function listSupplies(root: string): string[] {
  try {
    return listFolder(root);
  } catch (error) {
    if (isMissing(error)) throw new NoData('no power supplies');
    throw error;
  }
}

function addSupply(sink: MetricSink, name: string, folder: string): void {
  const labels = ['power_supply', name];
  for (const file of listFolder(folder)) {
    const number = NUMBERS.get(file);
    if (number !== undefined) {
      const text = tryReadTrimmed(`${folder}/${file}`) ?? '';
      if (/^-?\d+$/.test(text)) sink.add(number.metric, Number(text) / number.divisor, name);
    } else if (TEXT_FILES.includes(file)) {
      const text = tryReadTrimmed(`${folder}/${file}`) ?? '';
      if (text !== '') labels.push(file, text);
    }
  }
  sink.addPairs(INFO, 1, labels);
}

/** `file=metric` pairs, or one word for both. */
function numbers(list: string, divisor: number): [string, { metric: MetricDescription; divisor: number }][] {
  return list.split(' ').map((entry) => {
    const [file, name = file] = entry.split('=');
    const help = `File ${file} of the power supply.`;
    return [file!, { metric: gauge(`node_power_supply_${name}`, help, ['power_supply']), divisor }];
  });
}

const MAC_CAPACITY = gauge('node_power_supply_current_capacity', 'Charge in percent.', ['power_supply']);
const MAC_CHARGED = gauge('node_power_supply_charged', 'Whether the battery is full.', ['power_supply']);
const MAC_CHARGING = gauge('node_power_supply_charging', 'Whether the battery charges.', ['power_supply']);
const MAC_PRESENT = gauge('node_power_supply_present', 'Whether there is a battery.', ['power_supply']);

async function addMacBattery(sink: MetricSink): Promise<void> {
  const { battery } = await import('systeminformation');
  const { hasBattery, isCharging, percent, model, manufacturer, serial } = await battery();
  const name = 'InternalBattery-0';
  if (!hasBattery) throw new NoData('no battery');
  sink.add(MAC_PRESENT, 1, name);
  sink.add(MAC_CAPACITY, percent, name);
  sink.add(MAC_CHARGING, isCharging ? 1 : 0, name);
  sink.add(MAC_CHARGED, percent >= 100 ? 1 : 0, name);
  sink.addPairs(INFO, 1, [
    'power_supply',
    name,
    'manufacturer',
    manufacturer,
    'model_name',
    model,
    'serial_number',
    serial,
  ]);
}
