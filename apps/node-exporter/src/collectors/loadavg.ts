// Load averages from /proc/loadavg; on macOS from getloadavg.
import { loadavg as systemLoad } from 'node:os';
import type { CollectorDefinition } from '../collector.ts';
import { malformed, parseNumber, readText } from '../files.ts';
import { gauge } from '../metric.ts';

const LOADS = [
  gauge('node_load1', 'Tasks that run, wait to run or wait for a disk: mean over one minute.'),
  gauge('node_load5', 'Tasks that run, wait to run or wait for a disk: mean over five minutes.'),
  gauge('node_load15', 'Tasks that run, wait to run or wait for a disk: mean over a quarter of an hour.'),
] as const;

export const loadavg: CollectorDefinition = {
  name: 'loadavg',
  enabledByDefault: true,
  platforms: ['linux', 'darwin'],
  create: ({ paths }) => ({
    update(sink) {
      const loads =
        process.platform === 'darwin' ? systemLoad() : parseLoadavg(readText(paths.proc('loadavg')));
      for (let i = 0; i < LOADS.length; i++) sink.add(LOADS[i]!, loads[i]!);
    },
  }),
};

/** The three means of `0.20 0.18 0.12 1/80 11206`. */
export function parseLoadavg(text: string): number[] {
  const parts = text.split(' ', 3);
  if (parts.length < 3) throw malformed('/proc/loadavg', text);
  return parts.map((part) => parseNumber(part, '/proc/loadavg'));
}
