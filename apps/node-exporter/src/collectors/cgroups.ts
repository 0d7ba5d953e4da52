// Control groups by controller, from /proc/cgroups.
import type { CollectorDefinition } from '../collector.ts';
import { fields, lines, malformed, parseUint, readText } from '../files.ts';
import { gauge } from '../metric.ts';

const CGROUPS = gauge('node_cgroups_cgroups', 'Control groups that use the controller.', ['subsys_name']);
const ENABLED = gauge('node_cgroups_enabled', 'Whether the controller is switched on.', ['subsys_name']);

export const cgroups: CollectorDefinition = {
  name: 'cgroups',
  enabledByDefault: false,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      for (const line of lines(readText(paths.proc('cgroups')))) {
        if (line.startsWith('#')) continue;
        const [name, , count, enabled] = fields(line);
        if (enabled === undefined) throw malformed('/proc/cgroups', line);
        sink.add(CGROUPS, parseUint(count!, '/proc/cgroups'), name!);
        sink.add(ENABLED, parseUint(enabled, '/proc/cgroups'), name!);
      }
    },
  }),
};
