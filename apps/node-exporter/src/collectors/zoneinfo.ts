// Memory zones, from /proc/zoneinfo.
import type { CollectorDefinition } from '../collector.ts';
import { readText } from '../files.ts';
import { counter, gauge, MetricCache, type MetricDescription } from '../metric.ts';
import { parseZoneinfo } from '../proc/zoneinfo.ts';

const LABELS = ['node', 'zone'];

const GAUGES: readonly (readonly [field: string, name: string])[] = [
  ['nr_free_pages', 'nr_free_pages'],
  ['min', 'min_pages'],
  ['low', 'low_pages'],
  ['high', 'high_pages'],
  ['scanned', 'scanned_pages'],
  ['spanned', 'spanned_pages'],
  ['present', 'present_pages'],
  ['managed', 'managed_pages'],
  ['nr_active_anon', 'nr_active_anon_pages'],
  ['nr_inactive_anon', 'nr_inactive_anon_pages'],
  ['nr_isolated_anon', 'nr_isolated_anon_pages'],
  ['nr_anon_pages', 'nr_anon_pages'],
  ['nr_anon_transparent_hugepages', 'nr_anon_transparent_hugepages'],
  ['nr_active_file', 'nr_active_file_pages'],
  ['nr_inactive_file', 'nr_inactive_file_pages'],
  ['nr_isolated_file', 'nr_isolated_file_pages'],
  ['nr_file_pages', 'nr_file_pages'],
  ['nr_slab_reclaimable', 'nr_slab_reclaimable_pages'],
  ['nr_slab_unreclaimable', 'nr_slab_unreclaimable_pages'],
  ['nr_mlock_stack', 'nr_mlock_stack_pages'],
  ['nr_kernel_stack', 'nr_kernel_stacks'],
  ['nr_mapped', 'nr_mapped_pages'],
  ['nr_dirty', 'nr_dirty_pages'],
  ['nr_writeback', 'nr_writeback_pages'],
  ['nr_unevictable', 'nr_unevictable_pages'],
  ['nr_shmem', 'nr_shmem_pages'],
];
const COUNTERS: readonly string[] = [
  'nr_dirtied',
  'nr_written',
  'numa_hit',
  'numa_miss',
  'numa_foreign',
  'numa_interleave',
  'numa_local',
  'numa_other',
];

const METRICS = new Map<string, MetricDescription>([
  ...GAUGES.map(
    ([field, name]) =>
      [field, gauge(`node_zoneinfo_${name}`, `Field ${field} of the zone.`, LABELS)] as const,
  ),
  ...COUNTERS.map(
    (field) =>
      [field, counter(`node_zoneinfo_${field}_total`, `Field ${field} of the zone.`, LABELS)] as const,
  ),
]);

export const zoneinfo: CollectorDefinition = {
  name: 'zoneinfo',
  enabledByDefault: false,
  platforms: ['linux'],
  create({ paths }) {
    const protections = new MetricCache((index) =>
      gauge(`node_zoneinfo_protection_${index}`, `Pages kept from allocations of class ${index}.`, LABELS),
    );
    return {
      update(sink) {
        for (const { node, zone, values, protection } of parseZoneinfo(readText(paths.proc('zoneinfo')))) {
          for (const [field, value] of values) {
            const metric = METRICS.get(field);
            if (metric !== undefined) sink.add(metric, value, node, zone);
          }
          for (const [i, value] of protection.entries())
            sink.add(protections.get(String(i)), value, node, zone);
        }
      },
    };
  },
};
