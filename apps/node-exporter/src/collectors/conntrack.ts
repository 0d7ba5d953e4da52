// Connection tracking: entries, their limit and counters.
import { type CollectorDefinition, NoData } from '../collector.ts';
import { isMissing, readText, readUint } from '../files.ts';
import { gauge, type MetricDescription } from '../metric.ts';
import { parseNetStatFile } from '../proc/net-stat-file.ts';

const ENTRIES = gauge('node_nf_conntrack_entries', 'Connections that are tracked now.');
const LIMIT = gauge('node_nf_conntrack_entries_limit', 'Connections that can be tracked.');

/** Columns of /proc/net/stat/nf_conntrack that are served, summed over processors. */
const STATISTICS: readonly (readonly [string, MetricDescription])[] = [
  ['found', statistic('found', 'Look-ups that found an entry.')],
  ['invalid', statistic('invalid', 'Packets that cannot be tracked.')],
  ['ignore', statistic('ignore', 'Packets that belong to an entry already.')],
  ['insert', statistic('insert', 'Entries put into the table.')],
  [
    'insert_failed',
    statistic('insert_failed', 'Entries that could not be put in, mostly since they were there.'),
  ],
  ['drop', statistic('drop', 'Packets dropped since tracking failed.')],
  ['early_drop', statistic('early_drop', 'Entries dropped to make room.')],
  ['search_restart', statistic('search_restart', 'Look-ups begun anew since the table was resized.')],
];

export const conntrack: CollectorDefinition = {
  name: 'conntrack',
  enabledByDefault: true,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      try {
        sink.add(ENTRIES, readUint(paths.proc('sys/net/netfilter/nf_conntrack_count')));
        sink.add(LIMIT, readUint(paths.proc('sys/net/netfilter/nf_conntrack_max')));
        const file = paths.proc('net/stat/nf_conntrack');
        const columns = parseNetStatFile(readText(file), file);
        for (const [column, metric] of STATISTICS) {
          const values = columns.get(column) ?? [];
          sink.add(
            metric,
            values.reduce((sum, value) => sum + value, 0),
          );
        }
      } catch (error) {
        if (isMissing(error)) throw new NoData('connection tracking is not loaded');
        throw error;
      }
    },
  }),
};

function statistic(name: string, help: string): MetricDescription {
  return gauge(`node_nf_conntrack_stat_${name}`, help);
}
