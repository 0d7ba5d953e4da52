// I/O of block devices from /proc/diskstats, with their identity from udev's database.
import type { Collector, CollectorContext, CollectorDefinition } from '../collector.ts';
import { type DeviceFilter, filterFromFlags } from '../device-filter.ts';
import { isSystemError, readText, tryReadTrimmed } from '../files.ts';
import { counter, gauge, type MetricDescription } from '../metric.ts';
import type { MetricSink } from '../metric-sink.ts';
import { type DiskStats, parseDiskstats } from '../proc/diskstats.ts';
import { parseUdevProperties } from '../sys/udev.ts';

const SECTOR_BYTES = 512;
const MILLISECOND = 1 / 1000;
const DEVICE = ['device'];

/** One for each counter of the file, in its order; `scale` turns the kernel's unit into ours. */
const COUNTERS: readonly { readonly metric: MetricDescription; readonly scale: number }[] = [
  { metric: disk('reads_completed_total', 'Reads that ended well.'), scale: 1 },
  { metric: disk('reads_merged_total', 'Reads joined with a neighbour before they were issued.'), scale: 1 },
  { metric: disk('read_bytes_total', 'Bytes read.'), scale: SECTOR_BYTES },
  { metric: disk('read_time_seconds_total', 'Time that all reads took, added up.'), scale: MILLISECOND },
  { metric: disk('writes_completed_total', 'Writes that ended well.'), scale: 1 },
  {
    metric: disk('writes_merged_total', 'Writes joined with a neighbour before they were issued.'),
    scale: 1,
  },
  { metric: disk('written_bytes_total', 'Bytes written.'), scale: SECTOR_BYTES },
  { metric: disk('write_time_seconds_total', 'Time that all writes took, added up.'), scale: MILLISECOND },
  { metric: gauge('node_disk_io_now', 'Requests under way at this moment.', DEVICE), scale: 1 },
  {
    metric: disk('io_time_seconds_total', 'Time during which any request was under way.'),
    scale: MILLISECOND,
  },
  {
    metric: disk('io_time_weighted_seconds_total', 'Time under way multiplied by the requests under way.'),
    scale: MILLISECOND,
  },
  { metric: disk('discards_completed_total', 'Discards that ended well.'), scale: 1 },
  { metric: disk('discards_merged_total', 'Discards joined with a neighbour.'), scale: 1 },
  { metric: disk('discarded_sectors_total', 'Sectors discarded.'), scale: 1 },
  {
    metric: disk('discard_time_seconds_total', 'Time that all discards took, added up.'),
    scale: MILLISECOND,
  },
  { metric: disk('flush_requests_total', 'Flushes that ended well.'), scale: 1 },
  {
    metric: disk('flush_requests_time_seconds_total', 'Time that all flushes took, added up.'),
    scale: MILLISECOND,
  },
];

const INFO = gauge('node_disk_info', 'Identity of the block device.', [
  'device',
  'major',
  'minor',
  'path',
  'wwn',
  'model',
  'serial',
  'revision',
  'rotational',
]);
const FILESYSTEM = gauge('node_disk_filesystem_info', 'The file system that udev found on the device.', [
  'device',
  'type',
  'usage',
  'uuid',
  'version',
]);
const DEVICE_MAPPER = gauge('node_disk_device_mapper_info', 'Identity of a device-mapper device.', [
  'device',
  'name',
  'uuid',
  'vg_name',
  'lv_name',
  'lv_layer',
]);
const ATA: readonly (readonly [string, MetricDescription])[] = [
  [
    'ID_ATA_WRITE_CACHE',
    gauge('node_disk_ata_write_cache', 'Whether the ATA disk has a write cache.', DEVICE),
  ],
  [
    'ID_ATA_WRITE_CACHE_ENABLED',
    gauge('node_disk_ata_write_cache_enabled', 'Whether the write cache of the ATA disk is on.', DEVICE),
  ],
  [
    'ID_ATA_ROTATION_RATE_RPM',
    gauge(
      'node_disk_ata_rotation_rate_rpm',
      'Turns a minute of the ATA disk, 0 where nothing turns.',
      DEVICE,
    ),
  ],
];

