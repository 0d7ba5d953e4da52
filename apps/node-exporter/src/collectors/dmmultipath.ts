// Multipath devices and the states of their paths.
import { type CollectorDefinition, NoData } from '../collector.ts';
import { isSystemError, listFolder, readTrimmed, readUint, tryListFolder, tryReadTrimmed } from '../files.ts';
import { gauge } from '../metric.ts';
import type { MetricSink } from '../metric-sink.ts';
import type { Paths } from '../paths.ts';

const LABELS = ['device', 'sysfs_name'];
const INFO = gauge('node_dmmultipath_device_info', 'Identity of the multipath device.', [
  'device',
  'sysfs_name',
  'uuid',
]);
const ACTIVE = gauge('node_dmmultipath_device_active', 'Whether the device is not suspended.', LABELS);
const SIZE = gauge('node_dmmultipath_device_size_bytes', 'Size of the device.', LABELS);
const PATHS = gauge('node_dmmultipath_device_paths', 'Paths of the device.', LABELS);
const PATHS_ACTIVE = gauge('node_dmmultipath_device_paths_active', 'Paths of the device that work.', LABELS);
const PATHS_FAILED = gauge(
  'node_dmmultipath_device_paths_failed',
  'Paths of the device that do not work.',
  LABELS,
);
const PATH_STATE = gauge('node_dmmultipath_path_state', 'The state that the path is in.', [
  'device',
  'path',
  'state',
]);

const SECTOR_BYTES = 512;

export const dmmultipath: CollectorDefinition = {
  name: 'dmmultipath',
  enabledByDefault: true,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      for (const entry of listBlockDevices(paths.sys('block'))) {
        if (!entry.startsWith('dm-')) continue;
        const uuid = tryReadTrimmed(paths.sys(`block/${entry}/dm/uuid`)) ?? '';
        if (uuid.startsWith('mpath-')) addDevice(sink, paths, entry, uuid);
      }
    },
  }),
};

function addDevice(sink: MetricSink, paths: Paths, entry: string, uuid: string): void {
  const name = readTrimmed(paths.sys(`block/${entry}/dm/name`));
  sink.add(INFO, 1, name, entry, uuid);
  sink.add(ACTIVE, readUint(paths.sys(`block/${entry}/dm/suspended`)) === 1 ? 0 : 1, name, entry);
  sink.add(SIZE, readUint(paths.sys(`block/${entry}/size`)) * SECTOR_BYTES, name, entry);
  const members = tryListFolder(paths.sys(`block/${entry}/slaves`));
  let active = 0;
  for (const path of members) {
    const state = readTrimmed(paths.sys(`block/${path}/device/state`));
    // SCSI disks say `running`, NVMe ones `live`.
    if (state === 'running' || state === 'live') active += 1;
    sink.add(PATH_STATE, 1, name, path, state);
  }
  sink.add(PATHS, members.length, name, entry);
  sink.add(PATHS_ACTIVE, active, name, entry);
  sink.add(PATHS_FAILED, members.length - active, name, entry);
}

function listBlockDevices(root: string): string[] {
  try {
    return listFolder(root);
  } catch (error) {
    if (isSystemError(error)) throw new NoData('no block devices');
    throw error;
  }
}
