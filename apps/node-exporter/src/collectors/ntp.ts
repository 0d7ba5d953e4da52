// What the local NTP server says of the time.
import { isIP } from 'node:net';
import { CodedError } from '@prometheus-ts/model';
import type { CollectorDefinition } from '../collector.ts';
import type { FlagValues } from '../flags.ts';
import { gauge } from '../metric.ts';
import { causalityError, clockOffset, isUsable, type NtpAnswer, queryNtp, roundTrip } from '../ntp-query.ts';

const STRATUM = gauge('node_ntp_stratum', 'Distance of the server from a reference clock.');
const LEAP = gauge('node_ntp_leap', 'Leap second: 0 none, 1 one more, 2 one less, 3 not in step.');
const RTT = gauge('node_ntp_rtt_seconds', 'Time that question and answer took.');
const OFFSET = gauge('node_ntp_offset_seconds', 'How far our clock is behind the server.');
const REFERENCE = gauge(
  'node_ntp_reference_timestamp_seconds',
  'When the server was set, in seconds since the epoch.',
);
const ROOT_DELAY = gauge('node_ntp_root_delay_seconds', 'Delay from the server to the reference clock.');
const ROOT_DISPERSION = gauge(
  'node_ntp_root_dispersion_seconds',
  'Error of the server against the reference clock.',
);
const SANITY = gauge('node_ntp_sanity', 'Whether the server looks sane.');

const DAY_SECONDS = 86_400;
const QUERY_TIMEOUT_MS = 1000;

export const ntp: CollectorDefinition = {
  name: 'ntp',
  enabledByDefault: false,
  platforms: ['linux', 'darwin'],
  flags: [
    { name: 'collector.ntp.server', kind: 'string', default: '127.0.0.1', help: 'The NTP server to ask.' },
    { name: 'collector.ntp.server-port', kind: 'int', default: '123', help: 'Port of the NTP server.' },
    { name: 'collector.ntp.protocol-version', kind: 'int', default: '4', help: 'Version of the protocol.' },
    {
      name: 'collector.ntp.server-is-local',
      kind: 'bool',
      help: 'Confirm that the server is not a public one, so that it need not be a loopback address.',
    },
    { name: 'collector.ntp.ip-ttl', kind: 'int', default: '1', help: 'How many hops a question may take.' },
    {
      name: 'collector.ntp.max-distance',
      kind: 'goDuration',
      default: '3.46608s',
      help: 'Distance to the reference clock that is still sane.',
    },
    {
      name: 'collector.ntp.local-offset-tolerance',
      kind: 'goDuration',
      default: '1ms',
      help: 'Difference of the clocks that is still sane.',
    },
  ],
  create({ flags, log }) {
    const options = {
      server: flags.string('collector.ntp.server'),
      port: flags.int('collector.ntp.server-port'),
      version: flags.int('collector.ntp.protocol-version'),
      ttl: flags.int('collector.ntp.ip-ttl'),
      timeoutMs: QUERY_TIMEOUT_MS,
    };
    checkFlags(flags);
    log.warn('This collector is deprecated and will be removed in the next major version release.');
    /** The midnight at which a leap second was announced, in seconds. */
    let leapMidnight = 0;
    return {
      async update(sink) {
        const answer = await queryNtp(options);
        sink.add(STRATUM, answer.stratum);
        sink.add(LEAP, answer.leap);
        sink.add(RTT, roundTrip(answer));
        sink.add(OFFSET, clockOffset(answer));
        sink.add(REFERENCE, Math.max(0, answer.referenceTime));
        sink.add(ROOT_DELAY, answer.rootDelay);
        sink.add(ROOT_DISPERSION, answer.rootDispersion);
        const time = answer.transmitted;
        if (answer.leap === 1 || answer.leap === 2)
          leapMidnight = (Math.floor(time / DAY_SECONDS) + 1) * DAY_SECONDS;
        // Around a leap second the clocks may well differ by one.
        const isNearLeap = time > leapMidnight - DAY_SECONDS && time < leapMidnight + DAY_SECONDS;
        sink.add(SANITY, isSane(answer, flags, isNearLeap ? 1 : 0) ? 1 : 0);
      },
    };
  },
};

function isSane(answer: NtpAnswer, flags: FlagValues, leapSeconds: number): boolean {
  const distance = (roundTrip(answer) + answer.rootDelay) / 2 + answer.rootDispersion;
  const tolerance = flags.durationMs('collector.ntp.local-offset-tolerance') / 1000 + leapSeconds;
  const isNear = distance <= flags.durationMs('collector.ntp.max-distance') / 1000;
  return isUsable(answer) && isNear && causalityError(answer) <= tolerance;
}

function checkFlags(flags: FlagValues): void {
  const server = flags.string('collector.ntp.server');
  const isLoopback = isIP(server) !== 0 && (server.startsWith('127.') || server === '::1');
  const refuse = (message: string): never => {
    throw new CodedError('bad_flag', message);
  };
  if (!flags.bool('collector.ntp.server-is-local') && !isLoopback) {
    refuse('only IP address of local NTP server is valid for --collector.ntp.server');
  }
  const version = flags.int('collector.ntp.protocol-version');
  if (version < 2 || version > 4) refuse(`invalid NTP protocol version ${version}; must be 2, 3, or 4`);
  if (flags.durationMs('collector.ntp.local-offset-tolerance') < 0)
    refuse('offset tolerance must be non-negative');
  const port = flags.int('collector.ntp.server-port');
  if (port < 1 || port > 65_535)
    refuse(`invalid NTP port number ${port}; must be between 1 and 65535 inclusive`);
}
