// Time that processors ran tasks and tasks waited for them, from /proc/schedstat.
import { type CollectorDefinition, NoData } from '../collector.ts';
import { fields, isMissing, lines, parseUint, readText } from '../files.ts';
import { counter } from '../metric.ts';

const CPU = ['cpu'];
const RUNNING = counter('node_schedstat_running_seconds_total', 'Time that the processor ran tasks.', CPU);
const WAITING = counter(
  'node_schedstat_waiting_seconds_total',
  'Time that tasks waited for the processor.',
  CPU,
);
const SLICES = counter('node_schedstat_timeslices_total', 'Slices of time given to tasks.', CPU);

const NANOSECONDS = 1e9;

export const schedstat: CollectorDefinition = {
  name: 'schedstat',
  enabledByDefault: true,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      for (const line of lines(readSchedstat(paths.proc('schedstat')))) {
        if (!line.startsWith('cpu')) continue;
        // cpuN, six counters of the scheduler, then running, waiting, slices.
        const parts = fields(line);
        if (parts.length < 10) continue;
        const cpu = parts[0]!.slice('cpu'.length);
        sink.add(RUNNING, parseUint(parts[7]!, '/proc/schedstat') / NANOSECONDS, cpu);
        sink.add(WAITING, parseUint(parts[8]!, '/proc/schedstat') / NANOSECONDS, cpu);
        sink.add(SLICES, parseUint(parts[9]!, '/proc/schedstat'), cpu);
      }
    },
  }),
};

function readSchedstat(path: string): string {
  try {
    return readText(path);
  } catch (error) {
    if (isMissing(error)) throw new NoData('this kernel keeps no scheduler statistics');
    throw error;
  }
}
