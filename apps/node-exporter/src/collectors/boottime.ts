// When macOS started; on Linux this is a part of the stat collector.
import { uptime } from 'node:os';
import type { CollectorDefinition } from '../collector.ts';
import { gauge } from '../metric.ts';

const BOOT_TIME = gauge('node_boot_time_seconds', 'When the host started, in seconds since the epoch.');

export const boottime: CollectorDefinition = {
  name: 'boottime',
  enabledByDefault: true,
  platforms: ['darwin'],
  create: ({ clock }) => {
    // The uptime is in whole seconds: taken once, so that the value does not flicker.
    const bootSeconds = Math.floor(clock.nowMs() / 1000 - uptime());
    return {
      update(sink) {
        sink.add(BOOT_TIME, bootSeconds);
      },
    };
  },
};
