// Every counter of every file in /proc/net/stat, by processor.
import type { CollectorDefinition } from '../collector.ts';
import { listFolder, readText } from '../files.ts';
import { counter, MetricCache } from '../metric.ts';
import { parseNetStatFile } from '../proc/net-stat-file.ts';

export const lnstat: CollectorDefinition = {
  name: 'lnstat',
  enabledByDefault: false,
  platforms: ['linux'],
  create({ paths }) {
    const metrics = new MetricCache((name) =>
      counter(`node_lnstat_${name}_total`, `Column ${name} of the files in /proc/net/stat.`, [
        'subsystem',
        'cpu',
      ]),
    );
    return {
      update(sink) {
        const folder = paths.proc('net/stat');
        for (const subsystem of listFolder(folder)) {
          const file = `${folder}/${subsystem}`;
          for (const [name, values] of parseNetStatFile(readText(file), file)) {
            for (const [cpu, value] of values.entries())
              sink.add(metrics.get(name), value, subsystem, String(cpu));
          }
        }
      },
    };
  },
};