export const diskstats: CollectorDefinition = {
  name: 'diskstats',
  enabledByDefault: true,
  platforms: ['linux'],
  flags: [
    {
      name: 'collector.diskstats.device-exclude',
      kind: 'string',
      default: '^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\\d+n\\d+p)\\d+$',
      help: 'Expression for devices to leave out; excludes device-include.',
    },
    {
      name: 'collector.diskstats.ignored-devices',
      kind: 'string',
      hidden: true,
      help: 'Old name of device-exclude.',
    },
    {
      name: 'collector.diskstats.device-include',
      kind: 'string',
      help: 'Expression for the only devices to show; excludes device-exclude.',
    },
  ],
  create: (context) => new DiskstatsCollector(context),
};

class DiskstatsCollector implements Collector {
  readonly #context: CollectorContext;
  readonly #filter: DeviceFilter;

  constructor(context: CollectorContext) {
    this.#context = context;
    this.#filter = filterFromFlags(context, {
      exclude: 'collector.diskstats.device-exclude',
      include: 'collector.diskstats.device-include',
      oldExclude: 'collector.diskstats.ignored-devices',
    });
  }

  update(sink: MetricSink): void {
    for (const stats of parseDiskstats(readText(this.#context.paths.proc('diskstats')))) {
      if (!this.#filter.ignored(stats.device)) this.#addDevice(sink, stats);
    }
  }

  #addDevice(sink: MetricSink, stats: DiskStats): void {
    const { device, counters } = stats;
    const udev = this.#udevProperties(stats);
    const property = (name: string): string => udev.get(name) ?? '';
    const serial = property('SCSI_IDENT_SERIAL') || property('ID_SERIAL_SHORT') || property('ID_SERIAL');
    const rotational = tryReadTrimmed(this.#context.paths.sys(`block/${device}/queue/rotational`)) === '1';
    const place = [property('ID_PATH'), property('ID_WWN'), property('ID_MODEL')];
    sink.add(
      INFO,
      1,
      device,
      stats.major,
      stats.minor,
      ...place,
      serial,
      property('ID_REVISION'),
      rotational ? '1' : '0',
    );
    for (let i = 0; i < counters.length; i++) {
      const { metric, scale } = COUNTERS[i]!;
      sink.add(metric, counters[i]! * scale, device);
    }
    const type = property('ID_FS_TYPE');
    if (type !== '') {
      const more = [property('ID_FS_USAGE'), property('ID_FS_UUID'), property('ID_FS_VERSION')];
      sink.add(FILESYSTEM, 1, device, type, ...more);
    }
    const name = property('DM_NAME');
    if (name !== '') {
      const volume = [property('DM_VG_NAME'), property('DM_LV_NAME'), property('DM_LV_LAYER')];
      sink.add(DEVICE_MAPPER, 1, device, name, property('DM_UUID'), ...volume);
    }
    if (property('ID_ATA') === '') return;
    for (const [key, metric] of ATA) {
      const value = Number(udev.get(key) ?? Number.NaN);
      if (!Number.isNaN(value)) sink.add(metric, value, device);
    }
  }

  #udevProperties({ major, minor, device }: DiskStats): ReadonlyMap<string, string> {
    try {
      return parseUdevProperties(readText(this.#context.paths.udev(`b${major}:${minor}`)));
    } catch (error) {
      if (!isSystemError(error)) throw error;
      this.#context.log.debug('no udev properties', { device, err: error });
      return NO_PROPERTIES;
    }
  }
}

const NO_PROPERTIES: ReadonlyMap<string, string> = new Map();

function disk(name: string, help: string): MetricDescription {
  return counter(`node_disk_${name}`, help, DEVICE);
}
