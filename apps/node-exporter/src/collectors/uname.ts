// What the uname system call says of the host.
import { hostname, machine, release, type, version } from 'node:os';
import type { CollectorContext, CollectorDefinition } from '../collector.ts';
import { tryReadTrimmed } from '../files.ts';
import { gauge } from '../metric.ts';

const INFO = gauge('node_uname_info', 'Kernel, machine and names of the host, as uname(2) gives them.', [
  'sysname',
  'release',
  'version',
  'machine',
  'nodename',
  'domainname',
]);

export const uname: CollectorDefinition = {
  name: 'uname',
  enabledByDefault: true,
  platforms: ['linux', 'darwin'],
  create: (context) => ({
    update(sink) {
      sink.add(INFO, 1, type(), release(), version(), machine(), hostname(), domainName(context));
    },
  }),
};

function domainName({ paths }: CollectorContext): string {
  return tryReadTrimmed(paths.proc('sys/kernel/domainname')) ?? '(none)';
}
