// Services that runit supervises, from the status files of their supervisors.
import { existsSync, readFileSync } from 'node:fs';
import type { CollectorDefinition } from '../collector.ts';
import { isSystemError, listFolder } from '../files.ts';
import { gauge } from '../metric.ts';

const LABELS = ['service', 'supervisor'];
const STATE = gauge('node_service_state', 'State of the service: 0 down, 1 up, 2 finishing.', LABELS);
const DESIRED = gauge('node_service_desired_state', 'State that the service should have.', LABELS);
const NORMAL = gauge('node_service_normal_state', 'State that the service has after boot.', LABELS);
const CHANGED = gauge(
  'node_service_state_last_change_timestamp_seconds',
  'When the state changed, in seconds since the epoch.',
  LABELS,
);

const STATUS_BYTES = 20;
/** TAI64 counts from 1970 on at 2^62, and was ten seconds ahead of UTC then. */
const TAI_EPOCH = 2n ** 62n + 10n;
const UP = 'u'.charCodeAt(0);

export const runit: CollectorDefinition = {
  name: 'runit',
  enabledByDefault: false,
  platforms: ['linux', 'darwin'],
  flags: [
    {
      name: 'collector.runit.servicedir',
      kind: 'string',
      default: '/etc/service',
      help: 'Folder of the services of runit.',
    },
  ],
  create({ flags, log }) {
    const root = flags.string('collector.runit.servicedir');
    log.warn('This collector is deprecated and will be removed in the next major version release.');
    return {
      update(sink) {
        for (const service of listFolder(root)) {
          const status = readStatus(`${root}/${service}/supervise/status`);
          if (status === undefined) continue;
          sink.add(STATE, status.state, service, 'runit');
          sink.add(DESIRED, status.wanted, service, 'runit');
          sink.add(CHANGED, status.changedSeconds, service, 'runit');
          sink.add(NORMAL, existsSync(`${root}/${service}/down`) ? 0 : 1, service, 'runit');
        }
      },
    };
  },
};

/** TAI64N of the change 12 bytes, pid 4, paused 1, wanted 1, terminating 1, state 1; undefined where unreadable. */
function readStatus(path: string): { state: number; wanted: number; changedSeconds: number } | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
  if (bytes.length < STATUS_BYTES) return undefined;
  return {
    state: bytes[19]!,
    wanted: bytes[17] === UP ? 1 : 0,
    changedSeconds: Number(bytes.readBigUInt64BE(0) - TAI_EPOCH),
  };
}
