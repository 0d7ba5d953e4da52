// Block caches, from /sys/fs/bcache.
import type { CollectorDefinition } from '../collector.ts';
import { lines, readText, tryListFolder, tryReadTrimmed } from '../files.ts';
import { counter, gauge, type MetricDescription } from '../metric.ts';
import type { MetricSink } from '../metric-sink.ts';
import { parseHumanSize } from '../sys/human-size.ts';

const SET = ['uuid'];
const BACKING = ['uuid', 'backing_device'];
const CACHE = ['uuid', 'cache_device'];

/** Files of the set, and of its devices. `scale` turns the kernel's unit into ours. */
type Files = readonly (readonly [file: string, metric: MetricDescription, scale?: number])[];

const SET_FILES: Files = [
  ['average_key_size', gauge('node_bcache_average_key_size_sectors', 'Mean of data for a key.', SET)],
  ['btree_cache_size', gauge('node_bcache_btree_cache_size_bytes', "Memory of the tree's cache.", SET)],
  [
    'cache_available_percent',
    gauge('node_bcache_cache_available_percent', 'Part of the cache that is clean.', SET),
  ],
  ['congested', gauge('node_bcache_congested', 'How congested the cache is.', SET)],
  ['root_usage_percent', gauge('node_bcache_root_usage_percent', 'Part of the root node in use.', SET)],
  ['tree_depth', gauge('node_bcache_tree_depth', 'Depth of the tree.', SET)],
  [
    'internal/active_journal_entries',
    gauge('node_bcache_active_journal_entries', 'Journal entries newer than the index.', SET),
  ],
  ['internal/btree_nodes', gauge('node_bcache_btree_nodes', 'Nodes of the tree.', SET)],
  [
    'internal/btree_read_average_duration_us',
    gauge('node_bcache_btree_read_average_duration_seconds', 'Mean time of a read in the tree.', SET),
    1e-9,
  ],
  [
    'internal/cache_read_races',
    counter('node_bcache_cache_read_races_total', 'Reads whose data was replaced meanwhile.', SET),
  ],
];

const BACKING_FILES: Files = [
  ['dirty_data', gauge('node_bcache_dirty_data_bytes', 'Data that waits to be written back.', BACKING)],
  ['stats_total/bypassed', counter('node_bcache_bypassed_bytes_total', 'I/O around the cache.', BACKING)],
  ['stats_total/cache_hits', counter('node_bcache_cache_hits_total', 'Requests that hit.', BACKING)],
  ['stats_total/cache_misses', counter('node_bcache_cache_misses_total', 'Requests that missed.', BACKING)],
  [
    'stats_total/cache_bypass_hits',
    counter(
      'node_bcache_cache_bypass_hits_total',
      'Requests meant to go around the cache that hit.',
      BACKING,
    ),
  ],
  [
    'stats_total/cache_bypass_misses',
    counter(
      'node_bcache_cache_bypass_misses_total',
      'Requests meant to go around the cache that missed.',
      BACKING,
    ),
  ],
  [
    'stats_total/cache_miss_collisions',
    counter(
      'node_bcache_cache_miss_collisions_total',
      'Misses whose data was in the cache by then.',
      BACKING,
    ),
  ],
];
const READAHEADS = counter('node_bcache_cache_readaheads_total', 'Reads ahead.', BACKING);

/** Lines of `writeback_rate_debug`. */
const WRITEBACK = new Map<string, MetricDescription>([
  ['rate', gauge('node_bcache_writeback_rate', 'Rate of writing back, in bytes a second.', BACKING)],
  ['target', gauge('node_bcache_dirty_target_bytes', 'How much data may wait.', BACKING)],
  [
    'proportional',
    gauge(
      'node_bcache_writeback_rate_proportional_term',
      "Part of the rate by the controller's proportion.",
      BACKING,
    ),
  ],
  [
    'integral',
    gauge(
      'node_bcache_writeback_rate_integral_term',
      "Part of the rate by the controller's integral.",
      BACKING,
    ),
  ],
  ['change', gauge('node_bcache_writeback_change', 'Last change of the rate.', BACKING)],
]);

const CACHE_FILES: Files = [
  ['io_errors', gauge('node_bcache_io_errors', 'Errors, those of long ago counted less.', CACHE)],
  ['metadata_written', counter('node_bcache_metadata_written_bytes_total', 'Metadata written.', CACHE)],
  ['written', counter('node_bcache_written_bytes_total', 'Data written to the cache.', CACHE)],
];
const UNUSED = gauge('node_bcache_priority_stats_unused_percent', 'Part of the cache without data.', CACHE);
const METADATA = gauge(
  'node_bcache_priority_stats_metadata_percent',
  'Part of the cache for metadata.',
  CACHE,
);

export const bcache: CollectorDefinition = {
  name: 'bcache',
  enabledByDefault: true,
  platforms: ['linux'],
  flags: [
    {
      name: 'collector.bcache.priorityStats',
      kind: 'bool',
      help: 'Show how the cache is used, which is costly to find out.',
    },
  ],
  create({ paths, flags }) {
    const withPriorities = flags.bool('collector.bcache.priorityStats');
    return {
      update(sink) {
        const root = paths.sys('fs/bcache');
        for (const uuid of tryListFolder(root)) {
          if (!uuid.includes('-')) continue;
          const folder = `${root}/${uuid}`;
          addFiles(sink, folder, SET_FILES, [uuid]);
          for (const device of tryListFolder(folder)) {
            if (/^bdev\d/.test(device)) addBacking(sink, `${folder}/${device}`, [uuid, device]);
            else if (/^cache\d/.test(device)) {
              addFiles(sink, `${folder}/${device}`, CACHE_FILES, [uuid, device]);
              if (withPriorities) addPriorities(sink, `${folder}/${device}`, [uuid, device]);
            }
          }
        }
      },
    };
  },
};

/** A file that this kernel does not have counts as 0, as upstream has it. */
function addFiles(sink: MetricSink, folder: string, files: Files, labels: readonly string[]): void {
  for (const [file, metric, scale] of files) {
    sink.add(
      metric,
      parseHumanSize(tryReadTrimmed(`${folder}/${file}`) ?? '0', file) * (scale ?? 1),
      ...labels,
    );
  }
}

function addBacking(sink: MetricSink, folder: string, labels: readonly string[]): void {
  addFiles(sink, folder, BACKING_FILES, labels);
  const readaheads = parseHumanSize(
    tryReadTrimmed(`${folder}/stats_total/cache_readaheads`) ?? '0',
    'readaheads',
  );
  if (readaheads !== 0) sink.add(READAHEADS, readaheads, ...labels);
  const values = new Map<string, number>();
  for (const line of lines(readText(`${folder}/writeback_rate_debug`))) {
    // rate:           1.1M/sec
    const [, name, value] = /^(\w+):\s+(\S+?)(?:\/sec)?$/.exec(line.trim()) ?? [];
    if (WRITEBACK.has(name ?? '')) values.set(name!, parseHumanSize(value!, 'writeback_rate_debug'));
  }
  for (const [name, metric] of WRITEBACK) sink.add(metric, values.get(name) ?? 0, ...labels);
}

function addPriorities(sink: MetricSink, folder: string, labels: readonly string[]): void {
  const text = readText(`${folder}/priority_stats`);
  const percent = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)%`, 'm').exec(text)?.[1] ?? 0);
  sink.add(UNUSED, percent('Unused'), ...labels);
  sink.add(METADATA, percent('Metadata'), ...labels);
}
