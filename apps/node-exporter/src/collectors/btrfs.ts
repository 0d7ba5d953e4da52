// Btrfs file systems, from /sys/fs/btrfs and, for those that are mounted here, from the file system itself.
import type { Collector, CollectorContext, CollectorDefinition } from '../collector.ts';
import {
  fields,
  isDigits,
  isSystemError,
  lines,
  listFolder,
  malformed,
  readText,
  tryListFolder,
  tryReadTrimmed,
} from '../files.ts';
import { type BtrfsDevice, readBtrfsDevices } from '../kernel/btrfs.ts';
import { counter, gauge } from '../metric.ts';
import type { MetricSink } from '../metric-sink.ts';
import { parseMountinfo, unescapePath } from '../proc/mountinfo.ts';

const UUID = ['uuid'];
const LAYOUT = ['uuid', 'block_group_type', 'mode'];
const INFO = gauge('node_btrfs_info', 'Label of the file system.', ['uuid', 'label']);
const RESERVE = gauge('node_btrfs_global_rsv_size_bytes', 'Size of the global reserve.', UUID);
const COMMITS = counter('node_btrfs_commits_total', 'Commits made.', UUID);
const LAST_COMMIT = gauge('node_btrfs_last_commit_seconds', 'Time that the last commit took.', UUID);
const MAX_COMMIT = gauge('node_btrfs_max_commit_seconds', 'Time that the slowest commit took.', UUID);
const COMMIT_TIME = counter('node_btrfs_commit_seconds_total', 'Time that all commits took.', UUID);
const RESERVED = gauge('node_btrfs_reserved_bytes', 'Space reserved for this kind of data.', [
  'uuid',
  'block_group_type',
]);
const USED = gauge('node_btrfs_used_bytes', 'Space used by this kind of data.', LAYOUT);
const SIZE = gauge('node_btrfs_size_bytes', 'Space set aside for this kind of data.', LAYOUT);
const RATIO = gauge(
  'node_btrfs_allocation_ratio',
  'How much space a byte of this kind of data takes.',
  LAYOUT,
);
const DEVICE_SIZE = gauge('node_btrfs_device_size_bytes', 'Size of the device.', ['uuid', 'device']);
const DEVICE = ['uuid', 'device', 'btrfs_dev_uuid'];
const DEVICE_SIZE_WITH_UUID = gauge(DEVICE_SIZE.name, DEVICE_SIZE.help, DEVICE);
const DEVICE_UNUSED = gauge(
  'node_btrfs_device_unused_bytes',
  'Space of the device that is not used.',
  DEVICE,
);
const DEVICE_ERRORS = counter('node_btrfs_device_errors_total', 'Errors of the device.', [
  'uuid',
  'type',
  'device',
  'btrfs_dev_uuid',
]);

const SECTOR_BYTES = 512;
/** Copies of a byte, by layout; parity depends on the number of devices. */
const COPIES: Readonly<Record<string, number>> = {
  single: 1,
  raid0: 1,
  dup: 2,
  raid1: 2,
  raid10: 2,
  raid1c3: 3,
  raid1c4: 4,
};
const PARITY: Readonly<Record<string, number>> = { raid5: 1, raid6: 2 };

export const btrfs: CollectorDefinition = {
  name: 'btrfs',
  enabledByDefault: true,
  platforms: ['linux'],
  create: (context) => new BtrfsCollector(context),
};

class BtrfsCollector implements Collector {
  readonly #context: CollectorContext;

  constructor(context: CollectorContext) {
    this.#context = context;
  }

