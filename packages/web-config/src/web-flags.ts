import type { FlagDefinition } from '@prometheus-ts/cli';

/** The flags of exporter-toolkit, which exporters, Pushgateway and Alertmanager share; the server has its own. */
export function webFlags<const Address extends string>(defaultAddress: Address) {
  return [
    {
      name: 'web.systemd-socket',
      kind: 'bool',
      help: 'Take listening sockets from systemd instead of opening ports (Linux only).',
    },
    {
      name: 'web.listen-address',
      kind: 'string',
      repeatable: true,
      default: [defaultAddress],
      help: 'Address to serve metrics and web pages on, such as :9100 or [::1]:9100. Can be repeated.',
    },
    {
      name: 'web.config.file',
      kind: 'string',
      default: '',
      help: 'File that turns on TLS or authentication, in the format of exporter-toolkit.',
    },
  ] as const satisfies readonly FlagDefinition[];
}
