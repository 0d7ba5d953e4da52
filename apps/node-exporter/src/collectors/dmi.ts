// Names and versions that the firmware gives the machine and its parts.
import { type CollectorDefinition, NoData } from '../collector.ts';
import { tryListFolder, tryReadTrimmed } from '../files.ts';
import { gauge, type MetricDescription } from '../metric.ts';

/** Files of /sys/class/dmi/id that are served; the label is the name, but for one. */
const FILES = [
  'bios_date',
  'bios_release',
  'bios_vendor',
  'bios_version',
  'board_asset_tag',
  'board_name',
  'board_serial',
  'board_vendor',
  'board_version',
  'chassis_asset_tag',
  'chassis_serial',
  'chassis_vendor',
  'chassis_version',
  'product_family',
  'product_name',
  'product_serial',
  'product_sku',
  'product_uuid',
  'product_version',
  'sys_vendor',
];

export const dmi: CollectorDefinition = {
  name: 'dmi',
  enabledByDefault: true,
  platforms: ['linux'],
  create({ paths }) {
    // The firmware's strings do not change while the host runs: read once, as upstream.
    const { metric, values } = readIdentity(paths.sys('class/dmi/id'));
    return {
      update(sink) {
        if (values.length === 0) throw new NoData('this machine has no DMI');
        sink.add(metric, 1, ...values);
      },
    };
  },
};

function readIdentity(folder: string): { metric: MetricDescription; values: string[] } {
  const present = new Set(tryListFolder(folder));
  const labels: string[] = [];
  const values: string[] = [];
  for (const file of FILES) {
    // Serial numbers are for root only; without the right to read them the label is left out.
    const value = present.has(file) ? tryReadTrimmed(`${folder}/${file}`) : undefined;
    if (value === undefined) continue;
    labels.push(file === 'sys_vendor' ? 'system_vendor' : file);
    // One replacement character stands for a run of bytes that are no text.
    values.push(value.replace(/\ufffd+/g, '\ufffd'));
  }
  return { metric: gauge('node_dmi_info', 'Names and versions from the firmware.', labels), values };
}
