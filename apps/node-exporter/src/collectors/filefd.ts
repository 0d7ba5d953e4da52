// Open files of the whole host, from /proc/sys/fs/file-nr.
import type { CollectorDefinition } from '../collector.ts';
import { fields, malformed, parseNumber, readText } from '../files.ts';
import { gauge } from '../metric.ts';

const ALLOCATED = gauge('node_filefd_allocated', 'File handles in use on the host.');
const MAXIMUM = gauge('node_filefd_maximum', 'File handles that the host may use.');

export const filefd: CollectorDefinition = {
  name: 'filefd',
  enabledByDefault: true,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      const text = readText(paths.proc('sys/fs/file-nr'));
      const [allocated, , maximum] = fields(text);
      if (maximum === undefined) throw malformed('/proc/sys/fs/file-nr', text);
      sink.add(ALLOCATED, parseNumber(allocated!, '/proc/sys/fs/file-nr'));
      sink.add(MAXIMUM, parseNumber(maximum, '/proc/sys/fs/file-nr'));
    },
  }),
};
