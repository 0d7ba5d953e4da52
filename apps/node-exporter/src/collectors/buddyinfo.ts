// Free blocks of memory by their size, from /proc/buddyinfo.
import type { CollectorDefinition } from '../collector.ts';
import { fields, lines, malformed, parseNumber, readText } from '../files.ts';
import { gauge } from '../metric.ts';

const BLOCKS = gauge('node_buddyinfo_blocks', 'Free blocks of 2^size pages.', ['node', 'zone', 'size']);

export const buddyinfo: CollectorDefinition = {
  name: 'buddyinfo',
  enabledByDefault: false,
  platforms: ['linux', 'darwin'],
  create: ({ paths }) => ({
    update(sink) {
      // Node 0, zone      DMA      1      0      1 …
      for (const line of lines(readText(paths.proc('buddyinfo')))) {
        const [, node, , zone, ...counts] = fields(line);
        if (node === undefined || zone === undefined) throw malformed('/proc/buddyinfo', line);
        for (const [size, count] of counts.entries()) {
          sink.add(BLOCKS, parseNumber(count, '/proc/buddyinfo'), node.replace(/,$/, ''), zone, String(size));
        }
      }
    },
  }),
};
