// Soft interrupts by processor and kind, from /proc/softirqs.
import type { CollectorDefinition } from '../collector.ts';
import { fields, lines, parseUint, readText } from '../files.ts';
import { counter } from '../metric.ts';

const TOTAL = counter('node_softirqs_functions_total', 'Soft interrupts handled.', ['cpu', 'type']);

/** The kinds that upstream shows. */
const KINDS = new Set([
  'HI',
  'TIMER',
  'NET_TX',
  'NET_RX',
  'BLOCK',
  'IRQ_POLL',
  'TASKLET',
  'SCHED',
  'HRTIMER',
  'RCU',
]);

export const softirqs: CollectorDefinition = {
  name: 'softirqs',
  enabledByDefault: false,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      for (const line of lines(readText(paths.proc('softirqs'))).slice(1)) {
        const [head, ...counts] = fields(line);
        const kind = head?.slice(0, -1) ?? '';
        if (!KINDS.has(kind)) continue;
        for (const [cpu, count] of counts.entries()) {
          sink.add(TOTAL, parseUint(count, '/proc/softirqs'), String(cpu), kind);
        }
      }
    },
  }),
};
