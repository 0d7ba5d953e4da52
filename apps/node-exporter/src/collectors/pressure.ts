// Time that tasks lost for want of processor, memory or I/O (pressure stall information).
import { type CollectorDefinition, NoData } from '../collector.ts';
import { isMissing, parseUint, readText } from '../files.ts';
import { counter, type MetricDescription } from '../metric.ts';

interface Resource {
  readonly name: string;
  /** Some task waited. */
  readonly some?: MetricDescription;
  /** All tasks waited. */
  readonly full?: MetricDescription;
}

const RESOURCES: readonly Resource[] = [
  { name: 'cpu', some: waiting('cpu', 'a processor') },
  { name: 'io', some: waiting('io', 'I/O'), full: stalled('io', 'I/O') },
  { name: 'memory', some: waiting('memory', 'memory'), full: stalled('memory', 'memory') },
  { name: 'irq', full: stalled('irq', 'interrupts to end') },
];

export const pressure: CollectorDefinition = {
  name: 'pressure',
  enabledByDefault: true,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      let found = 0;
      for (const { name, some, full } of RESOURCES) {
        const text = readPressure(paths.proc(`pressure/${name}`));
        if (text === undefined) continue;
        found += 1;
        if (some !== undefined) sink.add(some, totalSeconds(text, 'some'));
        if (full !== undefined) sink.add(full, totalSeconds(text, 'full'));
      }
      if (found === 0) throw new NoData('this kernel does not measure pressure');
    },
  }),
};

/** undefined where the kernel has no such file. */
function readPressure(path: string): string | undefined {
  try {
    return readText(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EOPNOTSUPP' || code === 'ENOTSUP')
      throw new NoData('pressure is switched off in this kernel');
    throw error;
  }
}

/** `some avg10=0.10 avg60=2.00 avg300=3.85 total=15` in seconds; the kernel counts microseconds. */
function totalSeconds(text: string, kind: string): number {
  const total = new RegExp(`^${kind} .*total=(\\d+)`, 'm').exec(text)?.[1];
  if (total === undefined) throw new NoData(`no line ${kind} in the pressure file`);
  return parseUint(total, 'pressure') / 1000 / 1000;
}

function waiting(name: string, what: string): MetricDescription {
  return counter(`node_pressure_${name}_waiting_seconds_total`, `Time that some task waited for ${what}.`);
}

function stalled(name: string, what: string): MetricDescription {
  return counter(`node_pressure_${name}_stalled_seconds_total`, `Time that every task waited for ${what}.`);
}
