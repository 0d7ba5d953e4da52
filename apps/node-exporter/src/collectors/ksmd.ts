// Merging of equal memory pages, from /sys/kernel/mm/ksm.
import type { CollectorDefinition } from '../collector.ts';
import { isMissing, readUint } from '../files.ts';
import { counter, gauge, type MetricDescription } from '../metric.ts';

const FILES: readonly (readonly [file: string, metric: MetricDescription, divisor: number])[] = [
  ['full_scans', counter('node_ksmd_full_scans_total', 'How often all of the memory was looked through.'), 1],
  ['general_profit', gauge('node_ksmd_general_profit_bytes', 'Memory that merging saves.'), 1],
  [
    'merge_across_nodes',
    gauge('node_ksmd_merge_across_nodes', 'Whether pages of different NUMA nodes merge.'),
    1,
  ],
  ['pages_shared', gauge('node_ksmd_pages_shared', 'Pages that stand for several.'), 1],
  ['pages_sharing', gauge('node_ksmd_pages_sharing', 'Pages that were merged into a shared one.'), 1],
  ['pages_to_scan', gauge('node_ksmd_pages_to_scan', 'Pages to look at before each pause.'), 1],
  ['pages_unshared', gauge('node_ksmd_pages_unshared', 'Pages that have no equal.'), 1],
  ['pages_volatile', gauge('node_ksmd_pages_volatile', 'Pages that change too fast to merge.'), 1],
  ['run', gauge('node_ksmd_run', 'State of the daemon: 0 stopped, 1 running, 2 unmerging.'), 1],
  ['sleep_millisecs', gauge('node_ksmd_sleep_seconds', 'Pause between two looks.'), 1000],
];

export const ksmd: CollectorDefinition = {
  name: 'ksmd',
  enabledByDefault: false,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      for (const [file, metric, divisor] of FILES) {
        try {
          sink.add(metric, readUint(paths.sys(`kernel/mm/ksm/${file}`)) / divisor);
        } catch (error) {
          if (!isMissing(error)) throw error;
        }
      }
    },
  }),
};
