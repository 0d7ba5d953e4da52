// The kernel's load balancer, from /proc/net/ip_vs and ip_vs_stats.
import { CodedError } from '@prometheus-ts/model';
import { type CollectorDefinition, NoData } from '../collector.ts';
import { isMissing, readText } from '../files.ts';
import { counter, gauge } from '../metric.ts';
import { type IpvsBackend, parseIpvsBackends, parseIpvsTotals } from '../proc/ipvs.ts';

/** In the order of the totals in the file. */
const TOTALS = [
  counter('node_ipvs_connections_total', 'Connections made.'),
  counter('node_ipvs_incoming_packets_total', 'Packets that came in.'),
  counter('node_ipvs_outgoing_packets_total', 'Packets that went out.'),
  counter('node_ipvs_incoming_bytes_total', 'Bytes that came in.'),
  counter('node_ipvs_outgoing_bytes_total', 'Bytes that went out.'),
];

/** Labels of a backend and where their values are. */
const LABELS: Readonly<Record<string, (backend: IpvsBackend) => string>> = {
  local_address: (backend) => backend.localAddress,
  local_port: (backend) => String(backend.localPort),
  remote_address: (backend) => backend.remoteAddress,
  remote_port: (backend) => String(backend.remotePort),
  proto: (backend) => backend.protocol,
  local_mark: (backend) => backend.localMark,
};

export const ipvs: CollectorDefinition = {
  name: 'ipvs',
  enabledByDefault: true,
  platforms: ['linux'],
  flags: [
    {
      name: 'collector.ipvs.backend-labels',
      kind: 'string',
      default: Object.keys(LABELS).join(','),
      help: 'Labels of backends, separated by commas; backends that look alike then are added up.',
    },
  ],
  create({ paths, flags }) {
    const labels = chosenLabels(flags.string('collector.ipvs.backend-labels'));
    const active = gauge('node_ipvs_backend_connections_active', 'Connections in use.', labels);
    const inactive = gauge('node_ipvs_backend_connections_inactive', 'Connections that are closing.', labels);
    const weight = gauge('node_ipvs_backend_weight', 'Share of new connections.', labels);
    return {
      update(sink) {
        const totals = parseIpvsTotals(readStats(paths.proc('net/ip_vs_stats')));
        for (const [i, metric] of TOTALS.entries()) sink.add(metric, totals[i]!);
        const groups = new Map<
          string,
          { values: string[]; active: number; inactive: number; weight: number }
        >();
        for (const backend of parseIpvsBackends(readText(paths.proc('net/ip_vs')))) {
          const values = labels.map((label) => LABELS[label]!(backend));
          const key = values.join('\xff');
          const group = groups.get(key) ?? { values, active: 0, inactive: 0, weight: 0 };
          group.active += backend.active;
          group.inactive += backend.inactive;
          group.weight += backend.weight;
          groups.set(key, group);
        }
        for (const group of groups.values()) {
          sink.add(active, group.active, ...group.values);
          sink.add(inactive, group.inactive, ...group.values);
          sink.add(weight, group.weight, ...group.values);
        }
      },
    };
  },
};

function chosenLabels(text: string): string[] {
  const wanted = new Set(text.split(',').filter((label) => label !== ''));
  const labels = Object.keys(LABELS).filter((label) => wanted.delete(label));
  if (wanted.size > 0) {
    throw new CodedError(
      'bad_flag',
      `unknown IPVS backend labels: ${JSON.stringify([...wanted].sort().join(', '))}`,
      {
        hint: `--collector.ipvs.backend-labels takes ${Object.keys(LABELS).join(', ')}`,
      },
    );
  }
  return labels;
}

function readStats(path: string): string {
  try {
    return readText(path);
  } catch (error) {
    if (isMissing(error)) throw new NoData('the load balancer is not loaded');
    throw error;
  }
}
