// Replicated block devices from /proc/drbd: words of `key:value`, a device number alone starts a device.
import { type CollectorDefinition, NoData } from '../collector.ts';
import { fields, isDigits, isMissing, malformed, parseNumber, readText } from '../files.ts';
import { counter, gauge, type MetricDescription } from '../metric.ts';

const DEVICE = ['device'];
const KIBIBYTE = 1024;

const NUMBERS = new Map<string, { readonly metric: MetricDescription; readonly scale: number }>([
  ['ns', { metric: total('network_sent_bytes_total', 'Bytes sent to the peer.'), scale: KIBIBYTE }],
  ['nr', { metric: total('network_received_bytes_total', 'Volume received from the peer.'), scale: 1 }],
  ['dw', { metric: total('disk_written_bytes_total', 'Bytes written to the local disk.'), scale: KIBIBYTE }],
  ['dr', { metric: total('disk_read_bytes_total', 'Bytes read from the local disk.'), scale: KIBIBYTE }],
  ['al', { metric: total('activitylog_writes_total', 'Updates of the activity log.'), scale: 1 }],
  ['bm', { metric: total('bitmap_writes_total', 'Updates of the bitmap.'), scale: 1 }],
  ['lo', { metric: now('local_pending', 'Requests open at the local disk.'), scale: 1 }],
  ['pe', { metric: now('remote_pending', 'Requests sent to the peer and not answered.'), scale: 1 }],
  [
    'ua',
    { metric: now('remote_unacknowledged', 'Requests of the peer that are not acknowledged.'), scale: 1 },
  ],
  ['ap', { metric: now('application_pending', 'Requests of applications that are not answered.'), scale: 1 }],
  ['ep', { metric: now('epochs', 'Epochs under way.'), scale: 1 }],
  ['oos', { metric: now('out_of_sync_bytes', 'Bytes that differ from the peer.'), scale: KIBIBYTE }],
]);

const STATES = new Map([
  [
    'ro',
    {
      good: 'Primary',
      metric: gauge('node_drbd_node_role_is_primary', 'Whether the node is primary.', ['device', 'node']),
    },
  ],
  [
    'ds',
    {
      good: 'UpToDate',
      metric: gauge('node_drbd_disk_state_is_up_to_date', 'Whether the disk of the node is up to date.', [
        'device',
        'node',
      ]),
    },
  ],
]);

const CONNECTED = gauge('node_drbd_connected', 'Whether the peer is connected.', DEVICE);

export const drbd: CollectorDefinition = {
  name: 'drbd',
  enabledByDefault: false,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      let device = 'unknown';
      for (const word of words(paths.proc('drbd'))) {
        const [key, value, more] = word.split(':');
        if (value === undefined || more !== undefined) continue;
        const number = NUMBERS.get(key!);
        const state = STATES.get(key!);
        if (value === '' && isDigits(key!)) {
          device = `drbd${Number(key)}`;
        } else if (number !== undefined) {
          sink.add(number.metric, parseNumber(value, '/proc/drbd') * number.scale, device);
        } else if (state !== undefined) {
          const [local, remote] = value.split('/');
          if (remote === undefined) throw malformed('/proc/drbd', word);
          sink.add(state.metric, local === state.good ? 1 : 0, device, 'local');
          sink.add(state.metric, remote === state.good ? 1 : 0, device, 'remote');
        } else if (key === 'cs') {
          sink.add(CONNECTED, value === 'Connected' ? 1 : 0, device);
        }
      }
    },
  }),
};

function words(path: string): string[] {
  try {
    return fields(readText(path));
  } catch (error) {
    if (isMissing(error)) throw new NoData('drbd is not loaded');
    throw error;
  }
}

function total(name: string, help: string): MetricDescription {
  return counter(`node_drbd_${name}`, help, DEVICE);
}

function now(name: string, help: string): MetricDescription {
  return gauge(`node_drbd_${name}`, help, DEVICE);
}
