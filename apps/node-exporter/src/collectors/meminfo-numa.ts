// Memory by NUMA node.
import type { CollectorDefinition } from '../collector.ts';
import { fields, lines, malformed, parseNumber, readText, tryListFolder } from '../files.ts';
import { counter, gauge, MetricCache } from '../metric.ts';

const NODE = ['node'];

export const meminfoNuma: CollectorDefinition = {
  name: 'meminfo_numa',
  enabledByDefault: false,
  platforms: ['linux'],
  create({ paths }) {
    const gauges = new MetricCache((name) =>
      gauge(`node_memory_numa_${name}`, `Field ${name} of the node's meminfo.`, NODE),
    );
    const counters = new MetricCache((name) =>
      counter(`node_memory_numa_${name}_total`, `Field ${name} of the node's numastat.`, NODE),
    );
    return {
      update(sink) {
        const root = paths.sys('devices/system/node');
        for (const folder of tryListFolder(root).filter((name) => /^node\d/.test(name))) {
          for (const line of lines(readText(`${root}/${folder}/meminfo`))) {
            // Node 0 Active(anon):  707972 kB
            const [, node, field, value, unit] = fields(line);
            if (node === undefined) continue;
            if (value === undefined || (unit !== undefined && unit !== 'kB'))
              throw malformed('meminfo', line);
            const name = field!.replace(/:+$/, '').replace(/\((.*)\)/, '_$1');
            sink.add(gauges.get(name), parseNumber(value, 'meminfo') * (unit === undefined ? 1 : 1024), node);
          }
          for (const line of lines(readText(`${root}/${folder}/numastat`))) {
            const [field, value] = fields(line);
            if (field === undefined) continue;
            if (value === undefined) throw malformed('numastat', line);
            sink.add(counters.get(field), parseNumber(value, 'numastat'), folder.slice('node'.length));
          }
        }
      },
    };
  },
};
