// What this host does as a client of NFS, from /proc/net/rpc/nfs.
import { type CollectorDefinition, NoData } from '../collector.ts';
import { isMissing, readText } from '../files.ts';
import { counter } from '../metric.ts';
import { CLIENT_VERSION_4, parseRpcStats, VERSION_2, VERSION_3 } from '../proc/nfs.ts';

const PACKETS = counter('node_nfs_packets_total', 'Packets sent and received.', ['protocol']);
const CONNECTIONS = counter('node_nfs_connections_total', 'Connections made over TCP.');
const RPCS = counter('node_nfs_rpcs_total', 'Remote procedure calls.');
const RETRANSMISSIONS = counter('node_nfs_rpc_retransmissions_total', 'Calls sent again.');
const REFRESHES = counter('node_nfs_rpc_authentication_refreshes_total', 'Credentials renewed.');
const REQUESTS = counter('node_nfs_requests_total', 'Calls of each procedure.', ['proto', 'method']);

const VERSIONS = [
  ['proc2', '2', VERSION_2],
  ['proc3', '3', VERSION_3],
  ['proc4', '4', CLIENT_VERSION_4],
] as const;

export const nfs: CollectorDefinition = {
  name: 'nfs',
  enabledByDefault: true,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      const stats = parseRpcStats(readStats(paths.proc('net/rpc/nfs')), '/proc/net/rpc/nfs');
      const at = (key: string, index: number): number => stats.get(key)?.[index] ?? 0;
      sink.add(PACKETS, at('net', 1), 'udp');
      sink.add(PACKETS, at('net', 2), 'tcp');
      sink.add(CONNECTIONS, at('net', 3));
      sink.add(RPCS, at('rpc', 0));
      sink.add(RETRANSMISSIONS, at('rpc', 1));
      sink.add(REFRESHES, at('rpc', 2));
      for (const [key, version, methods] of VERSIONS) {
        for (const [i, method] of methods.entries()) sink.add(REQUESTS, at(key, i + 1), version, method);
      }
    },
  }),
};

function readStats(path: string): string {
  try {
    return readText(path);
  } catch (error) {
    if (isMissing(error)) throw new NoData('no NFS client in this kernel');
    throw error;
  }
}
