// Swap devices and files, from /proc/swaps.
import type { CollectorDefinition } from '../collector.ts';
import { fields, lines, malformed, parseNumber, parseUint, readText } from '../files.ts';
import { gauge } from '../metric.ts';
import { unescapePath } from '../proc/mountinfo.ts';

const LABELS = ['device', 'swap_type'];
const SIZE = gauge('node_swap_size_bytes', 'Size of the swap area.', LABELS);
const USED = gauge('node_swap_used_bytes', 'Part of the swap area in use.', LABELS);
const PRIORITY = gauge('node_swap_priority', 'Priority of the swap area; the highest is used first.', LABELS);

export const swap: CollectorDefinition = {
  name: 'swap',
  enabledByDefault: false,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      for (const line of lines(readText(paths.proc('swaps'))).slice(1)) {
        const [file, type, size, used, priority] = fields(line);
        if (priority === undefined) throw malformed('/proc/swaps', line);
        const device = unescapePath(file!);
        sink.add(SIZE, parseUint(size!, '/proc/swaps') * 1024, device, type!);
        sink.add(USED, parseUint(used!, '/proc/swaps') * 1024, device, type!);
        sink.add(PRIORITY, parseNumber(priority, '/proc/swaps'), device, type!);
      }
    },
  }),
};
