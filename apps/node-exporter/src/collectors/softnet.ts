// What each processor did for the network, from /proc/net/softnet_stat.
import type { CollectorDefinition } from '../collector.ts';
import { fields, lines, malformed, readText } from '../files.ts';
import { counter, gauge } from '../metric.ts';

const CPU = ['cpu'];
const COLUMNS_MIN = 9;

/** Columns of the file; those that an older kernel lacks are 0. */
const COLUMNS = [
  [0, counter('node_softnet_processed_total', 'Packets handled.', CPU)],
  [1, counter('node_softnet_dropped_total', 'Packets dropped since the queue was full.', CPU)],
  [2, counter('node_softnet_times_squeezed_total', 'How often time ran out with packets left.', CPU)],
  [8, counter('node_softnet_cpu_collision_total', 'Collisions over a lock while sending.', CPU)],
  [
    9,
    counter(
      'node_softnet_received_rps_total',
      'How often another processor asked this one to take packets.',
      CPU,
    ),
  ],
  [10, counter('node_softnet_flow_limit_count_total', 'Packets dropped by the limit of a flow.', CPU)],
  [11, gauge('node_softnet_backlog_len', 'Packets in the queue.', CPU)],
] as const;
const INDEX_COLUMN = 12;

export const softnet: CollectorDefinition = {
  name: 'softnet',
  enabledByDefault: true,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      for (const [row, line] of lines(readText(paths.proc('net/softnet_stat'))).entries()) {
        const values = fields(line).map((field) => Number.parseInt(field, 16));
        if (values.length < COLUMNS_MIN || values.some(Number.isNaN)) throw malformed('softnet_stat', line);
        // Kernels that leave out processors which are off number their lines.
        const cpu = String(values[INDEX_COLUMN] ?? row);
        for (const [column, metric] of COLUMNS) sink.add(metric, values[column] ?? 0, cpu);
      }
    },
  }),
};
