// Caches of kernel objects, from /proc/slabinfo.
import type { CollectorDefinition } from '../collector.ts';
import { DeviceFilter } from '../device-filter.ts';
import { fields, lines, malformed, parseUint, readText } from '../files.ts';
import { gauge } from '../metric.ts';

const SLAB = ['slab'];

/** In the order of the file's columns after the name. */
const COLUMNS = [
  gauge('node_slabinfo_active_objects', 'Objects in use.', SLAB),
  gauge('node_slabinfo_objects', 'Objects allocated.', SLAB),
  gauge('node_slabinfo_object_size_bytes', 'Size of an object.', SLAB),
  gauge('node_slabinfo_objects_per_slab', 'Objects in a slab.', SLAB),
  gauge('node_slabinfo_pages_per_slab', 'Pages of a slab.', SLAB),
];

export const slabinfo: CollectorDefinition = {
  name: 'slabinfo',
  enabledByDefault: false,
  platforms: ['linux'],
  flags: [
    {
      name: 'collector.slabinfo.slabs-include',
      kind: 'string',
      default: '.*',
      help: 'Expression for the only caches to show.',
    },
    { name: 'collector.slabinfo.slabs-exclude', kind: 'string', help: 'Expression for caches to leave out.' },
  ],
  create({ paths, flags }) {
    const filter = new DeviceFilter(
      flags.string('collector.slabinfo.slabs-exclude'),
      flags.string('collector.slabinfo.slabs-include'),
    );
    return {
      update(sink) {
        for (const line of lines(readText(paths.proc('slabinfo')))) {
          if (line.startsWith('slabinfo') || line.startsWith('#')) continue;
          const parts = fields(line);
          if (parts.length <= COLUMNS.length) throw malformed('/proc/slabinfo', line);
          const name = parts[0]!;
          if (filter.ignored(name)) continue;
          for (const [i, metric] of COLUMNS.entries()) {
            sink.add(metric, parseUint(parts[i + 1]!, '/proc/slabinfo'), name);
          }
        }
      },
    };
  },
};
