// /proc/stat: processor times in clock ticks, and counters of the scheduler.
import { fields, malformed, parseNumber, parseUint } from '../files.ts';

/** Ticks a second of the times in /proc; the kernel reports 100 on every architecture that matters. */
export const USER_HZ = 100;

/** Seconds by mode, in the order of the file. */
export interface CpuTimes {
  user: number;
  nice: number;
  system: number;
  idle: number;
  iowait: number;
  irq: number;
  softirq: number;
  steal: number;
  guest: number;
  guestNice: number;
}

export interface Stat {
  /** Seconds since the epoch. */
  readonly bootTime: number;
  readonly interrupts: number;
  readonly contextSwitches: number;
  readonly forks: number;
  readonly processesRunning: number;
  readonly processesBlocked: number;
  readonly cpus: ReadonlyMap<number, CpuTimes>;
  /** Calls by vector, in the order of the file, without the total. */
  readonly softirqs: readonly number[];
}

/** Parses the file; throws CodedError where a line is malformed. */
export function parseStat(text: string): Stat {
  const cpus = new Map<number, CpuTimes>();
  const numbers: Record<string, number> = { btime: 0, intr: 0, ctxt: 0, processes: 0 };
  let softirqs: number[] = [];
  let start = 0;
  while (start < text.length) {
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    const blank = text.indexOf(' ', start);
    if (blank > start && blank < end) {
      const key = text.slice(start, blank);
      if (key.startsWith('cpu')) {
        if (key.length > 3) cpus.set(parseUint(key.slice(3), '/proc/stat'), cpuTimes(text.slice(blank, end)));
      } else if (key === 'softirq') {
        softirqs = fields(text.slice(blank, end)).map((field) => parseUint(field, '/proc/stat (softirq)'));
      } else {
        // `intr` is a line of thousands of numbers, of which the first is wanted.
        const next = text.indexOf(' ', blank + 1);
        const stop = next < 0 || next > end ? end : next;
        numbers[key] = parseUint(text.slice(blank + 1, stop).trim(), `/proc/stat (${key})`);
      }
    }
    start = end + 1;
  }
  return {
    bootTime: numbers['btime']!,
    interrupts: numbers['intr']!,
    contextSwitches: numbers['ctxt']!,
    forks: numbers['processes']!,
    processesRunning: numbers['procs_running'] ?? 0,
    processesBlocked: numbers['procs_blocked'] ?? 0,
    cpus,
    softirqs: softirqs.slice(1),
  };
}

function cpuTimes(text: string): CpuTimes {
  const ticks = fields(text);
  if (ticks.length < 4) throw malformed('/proc/stat', text);
  const seconds = (index: number): number => {
    const field = ticks[index];
    // Kernels before 2.6.33 have fewer columns.
    return field === undefined ? 0 : parseNumber(field, '/proc/stat') / USER_HZ;
  };
  return {
    user: seconds(0),
    nice: seconds(1),
    system: seconds(2),
    idle: seconds(3),
    iowait: seconds(4),
    irq: seconds(5),
    softirq: seconds(6),
    steal: seconds(7),
    guest: seconds(8),
    guestNice: seconds(9),
  };
}
