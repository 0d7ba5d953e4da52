// Memory of the host from /proc/meminfo.
import type { CollectorDefinition } from '../collector.ts';
import { readText } from '../files.ts';
import { gauge, type MetricDescription } from '../metric.ts';
import { parseMeminfo } from '../proc/meminfo.ts';

/** The fields that are served; newer kernels have more, which upstream leaves out. */
const FIELDS =
  'Active Active(anon) Active(file) AnonHugePages AnonPages Bounce Buffers Cached CmaFree CmaTotal CommitLimit ' +
  'Committed_AS DirectMap1G DirectMap2M DirectMap4k Dirty HardwareCorrupted Hugepagesize Inactive ' +
  'Inactive(anon) Inactive(file) KernelStack Mapped MemAvailable MemFree MemTotal Mlocked NFS_Unstable ' +
  'PageTables Percpu SReclaimable SUnreclaim Shmem ShmemHugePages ShmemPmdMapped Slab SwapCached SwapFree ' +
  'SwapTotal Unevictable VmallocChunk VmallocTotal VmallocUsed Writeback WritebackTmp Zswap Zswapped';
const COUNTS = 'HugePages_Free HugePages_Rsvd HugePages_Surp HugePages_Total';

const METRICS = new Map<string, MetricDescription>([
  ...FIELDS.split(' ').map((field) => [field, memory(`${metricField(field)}_bytes`, field)] as const),
  ...COUNTS.split(' ').map((field) => [field, memory(field, field)] as const),
]);

export const meminfo: CollectorDefinition = {
  name: 'meminfo',
  enabledByDefault: true,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      parseMeminfo(readText(paths.proc('meminfo')), (name, value) => {
        const metric = METRICS.get(name);
        if (metric !== undefined) sink.add(metric, value);
      });
    },
  }),
};

function memory(name: string, field: string): MetricDescription {
  return gauge(`node_memory_${name}`, `Field ${field} of /proc/meminfo.`);
}

/** `Active(anon)` as a part of a metric name. */
function metricField(field: string): string {
  return field.replace('(', '_').replace(')', '');
}
