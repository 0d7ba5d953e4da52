// Interrupts by processor and source, from /proc/interrupts.
import type { CollectorDefinition } from '../collector.ts';
import { DeviceFilter } from '../device-filter.ts';
import { readText } from '../files.ts';
import { counter } from '../metric.ts';
import { parseInterrupts } from '../proc/interrupts.ts';

const TOTAL = counter('node_interrupts_total', 'Interrupts handled.', ['cpu', 'type', 'info', 'devices']);

export const interrupts: CollectorDefinition = {
  name: 'interrupts',
  enabledByDefault: false,
  platforms: ['linux'],
  flags: [
    {
      name: 'collector.interrupts.name-include',
      kind: 'string',
      help: 'Expression for the only interrupts to show, matched with `type;info;devices`.',
    },
    {
      name: 'collector.interrupts.name-exclude',
      kind: 'string',
      help: 'Expression for interrupts to leave out, matched with `type;info;devices`.',
    },
    {
      name: 'collector.interrupts.include-zeros',
      kind: 'bool',
      default: 'true',
      help: 'Show interrupts that never happened.',
    },
  ],
  create({ paths, flags }) {
    const filter = new DeviceFilter(
      flags.string('collector.interrupts.name-exclude'),
      flags.string('collector.interrupts.name-include'),
    );
    const withZeros = flags.bool('collector.interrupts.include-zeros');
    return {
      update(sink) {
        for (const { type, info, devices, counts } of parseInterrupts(readText(paths.proc('interrupts')))) {
          if (filter.ignored(`${type};${info};${devices}`)) continue;
          for (const [cpu, count] of counts.entries()) {
            if (withZeros || count !== 0) sink.add(TOTAL, count, String(cpu), type, info, devices);
          }
        }
      },
    };
  },
};
