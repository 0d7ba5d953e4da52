// Counters of the scheduler and of interrupts from /proc/stat.
import type { CollectorDefinition } from '../collector.ts';
import { readText } from '../files.ts';
import { counter, gauge } from '../metric.ts';
import { parseStat } from '../proc/stat.ts';

const INTERRUPTS = counter('node_intr_total', 'Interrupts that the kernel has serviced.');
const CONTEXT_SWITCHES = counter('node_context_switches_total', 'Switches from one task to another.');
const FORKS = counter('node_forks_total', 'Processes and threads created.');
const BOOT_TIME = gauge('node_boot_time_seconds', 'When the host started, in seconds since the epoch.');
const RUNNING = gauge('node_procs_running', 'Tasks that run or could run at once.');
const BLOCKED = gauge('node_procs_blocked', 'Tasks that wait for I/O to end.');
const SOFTIRQS = counter('node_softirqs_total', 'Soft interrupts handled, by vector.', ['vector']);

/** Vectors in the order of the kernel's `softirq` line. */
const VECTORS = [
  'hi',
  'timer',
  'net_tx',
  'net_rx',
  'block',
  'block_iopoll',
  'tasklet',
  'sched',
  'hrtimer',
  'rcu',
];

export const stat: CollectorDefinition = {
  name: 'stat',
  enabledByDefault: true,
  platforms: ['linux'],
  flags: [{ name: 'collector.stat.softirq', kind: 'bool', help: 'Show soft interrupts for each vector.' }],
  create({ paths, flags }) {
    const withSoftirqs = flags.bool('collector.stat.softirq');
    return {
      update(sink) {
        const stats = parseStat(readText(paths.proc('stat')));
        sink.add(INTERRUPTS, stats.interrupts);
        sink.add(CONTEXT_SWITCHES, stats.contextSwitches);
        sink.add(FORKS, stats.forks);
        sink.add(BOOT_TIME, stats.bootTime);
        sink.add(RUNNING, stats.processesRunning);
        sink.add(BLOCKED, stats.processesBlocked);
        if (!withSoftirqs) return;
        for (const [i, vector] of VECTORS.entries()) sink.add(SOFTIRQS, stats.softirqs[i] ?? 0, vector);
      },
    };
  },
};
