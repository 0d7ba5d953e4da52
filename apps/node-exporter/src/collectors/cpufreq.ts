// Clock rates and governors of processors.
import type { CollectorDefinition } from '../collector.ts';
import { listFolder, tryListFolder, tryReadTrimmed, tryReadUint } from '../files.ts';
import { gauge, type MetricDescription } from '../metric.ts';

/** Files of a processor's cpufreq folder, in kilohertz. */
const FREQUENCIES: readonly (readonly [string, MetricDescription])[] = [
  ['cpuinfo_cur_freq', frequency('frequency_hertz', 'Clock rate that the hardware reports.')],
  ['cpuinfo_avg_freq', frequency('frequency_avg_hertz', 'Mean clock rate that the hardware reports.')],
  ['cpuinfo_min_freq', frequency('frequency_min_hertz', 'Lowest clock rate of the processor.')],
  ['cpuinfo_max_freq', frequency('frequency_max_hertz', 'Highest clock rate of the processor.')],
  ['scaling_cur_freq', frequency('scaling_frequency_hertz', 'Clock rate that the kernel set.')],
  [
    'scaling_min_freq',
    frequency('scaling_frequency_min_hertz', 'Lowest clock rate that the kernel may set.'),
  ],
  [
    'scaling_max_freq',
    frequency('scaling_frequency_max_hertz', 'Highest clock rate that the kernel may set.'),
  ],
];
const GOVERNOR = gauge(
  'node_cpu_scaling_governor',
  'The governor in force is 1, others that could be are 0.',
  ['cpu', 'governor'],
);

export const cpufreq: CollectorDefinition = {
  name: 'cpufreq',
  enabledByDefault: true,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      const folder = paths.sys('devices/system/cpu');
      for (const name of listFolder(folder)) {
        if (!/^cpu\d/.test(name)) continue;
        const files = new Set(tryListFolder(`${folder}/${name}/cpufreq`));
        if (files.size === 0) continue;
        const number = name.slice('cpu'.length);
        for (const [file, metric] of FREQUENCIES) {
          const value = files.has(file) ? tryReadUint(`${folder}/${name}/cpufreq/${file}`) : undefined;
          if (value !== undefined) sink.add(metric, value * 1000, number);
        }
        const governor = tryReadTrimmed(`${folder}/${name}/cpufreq/scaling_governor`) ?? '';
        if (governor === '') continue;
        const available = tryReadTrimmed(`${folder}/${name}/cpufreq/scaling_available_governors`) ?? '';
        for (const each of available.split(' ')) sink.add(GOVERNOR, each === governor ? 1 : 0, number, each);
      }
    },
  }),
};

function frequency(name: string, help: string): MetricDescription {
  return gauge(`node_cpu_${name}`, help, ['cpu']);
}
