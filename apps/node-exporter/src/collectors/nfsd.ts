// What this host does as a server of NFS, from /proc/net/rpc/nfsd.
import { type CollectorDefinition, NoData } from '../collector.ts';
import { isMissing, readText } from '../files.ts';
import { counter, gauge, type MetricDescription } from '../metric.ts';
import { parseRpcStats, SERVER_VERSION_4, VERSION_2, VERSION_3 } from '../proc/nfs.ts';

const REQUESTS = counter('node_nfsd_requests_total', 'Calls of each procedure.', ['proto', 'method']);

/** Where each number is: the key of its line and its place there; a label value where there is one. */
const NUMBERS: readonly (readonly [
  metric: MetricDescription,
  key: string,
  index: number,
  ...labels: string[],
])[] = [
  [counter('node_nfsd_reply_cache_hits_total', 'Calls answered again from the cache.'), 'rc', 0],
  [counter('node_nfsd_reply_cache_misses_total', 'Calls that had to be put into the cache.'), 'rc', 1],
  [counter('node_nfsd_reply_cache_nocache_total', 'Calls that need no cache.'), 'rc', 2],
  [counter('node_nfsd_file_handles_stale_total', 'File handles that had become stale.'), 'fh', 0],
  [counter('node_nfsd_disk_bytes_read_total', 'Bytes read for clients.'), 'io', 0],
  [counter('node_nfsd_disk_bytes_written_total', 'Bytes written for clients.'), 'io', 1],
  [gauge('node_nfsd_server_threads', 'Threads of the server.'), 'th', 0],
  [gauge('node_nfsd_read_ahead_cache_size_blocks', 'Size of the cache for reading ahead.'), 'ra', 0],
  [
    counter('node_nfsd_read_ahead_cache_not_found_total', 'Look-ups that the cache did not satisfy.'),
    'ra',
    11,
  ],
  [packets(), 'net', 1, 'udp'],
  [packets(), 'net', 2, 'tcp'],
  [counter('node_nfsd_connections_total', 'Connections taken over TCP.'), 'net', 3],
  [errors(), 'rpc', 2, 'fmt'],
  [errors(), 'rpc', 3, 'auth'],
  [errors(), 'rpc', 4, 'cInt'],
  [counter('node_nfsd_server_rpcs_total', 'Remote procedure calls.'), 'rpc', 0],
];

export const nfsd: CollectorDefinition = {
  name: 'nfsd',
  enabledByDefault: true,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      const stats = parseRpcStats(readStats(paths.proc('net/rpc/nfsd')), '/proc/net/rpc/nfsd');
      const at = (key: string, index: number): number => stats.get(key)?.[index] ?? 0;
      for (const [metric, key, index, ...labels] of NUMBERS) sink.add(metric, at(key, index), ...labels);
      // The null procedure is left out, as upstream does for the server.
      for (const [i, method] of VERSION_2.entries())
        if (i > 0) sink.add(REQUESTS, at('proc2', i + 1), '2', method);
      for (const [i, method] of VERSION_3.entries())
        if (i > 0) sink.add(REQUESTS, at('proc3', i + 1), '3', method);
      for (const [i, method] of SERVER_VERSION_4.entries()) {
        if (method !== '') sink.add(REQUESTS, at('proc4ops', i + 1), '4', method);
      }
      sink.add(REQUESTS, at('wdeleg_getattr', 0), '4', 'WdelegGetattr');
    },
  }),
};

function packets(): MetricDescription {
  return counter('node_nfsd_packets_total', 'Packets sent and received.', ['proto']);
}

function errors(): MetricDescription {
  return counter('node_nfsd_rpc_errors_total', 'Calls that were refused.', ['error']);
}

function readStats(path: string): string {
  try {
    return readText(path);
  } catch (error) {
    if (isMissing(error)) throw new NoData('no NFS server in this kernel');
    throw error;
  }
}
