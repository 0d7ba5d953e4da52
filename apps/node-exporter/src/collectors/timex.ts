// How the kernel steers its clock, from adjtimex(2).

import { getSystemErrorName } from 'node:util';
import { CodedError } from '@prometheus-ts/model';
import { type CollectorDefinition, NoData } from '../collector.ts';
import { lastErrno, libc } from '../kernel/libc.ts';
import { counter, gauge } from '../metric.ts';

const OFFSET = gauge('node_timex_offset_seconds', 'Distance to the reference clock.');
const FREQUENCY = gauge('node_timex_frequency_adjustment_ratio', 'How much faster the clock is made to run.');
const MAX_ERROR = gauge('node_timex_maxerror_seconds', 'Largest error.');
const ESTIMATED_ERROR = gauge('node_timex_estimated_error_seconds', 'Estimated error.');
const STATUS = gauge('node_timex_status', 'Status bits of the clock.');
const CONSTANT = gauge('node_timex_loop_time_constant', 'Time constant of the phase-locked loop.');
const TICK = gauge('node_timex_tick_seconds', 'Time between clock ticks.');
const PPS_FREQUENCY = gauge('node_timex_pps_frequency_hertz', 'Frequency of the pulse a second.');
const PPS_JITTER = gauge('node_timex_pps_jitter_seconds', 'Jitter of the pulse a second.');
const PPS_SHIFT = gauge(
  'node_timex_pps_shift_seconds',
  'Interval over which the pulse a second is measured.',
);
const PPS_STABILITY = gauge(
  'node_timex_pps_stability_hertz',
  'Stability of the pulse a second, mean of late.',
);
const PPS_JITTER_COUNT = counter('node_timex_pps_jitter_total', 'How often the jitter passed its limit.');
const PPS_CALIBRATIONS = counter('node_timex_pps_calibration_total', 'Calibrations with the pulse a second.');
const PPS_ERRORS = counter('node_timex_pps_error_total', 'Calibrations that failed.');
const PPS_UNSTABLE = counter(
  'node_timex_pps_stability_exceeded_total',
  'How often the stability passed its limit.',
);
const TAI = gauge('node_timex_tai_offset_seconds', 'Distance of atomic time from UTC.');
const SYNC_STATUS = gauge('node_timex_sync_status', 'Whether the clock is kept in step with a reference.');

/** struct timex with 64-bit longs. */
const STRUCT_BYTES = 208;
const STATE_ERROR = 5;
/** STA_NANO: the offset is in nanoseconds, not microseconds. */
const STATUS_NANO = 0x2000;
const PPM_FRACTION = 1_000_000 * 65_536;

export const timex: CollectorDefinition = {
  name: 'timex',
  enabledByDefault: true,
  platforms: ['linux'],
  create: () => ({
    update(sink) {
      const timex = Buffer.alloc(STRUCT_BYTES);
      const state = libc().adjtimex(timex);
      if (state < 0) throw failure(lastErrno());
      const long = (at: number): number => Number(timex.readBigInt64LE(at));
      const status = timex.readInt32LE(40);
      const divisor = (status & STATUS_NANO) === 0 ? 1e6 : 1e9;
      sink.add(SYNC_STATUS, state === STATE_ERROR ? 0 : 1);
      sink.add(OFFSET, long(8) / divisor);
      sink.add(FREQUENCY, 1 + long(16) / PPM_FRACTION);
      sink.add(MAX_ERROR, long(24) / 1e6);
      sink.add(ESTIMATED_ERROR, long(32) / 1e6);
      sink.add(STATUS, status);
      sink.add(CONSTANT, long(48));
      sink.add(TICK, long(88) / 1e6);
      sink.add(PPS_FREQUENCY, long(96) / PPM_FRACTION);
      sink.add(PPS_JITTER, long(104) / divisor);
      sink.add(PPS_SHIFT, timex.readInt32LE(112));
      sink.add(PPS_STABILITY, long(120) / PPM_FRACTION);
      sink.add(PPS_JITTER_COUNT, long(128));
      sink.add(PPS_CALIBRATIONS, long(136));
      sink.add(PPS_ERRORS, long(144));
      sink.add(PPS_UNSTABLE, long(152));
      sink.add(TAI, timex.readInt32LE(160));
    },
  }),
};

function failure(errno: number): Error {
  const name = getSystemErrorName(-errno);
  if (name === 'EPERM' || name === 'EACCES') return new NoData('no right to ask for the state of the clock');
  return new CodedError(name, `adjtimex: ${name}`);
}
