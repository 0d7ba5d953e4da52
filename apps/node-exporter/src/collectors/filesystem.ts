// Space and files of mounted file systems. The kernel's list of mounts never blocks; statfs does where a server
// or a daemon is behind the mount and does not answer, so only types that live inside the kernel are asked here
// and all others through the probe, which remembers the stuck ones.
import { statfsSync } from 'node:fs';
import type { Collector, CollectorContext, CollectorDefinition } from '../collector.ts';
import { type DeviceFilter, filterFromFlags } from '../device-filter.ts';
import { isMissing, readText } from '../files.ts';
import { gauge } from '../metric.ts';
import type { MetricSink } from '../metric-sink.ts';
import { type MountStats, MountStuck } from '../mount-probe.ts';
import { type Mount, parseMountinfo, unescapePath } from '../proc/mountinfo.ts';
import { neverBlocks } from '../sys/filesystem-types.ts';
import { systemErrorText } from '../system-error-text.ts';

const LABELS = ['device', 'mountpoint', 'fstype', 'device_error'];
const SIZE = gauge('node_filesystem_size_bytes', 'Size of the file system.', LABELS);
const FREE = gauge('node_filesystem_free_bytes', 'Space that is free, kept for root included.', LABELS);
const AVAILABLE = gauge('node_filesystem_avail_bytes', 'Space that is free for everybody.', LABELS);
const FILES = gauge('node_filesystem_files', 'Files that the file system can hold.', LABELS);
const FILES_FREE = gauge('node_filesystem_files_free', 'Files that can still be made.', LABELS);
const READ_ONLY = gauge(
  'node_filesystem_readonly',
  'Whether the file system is mounted for reading only.',
  LABELS,
);
const DEVICE_ERROR = gauge('node_filesystem_device_error', 'Whether asking the file system failed.', LABELS);
const MOUNT_INFO = gauge('node_filesystem_mount_info', 'The device numbers of the mount.', [
  'device',
  'major',
  'minor',
  'mountpoint',
]);
const PURGEABLE = gauge('node_filesystem_purgeable_bytes', 'Space that macOS can free by itself.', LABELS);

const DEFAULT_MOUNTS: Readonly<Record<string, string>> = {
  linux: '^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+)($|/)',
  darwin: '^/(dev)($|/)',
};
const DEFAULT_TYPES: Readonly<Record<string, string>> = {
  linux:
    '^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|erofs|sysfs|tracefs)$',
  darwin: '^(autofs|devfs)$',
};

export const filesystem: CollectorDefinition = {
  name: 'filesystem',
  enabledByDefault: true,
  platforms: ['linux', 'darwin'],
  flags: [
    {
      name: 'collector.filesystem.mount-points-exclude',
      kind: 'string',
      default: DEFAULT_MOUNTS[process.platform] ?? '',
      help: 'Expression for mount points to leave out; excludes mount-points-include.',
    },
    {
      name: 'collector.filesystem.ignored-mount-points',
      kind: 'string',
      hidden: true,
      help: 'Old name of mount-points-exclude.',
    },
    {
      name: 'collector.filesystem.mount-points-include',
      kind: 'string',
      help: 'Expression for the only mount points to show; excludes mount-points-exclude.',
    },
    {
      name: 'collector.filesystem.fs-types-exclude',
      kind: 'string',
      default: DEFAULT_TYPES[process.platform] ?? '',
      help: 'Expression for types to leave out; excludes fs-types-include.',
    },
    {
      name: 'collector.filesystem.ignored-fs-types',
      kind: 'string',
      hidden: true,
      help: 'Old name of fs-types-exclude.',
    },
    {
      name: 'collector.filesystem.fs-types-include',
      kind: 'string',
      help: 'Expression for the only types to show; excludes fs-types-exclude.',
    },
    {
      name: 'collector.filesystem.mount-timeout',
      kind: 'goDuration',
      default: '5s',
      hidden: true,
      help: 'How long a mount may take to answer before it counts as stuck.',
    },
    {
      name: 'collector.filesystem.stat-workers',
      kind: 'int',
      default: '4',
      hidden: true,
      help: 'Accepted for compatibility; calls that can hang have threads of their own.',
    },
  ],
  create: (context) =>
    process.platform === 'darwin' ? new MacFilesystemCollector(context) : new FilesystemCollector(context),
};

interface Filters {
  readonly mountPoints: DeviceFilter;
  readonly types: DeviceFilter;
}

function filters(context: CollectorContext): Filters {
  return {
    mountPoints: filterFromFlags(context, {
      exclude: 'collector.filesystem.mount-points-exclude',
      include: 'collector.filesystem.mount-points-include',
      oldExclude: 'collector.filesystem.ignored-mount-points',
    }),
    types: filterFromFlags(context, {
      exclude: 'collector.filesystem.fs-types-exclude',
      include: 'collector.filesystem.fs-types-include',
      oldExclude: 'collector.filesystem.ignored-fs-types',
    }),
  };
}

class FilesystemCollector implements Collector {
  readonly #context: CollectorContext;
  readonly #filters: Filters;
  readonly #timeoutMs: number;

  constructor(context: CollectorContext) {
    this.#context = context;
    this.#filters = filters(context);
    this.#timeoutMs = context.flags.durationMs('collector.filesystem.mount-timeout');
  }

