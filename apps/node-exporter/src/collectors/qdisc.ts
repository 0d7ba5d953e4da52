// Queueing disciplines at the root of network interfaces.
import type { Collector, CollectorContext, CollectorDefinition } from '../collector.ts';
import { type DeviceFilter, filterFromFlags } from '../device-filter.ts';
import { readText } from '../files.ts';
import { listQdiscs, type Qdisc } from '../kernel/qdiscs.ts';
import { counter, gauge, type MetricDescription } from '../metric.ts';
import type { MetricSink } from '../metric-sink.ts';

const LABELS = ['device', 'kind'];

const METRICS: readonly (readonly [keyof Qdisc, MetricDescription])[] = [
  ['bytes', counter('node_qdisc_bytes_total', 'Bytes sent.', LABELS)],
  ['packets', counter('node_qdisc_packets_total', 'Packets sent.', LABELS)],
  ['drops', counter('node_qdisc_drops_total', 'Packets dropped.', LABELS)],
  ['requeues', counter('node_qdisc_requeues_total', 'Packets put back into the queue.', LABELS)],
  ['overlimits', counter('node_qdisc_overlimits_total', 'How often a limit was passed.', LABELS)],
  ['queueLength', gauge('node_qdisc_current_queue_length', 'Packets in the queue.', LABELS)],
  ['backlog', gauge('node_qdisc_backlog', 'Bytes in the queue.', LABELS)],
];

export const qdisc: CollectorDefinition = {
  name: 'qdisc',
  enabledByDefault: false,
  platforms: ['linux'],
  flags: [
    {
      name: 'collector.qdisc.fixtures',
      kind: 'string',
      help: 'Folder with a results.json to use instead of asking the kernel, for tests.',
    },
    {
      name: 'collector.qdisc.device-include',
      kind: 'string',
      help: 'Expression for the only interfaces to show; excludes device-exclude.',
    },
    {
      name: 'collector.qdisk.device-include',
      kind: 'string',
      hidden: true,
      help: 'Old name of device-include.',
    },
    {
      name: 'collector.qdisc.device-exclude',
      kind: 'string',
      help: 'Expression for interfaces to leave out; excludes device-include.',
    },
    {
      name: 'collector.qdisk.device-exclude',
      kind: 'string',
      hidden: true,
      help: 'Old name of device-exclude.',
    },
  ],
  create: (context) => new QdiscCollector(context),
};

class QdiscCollector implements Collector {
  readonly #fixtures: string;
  readonly #filter: DeviceFilter;

  constructor(context: CollectorContext) {
    this.#fixtures = context.flags.string('collector.qdisc.fixtures');
    this.#filter = filterFromFlags(context, {
      exclude: 'collector.qdisc.device-exclude',
      include: 'collector.qdisc.device-include',
      oldExclude: 'collector.qdisk.device-exclude',
      oldInclude: 'collector.qdisk.device-include',
    });
  }

  update(sink: MetricSink): void {
    const found = this.#fixtures === '' ? listQdiscs() : readFixture(`${this.#fixtures}/results.json`);
    for (const each of found) {
      if (each.parent !== 0 || this.#filter.ignored(each.device)) continue;
      for (const [field, metric] of METRICS) sink.add(metric, each[field] as number, each.device, each.kind);
    }
  }
}

/** The form of upstream's fixtures. */
function readFixture(path: string): Qdisc[] {
  const rows = JSON.parse(readText(path)) as Record<string, string | number | undefined>[];
  return rows.map((row) => {
    const number = (key: string): number => Number(row[key] ?? 0);
    return {
      device: String(row['IfaceName']),
      kind: String(row['Kind']),
      parent: number('Parent'),
      bytes: number('Bytes'),
      packets: number('Packets'),
      drops: number('Drops'),
      requeues: number('Requeues'),
      overlimits: number('Overlimits'),
      queueLength: number('Qlen'),
      backlog: number('Backlog'),
    };
  });
}
