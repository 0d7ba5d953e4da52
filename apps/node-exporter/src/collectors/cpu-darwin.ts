// Processor times of macOS, which the runtime reads from host_processor_info.
import { type CpuInfo, cpus } from 'node:os';
import type { CollectorDefinition } from '../collector.ts';
import { counter } from '../metric.ts';
import type { MetricSink } from '../metric-sink.ts';

const SECONDS = counter('node_cpu_seconds_total', 'Time that each processor spent in each mode.', [
  'cpu',
  'mode',
]);

export const cpuDarwin: CollectorDefinition = {
  name: 'cpu',
  enabledByDefault: true,
  platforms: ['darwin'],
  create: () => ({
    update(sink) {
      addProcessorTimes(sink, cpus());
    },
  }),
};

export function addProcessorTimes(sink: MetricSink, processors: readonly CpuInfo[]): void {
  processors.forEach(({ times }, i) => {
    const number = String(i);
    sink.add(SECONDS, times.user / 1000, number, 'user');
    sink.add(SECONDS, times.sys / 1000, number, 'system');
    sink.add(SECONDS, times.nice / 1000, number, 'nice');
    sink.add(SECONDS, times.idle / 1000, number, 'idle');
  });
}
