// Counters of mounted XFS file systems, from /sys/fs/xfs/<device>/stats/stats.
import type { CollectorDefinition } from '../collector.ts';
import { fields, isMissing, lines, malformed, parseUint, readText, tryListFolder } from '../files.ts';
import { counter, type MetricDescription } from '../metric.ts';

/** For each line of the file, what its numbers are, in their order. */
const LINES = new Map<string, readonly MetricDescription[]>([
  row('extent_alloc', 'extent_allocation', 'extents_allocated blocks_allocated extents_freed blocks_freed'),
  row('abt', 'allocation_btree', 'lookups compares records_inserted records_deleted'),
  row(
    'blk_map',
    'block_mapping',
    'reads writes unmaps extent_list_insertions extent_list_deletions extent_list_lookups extent_list_compares',
  ),
  row('bmbt', 'block_map_btree', 'lookups compares records_inserted records_deleted'),
  row('dir', 'directory_operation', 'lookup create remove getdents'),
  row('ig', 'inode_operation', 'attempts found recycled missed duplicates reclaims attribute_changes'),
  row('rw', '', 'write_calls read_calls'),
  row('vnodes', 'vnode', 'active allocate get hold release reclaim remove'),
]);

export const xfs: CollectorDefinition = {
  name: 'xfs',
  enabledByDefault: true,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      const root = paths.sys('fs/xfs');
      for (const device of tryListFolder(root)) {
        const text = readStats(`${root}/${device}/stats/stats`);
        for (const line of lines(text ?? '')) {
          const [name, ...values] = fields(line);
          const metrics = LINES.get(name ?? '');
          if (metrics === undefined) continue;
          if (values.length < metrics.length) throw malformed(`${device}/stats`, line);
          for (const [i, metric] of metrics.entries()) {
            sink.add(metric, parseUint(values[i]!, `${device}/stats`), device);
          }
        }
      }
    },
  }),
};

function row(line: string, prefix: string, names: string): [string, MetricDescription[]] {
  const metrics = names.split(' ').map((name) => {
    const full = prefix === '' ? name : `${prefix}_${name}`;
    return counter(`node_xfs_${full}_total`, `Counter ${full} of the file system.`, ['device']);
  });
  return [line, metrics];
}

/** undefined for entries that are no file systems. */
function readStats(path: string): string | undefined {
  try {
    return readText(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
