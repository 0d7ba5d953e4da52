// What each NFS mount does, from /proc/self/mountstats.
import type { CollectorDefinition } from '../collector.ts';
import { readText } from '../files.ts';
import { counter, gauge, type MetricDescription } from '../metric.ts';
import type { MetricSink } from '../metric-sink.ts';
import { parseMountinfo } from '../proc/mountinfo.ts';
import { type NfsMount, parseMountstats } from '../proc/mountstats.ts';

const MOUNT = ['export', 'protocol', 'mountaddr'];
const OPERATION = [...MOUNT, 'operation'];
const TRANSPORT = [...MOUNT, 'transport'];

const MOUNTPOINT = gauge('node_mountstats_nfs_mountpoint_info', 'Where the export is mounted.', [
  ...MOUNT,
  'mountpoint',
]);
const AGE = counter('node_mountstats_nfs_age_seconds_total', 'Time since the export was mounted.', MOUNT);

/** In the order of the `bytes:` line. */
const BYTES =
  'read_bytes write_bytes direct_read_bytes direct_write_bytes total_read_bytes total_write_bytes read_pages write_pages'
    .split(' ')
    .map((name) => nfsCounter(name, `Counter ${name} of the mount.`, MOUNT));

/** In the order of the `events:` line; one of them is no longer counted by kernels. */
const EVENTS =
  'inode_revalidate dnode_revalidate data_invalidate attribute_invalidate vfs_open vfs_lookup vfs_access vfs_update_page vfs_read_page vfs_read_pages vfs_write_page vfs_write_pages vfs_getdents vfs_setattr vfs_flush vfs_fsync vfs_lock vfs_file_release - truncation write_extension silly_rename short_read short_write jukebox_delay pnfs_read pnfs_write'
    .split(' ')
    .map((name) =>
      name === '-' ? undefined : nfsCounter(`event_${name}`, `Event ${name} of the mount.`, MOUNT),
    );

/** Numbers of a transport after its port, as TCP has them. */
const TRANSPORTS: readonly (readonly [index: number, metric: MetricDescription])[] = [
  [0, nfsCounter('transport_bind', 'Ports taken.', TRANSPORT)],
  [1, nfsCounter('transport_connect', 'Connections made.', TRANSPORT)],
  [3, gauge('node_mountstats_nfs_transport_idle_time_seconds', 'Time without a request.', TRANSPORT)],
  [4, nfsCounter('transport_sends', 'Requests sent.', TRANSPORT)],
  [5, nfsCounter('transport_receives', 'Answers received.', TRANSPORT)],
  [6, nfsCounter('transport_bad_transaction_ids', 'Answers to no request.', TRANSPORT)],
  [8, nfsCounter('transport_backlog_queue', 'Requests in the backlog, added up at each request.', TRANSPORT)],
  [9, gauge('node_mountstats_nfs_transport_maximum_rpc_slots', 'Most requests at once.', TRANSPORT)],
  [10, nfsCounter('transport_sending_queue', 'Requests that wait to be sent, added up.', TRANSPORT)],
  [11, nfsCounter('transport_pending_queue', 'Requests that wait for an answer, added up.', TRANSPORT)],
];

/** In the order of an operation's line. */
const OPERATIONS: readonly MetricDescription[] = [
  nfsCounter('operations_requests', 'Requests.', OPERATION),
  nfsCounter('operations_transmissions', 'Requests as they were sent, again and again.', OPERATION),
  nfsCounter('operations_major_timeouts', 'Requests without an answer in time.', OPERATION),
  nfsCounter('operations_sent_bytes', 'Bytes sent.', OPERATION),
  nfsCounter('operations_received_bytes', 'Bytes received.', OPERATION),
  nfsCounter('operations_queue_time_seconds', 'Time in the queue.', OPERATION),
  nfsCounter('operations_response_time_seconds', 'Time until the answer.', OPERATION),
  nfsCounter('operations_request_time_seconds', 'Time from start to end.', OPERATION),
];

export const mountstats: CollectorDefinition = {
  name: 'mountstats',
  enabledByDefault: false,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      const mounts = parseMountstats(readText(paths.proc('self/mountstats')));
      const infos = parseMountinfo(readText(paths.proc('self/mountinfo')));
      const seenMounts = new Set<string>();
      const seenDevices = new Set<string>();
      mounts.forEach((mount, i) => {
        if (mount === undefined) return;
        // Both files list the mounts in the same order.
        const address = infos[i]?.superOptions.find((option) => option.startsWith('addr='))?.slice(5) ?? '';
        for (const { protocol } of mount.transports) {
          const labels = [mount.device, protocol, address];
          const place = [...labels, mount.mountPoint].join('\0');
          if (!seenMounts.has(place)) sink.add(MOUNTPOINT, 1, ...labels, mount.mountPoint);
          seenMounts.add(place);
          const device = labels.join('\0');
          if (seenDevices.has(device)) break;
          seenDevices.add(device);
          addMount(sink, mount, labels);
        }
      });
    },
  }),
};

function addMount(sink: MetricSink, mount: NfsMount, labels: readonly string[]): void {
  sink.add(AGE, mount.ageSeconds, ...labels);
  for (const [i, metric] of BYTES.entries()) sink.add(metric, mount.bytes[i] ?? 0, ...labels);
  for (const [i, metric] of EVENTS.entries()) {
    if (metric !== undefined) sink.add(metric, mount.events[i] ?? 0, ...labels);
  }
  for (const [number, { values }] of mount.transports.entries()) {
    for (const [i, metric] of TRANSPORTS) sink.add(metric, values[i] ?? 0, ...labels, String(number));
  }
  for (const { operation, values } of mount.operations) {
    for (const [i, metric] of OPERATIONS.entries()) sink.add(metric, values[i]!, ...labels, operation);
  }
}

function nfsCounter(name: string, help: string, labels: readonly string[]): MetricDescription {
  return counter(`node_mountstats_nfs_${name}_total`, help, labels);
}