  update(sink: MetricSink): void {
    const root = this.#context.paths.sys('fs/btrfs');
    const found = tryListFolder(root).filter((entry) => entry.includes('-'));
    if (found.length === 0) return;
    const mounted = this.#readMounted();
    for (const entry of found) {
      const folder = `${root}/${entry}`;
      const uuid = tryReadTrimmed(`${folder}/metadata_uuid`) || entry;
      const devices = listFolder(`${folder}/devices`);
      sink.add(INFO, 1, uuid, tryReadTrimmed(`${folder}/label`) ?? '');
      sink.add(RESERVE, numberIn(`${folder}/allocation/global_rsv_size`), uuid);
      addCommits(sink, `${folder}/commit_stats`, uuid);
      for (const type of ['data', 'metadata', 'system']) {
        addAllocation(sink, `${folder}/allocation/${type}`, uuid, type, devices.length);
      }
      const details = mounted.get(uuid.replaceAll('-', ''));
      if (details !== undefined) {
        for (const device of details) addDetails(sink, uuid, device);
      } else {
        for (const device of devices) {
          sink.add(DEVICE_SIZE, numberIn(`${folder}/devices/${device}/size`) * SECTOR_BYTES, uuid, device);
        }
      }
    }
  }

  /** Devices by file system, of all that are mounted and let themselves be opened. */
  #readMounted(): Map<string, readonly BtrfsDevice[]> {
    const { paths, log } = this.#context;
    const found = new Map<string, readonly BtrfsDevice[]>();
    const sources = new Set<string>();
    for (const mount of readMounts(this.#context)) {
      if (mount.type !== 'btrfs' || sources.has(mount.source)) continue;
      const path = paths.root(paths.stripRoot(unescapePath(mount.escapedMountPoint)));
      try {
        const { id, devices } = readBtrfsDevices(path);
        sources.add(mount.source);
        found.set(id, devices);
      } catch (error) {
        log.debug('cannot ask the btrfs file system', { mountpoint: path, err: error });
      }
    }
    return found;
  }
}

function readMounts({ paths }: CollectorContext) {
  try {
    return parseMountinfo(readText(paths.proc('1/mountinfo')));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return parseMountinfo(readText(paths.proc('self/mountinfo')));
  }
}

/** 0 where the file is missing or holds no number, as upstream has it. */
function numberIn(path: string): number {
  const text = tryReadTrimmed(path) ?? '';
  return isDigits(text) ? Number(text) : 0;
}

function addCommits(sink: MetricSink, path: string, uuid: string): void {
  const values = new Map<string, number>();
  for (const line of lines(tryReadTrimmed(path) ?? '')) {
    const [name, value] = fields(line);
    if (value === undefined || !isDigits(value)) throw malformed(path, line);
    values.set(name!, Number(value));
  }
  const value = (name: string): number => values.get(name) ?? 0;
  sink.add(COMMITS, value('commits'), uuid);
  sink.add(LAST_COMMIT, value('last_commit_ms') / 1000, uuid);
  sink.add(MAX_COMMIT, value('max_commit_ms') / 1000, uuid);
  sink.add(COMMIT_TIME, value('total_commit_ms') / 1000, uuid);
}

function addAllocation(sink: MetricSink, folder: string, uuid: string, type: string, devices: number): void {
  sink.add(RESERVED, numberIn(`${folder}/bytes_reserved`), uuid, type);
  for (const mode of listFolder(folder)) {
    // Layouts are the folders among the files.
    if (tryReadTrimmed(`${folder}/${mode}/total_bytes`) === undefined) continue;
    sink.add(USED, numberIn(`${folder}/${mode}/used_bytes`), uuid, type, mode);
    sink.add(SIZE, numberIn(`${folder}/${mode}/total_bytes`), uuid, type, mode);
    const parity = PARITY[mode];
    const ratio = parity === undefined ? (COPIES[mode] ?? 0) : devices / (devices - parity);
    sink.add(RATIO, ratio, uuid, type, mode);
  }
}

function addDetails(sink: MetricSink, uuid: string, device: BtrfsDevice): void {
  const name = device.path.slice(device.path.lastIndexOf('/') + 1);
  sink.add(DEVICE_SIZE_WITH_UUID, device.totalBytes, uuid, name, device.uuid);
  sink.add(DEVICE_UNUSED, device.totalBytes - device.usedBytes, uuid, name, device.uuid);
  for (const [type, count] of Object.entries(device.errors)) {
    sink.add(DEVICE_ERRORS, count, uuid, type, name, device.uuid);
  }
}
