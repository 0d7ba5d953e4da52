// Watchdog timers, from /sys/class/watchdog.
import { type CollectorDefinition, NoData } from '../collector.ts';
import { isSystemError, listFolder, tryReadInt, tryReadTrimmed } from '../files.ts';
import { gauge, type MetricDescription } from '../metric.ts';

const NAME = ['name'];

const NUMBERS: readonly (readonly [string, MetricDescription])[] = [
  ['bootstatus', gauge('node_watchdog_bootstatus', 'State of the timer at boot.', NAME)],
  ['fw_version', gauge('node_watchdog_fw_version', 'Version of the firmware.', NAME)],
  ['nowayout', gauge('node_watchdog_nowayout', 'Whether the timer cannot be stopped once started.', NAME)],
  ['timeleft', gauge('node_watchdog_timeleft_seconds', 'Time left before the machine is reset.', NAME)],
  ['timeout', gauge('node_watchdog_timeout_seconds', 'Time that the timer allows.', NAME)],
  ['pretimeout', gauge('node_watchdog_pretimeout_seconds', 'Time before the reset at which it warns.', NAME)],
  [
    'access_cs0',
    gauge('node_watchdog_access_cs0', 'Whether the timer boots from the first flash chip.', NAME),
  ],
];

const TEXTS = ['options', 'identity', 'state', 'status', 'pretimeout_governor'];
const INFO = gauge('node_watchdog_info', 'Names and states of the timer.', ['name', ...TEXTS]);

export const watchdog: CollectorDefinition = {
  name: 'watchdog',
  enabledByDefault: true,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      const root = paths.sys('class/watchdog');
      for (const name of listTimers(root)) {
        for (const [file, metric] of NUMBERS) {
          const value = tryReadInt(`${root}/${name}/${file}`);
          if (value !== undefined) sink.add(metric, value, name);
        }
        sink.add(INFO, 1, name, ...TEXTS.map((file) => tryReadTrimmed(`${root}/${name}/${file}`) ?? ''));
      }
    },
  }),
};

function listTimers(root: string): string[] {
  try {
    return listFolder(root);
  } catch (error) {
    if (isSystemError(error)) throw new NoData('no watchdog timers');
    throw error;
  }
}
