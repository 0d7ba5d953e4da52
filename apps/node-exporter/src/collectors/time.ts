// The host's clock, time zone and clock sources.
import type { CollectorDefinition } from '../collector.ts';
import { readTrimmed, tryListFolder } from '../files.ts';
import { gauge } from '../metric.ts';
import { timeZone } from '../time-zone.ts';

const NOW = gauge('node_time_seconds', 'The clock of the host, in seconds since the epoch.');
const ZONE = gauge(
  'node_time_zone_offset_seconds',
  'Distance of local time from UTC, positive to the east.',
  ['time_zone'],
);
const AVAILABLE = gauge('node_time_clocksource_available_info', 'Clock sources that the kernel could use.', [
  'device',
  'clocksource',
]);
const CURRENT = gauge('node_time_clocksource_current_info', 'The clock source that the kernel uses.', [
  'device',
  'clocksource',
]);

export const time: CollectorDefinition = {
  name: 'time',
  enabledByDefault: true,
  platforms: ['linux', 'darwin'],
  create: ({ paths, clock }) => ({
    update(sink) {
      const nowMs = clock.nowMs();
      sink.add(NOW, nowMs / 1000);
      const zone = timeZone(nowMs);
      sink.add(ZONE, zone.offsetSeconds, zone.name);
      if (process.platform !== 'linux') return;
      const folder = paths.sys('devices/system/clocksource');
      const devices = tryListFolder(folder).filter((name) => /^clocksource\d/.test(name));
      devices.forEach((device, i) => {
        for (const source of readTrimmed(`${folder}/${device}/available_clocksource`).split(/\s+/)) {
          sink.add(AVAILABLE, 1, String(i), source);
        }
        sink.add(CURRENT, 1, String(i), readTrimmed(`${folder}/${device}/current_clocksource`));
      });
    },
  }),
};
