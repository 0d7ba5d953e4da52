// The command line: upstream's flags, and ours for expiry.
import { defineFlags, type FlagValues, logFlags, versionText } from '@prometheus-ts/cli';
import { webFlags } from '@prometheus-ts/web-config';
import { BUILD } from './build-info.ts';

export const FLAGS = defineFlags({
  name: 'pushgateway',
  help: 'The Pushgateway',
  version: versionText('pushgateway', BUILD),
  flags: [
    ...webFlags(':9091'),
    {
      name: 'web.telemetry-path',
      kind: 'string',
      default: '/metrics',
      help: 'Path under which metrics are served.',
    },
    {
      name: 'web.external-url',
      kind: 'string',
      default: '',
      help: 'URL under which the Pushgateway is reached from outside.',
    },
    {
      name: 'web.route-prefix',
      kind: 'string',
      default: '',
      help: 'Prefix of all paths. Without it, the path of --web.external-url.',
    },
    { name: 'web.enable-lifecycle', kind: 'bool', help: 'Allow to stop the program by an HTTP request.' },
    { name: 'web.enable-admin-api', kind: 'bool', help: 'Allow administrative actions over the API.' },
    {
      name: 'persistence.file',
      kind: 'string',
      default: '',
      help: 'File that keeps the metrics over a restart. Without one they are only in memory.',
    },
    {
      name: 'persistence.interval',
      kind: 'goDuration',
      default: '5m',
      help: 'Least time between two writes of the persistence file.',
    },
    {
      name: 'push.disable-consistency-check',
      kind: 'bool',
      help: 'Take pushes that contradict what is there. The contradicting metrics are left out of scrapes.',
    },
    {
      name: 'push.enable-utf8-names',
      kind: 'bool',
      help: 'Allow every UTF-8 character in metric and label names.',
    },
    {
      name: 'push.ttl',
      kind: 'duration',
      default: '0s',
      help: 'Forget a group when nothing was pushed to it for this long; 0s keeps groups until they are deleted. A push can set its own in the header Pushgateway-TTL.',
    },
    ...logFlags,
  ],
});

export type Flags = FlagValues<typeof FLAGS>;
