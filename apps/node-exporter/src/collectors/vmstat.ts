// Chosen fields of /proc/vmstat.
import { compileUnanchored } from '@prometheus-ts/regexp';
import type { CollectorDefinition } from '../collector.ts';
import { lines, malformed, parseNumber, readText } from '../files.ts';
import { MetricCache, type MetricDescription, untyped } from '../metric.ts';

export const vmstat: CollectorDefinition = {
  name: 'vmstat',
  enabledByDefault: true,
  platforms: ['linux'],
  flags: [
    {
      name: 'collector.vmstat.fields',
      kind: 'string',
      default: '^(oom_kill|pgpg|pswp|pg.*fault).*',
      help: 'Expression for the fields to show.',
    },
  ],
  create({ paths, flags }) {
    const wanted = compileUnanchored(flags.string('collector.vmstat.fields'));
    const metrics = new MetricCache((name) =>
      untyped(`node_vmstat_${name}`, `Field ${name} of /proc/vmstat.`),
    );
    const chosen = new Map<string, MetricDescription | undefined>();
    return {
      update(sink) {
        for (const line of lines(readText(paths.proc('vmstat')))) {
          const blank = line.indexOf(' ');
          if (blank < 0) throw malformed('/proc/vmstat', line);
          const name = line.slice(0, blank);
          if (!chosen.has(name)) chosen.set(name, wanted.matches(name) ? metrics.get(name) : undefined);
          const metric = chosen.get(name);
          if (metric !== undefined) sink.add(metric, parseNumber(line.slice(blank + 1), '/proc/vmstat'));
        }
      },
    };
  },
};