  async update(sink: MetricSink): Promise<void> {
    const slow: Promise<void>[] = [];
    const seen = new Set<string>();
    for (const mount of parseMountinfo(this.#readMounts())) {
      const mountPoint = this.#context.paths.stripRoot(labelPath(mount.escapedMountPoint));
      if (this.#filters.mountPoints.ignored(mountPoint) || this.#filters.types.ignored(mount.type)) continue;
      const key = `${mount.source}\0${mountPoint}\0${mount.type}`;
      // A mount over the same place hides the earlier one, and their labels are equal.
      if (seen.has(key)) continue;
      seen.add(key);
      const path = this.#context.paths.root(
        this.#context.paths.stripRoot(unescapePath(mount.escapedMountPoint)),
      );
      if (neverBlocks(mount.type)) this.#addNow(sink, mount, mountPoint, path);
      else slow.push(this.#addLater(sink, mount, mountPoint, path));
    }
    await Promise.all(slow);
  }

  /** The mounts that the first process sees; where we may not read those, our own. */
  #readMounts(): string {
    try {
      return readText(this.#context.paths.proc('1/mountinfo'));
    } catch (error) {
      if (!isMissing(error) && (error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
      return readText(this.#context.paths.proc('self/mountinfo'));
    }
  }

  #addNow(sink: MetricSink, mount: Mount, mountPoint: string, path: string): void {
    let stats: MountStats;
    try {
      stats = statfsSync(path);
    } catch (error) {
      this.#addFailure(sink, mount, mountPoint, error);
      return;
    }
    addStats(sink, mount, mountPoint, stats);
  }

  async #addLater(sink: MetricSink, mount: Mount, mountPoint: string, path: string): Promise<void> {
    try {
      addStats(sink, mount, mountPoint, await this.#context.probe.statfs(path, this.#timeoutMs));
    } catch (error) {
      this.#addFailure(sink, mount, mountPoint, error);
    }
  }

  #addFailure(sink: MetricSink, mount: Mount, mountPoint: string, error: unknown): void {
    this.#context.log.debug('statfs failed', { mountpoint: mountPoint, err: error });
    const reason = error instanceof MountStuck ? 'mountpoint timeout' : systemErrorText(error);
    sink.add(DEVICE_ERROR, 1, mount.source, mountPoint, mount.type, reason);
    sink.add(READ_ONLY, readOnly(mount), mount.source, mountPoint, mount.type, reason);
  }
}

function addStats(sink: MetricSink, mount: Mount, mountPoint: string, stats: MountStats): void {
  const { source, type } = mount;
  sink.add(DEVICE_ERROR, 0, source, mountPoint, type, '');
  sink.add(READ_ONLY, readOnly(mount), source, mountPoint, type, '');
  addSpace(sink, [source, mountPoint, type, ''], stats);
  sink.add(MOUNT_INFO, 1, source, mount.major, mount.minor, mountPoint);
}

function addSpace(sink: MetricSink, labels: readonly string[], stats: MountStats): void {
  sink.add(SIZE, stats.blocks * stats.bsize, ...labels);
  sink.add(FREE, stats.bfree * stats.bsize, ...labels);
  sink.add(AVAILABLE, stats.bavail * stats.bsize, ...labels);
  sink.add(FILES, stats.files, ...labels);
  sink.add(FILES_FREE, stats.ffree, ...labels);
}

/** Upstream's label resolves blanks and tabs, and leaves other escapes as the kernel wrote them. */
function labelPath(escaped: string): string {
  return escaped.includes('\\') ? escaped.replaceAll('\\040', ' ').replaceAll('\\011', '\t') : escaped;
}

function readOnly({ options, superOptions }: Mount): number {
  const isReadOnly =
    options.includes('ro') || superOptions.includes('ro') || superOptions.includes('emergency_ro');
  return isReadOnly ? 1 : 0;
}

/** macOS: the mounts as systeminformation lists them. */
class MacFilesystemCollector implements Collector {
  readonly #context: CollectorContext;
  readonly #filters: Filters;
  readonly #timeoutMs: number;

  constructor(context: CollectorContext) {
    this.#context = context;
    this.#filters = filters(context);
    this.#timeoutMs = context.flags.durationMs('collector.filesystem.mount-timeout');
  }

  async update(sink: MetricSink): Promise<void> {
    const { fsSize } = await import('systeminformation');
    for (const { fs, type, mount, rw } of await fsSize()) {
      if (this.#filters.mountPoints.ignored(mount) || this.#filters.types.ignored(type)) continue;
      const labels = [fs, mount, type];
      try {
        const stats = await this.#context.probe.statfs(mount, this.#timeoutMs);
        sink.add(DEVICE_ERROR, 0, ...labels, '');
        sink.add(READ_ONLY, rw === false ? 1 : 0, ...labels, '');
        addSpace(sink, [...labels, ''], stats);
        sink.add(MOUNT_INFO, 1, fs, '0', '0', mount);
        sink.add(PURGEABLE, 0, ...labels, '');
      } catch (error) {
        const reason = error instanceof MountStuck ? 'mountpoint timeout' : systemErrorText(error);
        sink.add(DEVICE_ERROR, 1, ...labels, reason);
      }
    }
  }
}
