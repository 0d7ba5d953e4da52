// Software RAID: states and blocks from /proc/mdstat, disks from /sys/block/md*.
import { type CollectorDefinition, NoData } from '../collector.ts';
import { isDigits, isMissing, readText, readTrimmed, readUint, tryListFolder } from '../files.ts';
import { gauge } from '../metric.ts';
import type { MetricSink } from '../metric-sink.ts';
import { parseMdstat } from '../proc/mdstat.ts';

const DEVICE = ['device'];
const STATE = gauge('node_md_state', 'The state in force is 1, the others are 0.', ['device', 'state']);
const DISKS = gauge('node_md_disks', 'Disks of the array in each state.', ['device', 'state']);
const REQUIRED = gauge('node_md_disks_required', 'Disks that the array needs to be whole.', DEVICE);
const BLOCKS = gauge('node_md_blocks', 'Blocks of the array.', DEVICE);
const SYNCED = gauge('node_md_blocks_synced', 'Blocks that are in sync.', DEVICE);
const RAID_DISKS = gauge('node_md_raid_disks', 'Disks that the array is made of.', DEVICE);
const DEGRADED = gauge('node_md_degraded', 'Disks that are missing.', DEVICE);

/** States as upstream labels them, and as mdstat is understood. */
const STATES: readonly (readonly [string, string])[] = [
  ['active', 'active'],
  ['inactive', 'inactive'],
  ['recovering', 'recovering'],
  ['resync', 'resyncing'],
  ['check', 'checking'],
];

/** Levels that can lose a disk. */
const REDUNDANT = new Set(['raid1', 'raid4', 'raid5', 'raid6', 'raid10']);
/** Containers of other arrays have no disks of their own. */
const WITHOUT_DISKS = new Set(['container', 'imsm', 'ddf', '']);

export const mdadm: CollectorDefinition = {
  name: 'mdadm',
  enabledByDefault: true,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      for (const array of parseMdstat(readMdstat(paths.proc('mdstat')))) {
        sink.add(REQUIRED, array.disksTotal, array.name);
        sink.add(DISKS, array.disksActive, array.name, 'active');
        sink.add(DISKS, array.disksFailed, array.name, 'failed');
        sink.add(DISKS, array.disksSpare, array.name, 'spare');
        for (const [label, state] of STATES)
          sink.add(STATE, array.state === state ? 1 : 0, array.name, label);
        sink.add(BLOCKS, array.blocks, array.name);
        sink.add(SYNCED, array.blocksSynced, array.name);
      }
      for (const device of tryListFolder(paths.sys('block'))) {
        if (device.startsWith('md')) addDisks(sink, device, paths.sys(`block/${device}/md`));
      }
    },
  }),
};

function readMdstat(path: string): string {
  try {
    return readText(path);
  } catch (error) {
    if (isMissing(error)) throw new NoData('no software RAID in this kernel');
    throw error;
  }
}

function addDisks(sink: MetricSink, device: string, folder: string): void {
  let level: string;
  try {
    level = readTrimmed(`${folder}/level`);
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  if (!WITHOUT_DISKS.has(level)) {
    // While an array is reshaped, `3 (2)`: the new number and the old.
    const disks = readTrimmed(`${folder}/raid_disks`).split(' ')[0]!;
    if (isDigits(disks)) sink.add(RAID_DISKS, Number(disks), device);
  }
  sink.add(DEGRADED, REDUNDANT.has(level) ? readUint(`${folder}/degraded`) : 0, device);
}
