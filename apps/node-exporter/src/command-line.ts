// The program's command line: flags of its own, those of the web listener and the log, and for each collector of
// this platform a switch and the flags that it declares.
import { type FlagDefinition, logFlags, parseFlags, versionText } from '@prometheus-ts/cli';
import { CodedError } from '@prometheus-ts/model';
import { webFlags } from '@prometheus-ts/web-config';
import { BUILD } from './build-info.ts';
import { platformCollectors } from './collectors.ts';
import { readFlagsFile } from './config-file.ts';
import { FlagValues } from './flags.ts';
import { DEFAULT_PATHS } from './paths.ts';

const PROGRAM_FLAGS: readonly FlagDefinition[] = [
  {
    name: 'web.telemetry-path',
    kind: 'string',
    default: '/metrics',
    help: 'Path under which the metrics are served.',
  },
  {
    name: 'web.disable-exporter-metrics',
    kind: 'bool',
    help: 'Leave out metrics about the exporter itself (promhttp_*, process_*, nodejs_*).',
  },
  {
    name: 'web.max-requests',
    kind: 'int',
    default: '40',
    help: 'How many scrapes may be served at the same time; 0 for no limit.',
  },
  {
    name: 'collector.disable-defaults',
    kind: 'bool',
    help: 'Run only the collectors that are switched on by their own flags.',
  },
  {
    name: 'collector.timeout',
    kind: 'goDuration',
    default: '8s',
    help: 'How long a scrape waits for one collector before it is served without it.',
  },
  {
    name: 'collector.min-interval',
    kind: 'string',
    repeatable: true,
    placeholder: 'NAME=DURATION',
    help: 'Run this collector at most once in this time and serve its last data in between. Repeatable.',
  },
  {
    name: 'config.file',
    kind: 'string',
    help: 'YAML file of flag names and values, read again on SIGHUP and POST /-/reload.',
  },
  {
    name: 'web.enable-lifecycle',
    kind: 'bool',
    help: 'Allow to reload the file of flags by POST /-/reload.',
  },
  {
    name: 'runtime.gomaxprocs',
    kind: 'int',
    default: '1',
    envVar: 'GOMAXPROCS',
    help: 'Accepted for compatibility; this program uses one thread for collecting.',
  },
  ...webFlags(':9100'),
  { name: 'path.procfs', kind: 'string', default: DEFAULT_PATHS.procfs, help: 'Where procfs is mounted.' },
  { name: 'path.sysfs', kind: 'string', default: DEFAULT_PATHS.sysfs, help: 'Where sysfs is mounted.' },
  {
    name: 'path.rootfs',
    kind: 'string',
    default: DEFAULT_PATHS.rootfs,
    help: "Where the host's root is mounted.",
  },
  {
    name: 'path.udev.data',
    kind: 'string',
    default: DEFAULT_PATHS.udevData,
    help: 'Where udev keeps its data.',
  },
];

/** Every flag of the program, without --help and --version. */
export function flagDefinitions(): FlagDefinition[] {
  const collectors = platformCollectors();
  const switches = collectors.map(
    ({ name, enabledByDefault }): FlagDefinition => ({
      name: `collector.${name}`,
      kind: 'bool',
      default: String(enabledByDefault),
      help: `Run the ${name} collector (default: ${enabledByDefault ? 'enabled' : 'disabled'}).`,
    }),
  );
  return [...PROGRAM_FLAGS, ...logFlags, ...switches, ...collectors.flatMap(({ flags }) => flags ?? [])];
}

export type CommandLine =
  | { readonly exit: number; readonly text: string; readonly stream: 'stdout' | 'stderr' }
  | { readonly exit?: undefined; readonly flags: FlagValues };

/**
 * Reads `argv` (without node and script) and the file that --config.file names; a flag on the command line wins.
 * Throws ConfigError where the file is not usable.
 */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const definitions = flagDefinitions();
  const outcome = parse(argv, definitions);
  if (outcome.exit !== undefined) return outcome;
  const file = outcome.values['config.file'];
  if (typeof file !== 'string' || file === '') {
    return { flags: new FlagValues(outcome.values, outcome.given) };
  }
  const fromFile = [...readFlagsFile(file, definitions)].flatMap(([name, words]) =>
    outcome.given.has(name) ? [] : words,
  );
  const both = parse([...fromFile, ...argv], definitions);
  if (both.exit === undefined) return { flags: new FlagValues(both.values, both.given) };
  throw new CodedError('bad_flag', `${file}: ${both.text.trim().split('\n')[0]}`, { place: { file } });
}

function parse(argv: readonly string[], flags: readonly FlagDefinition[]) {
  const help = 'Serves metrics of this host to Prometheus.';
  const version = versionText('node_exporter', BUILD);
  return parseFlags({ name: 'node_exporter', help, version, flags }, argv);
}

/** The collectors to run: switched on by their own flag, or by default unless the defaults are off. */
export function enabledCollectors(flags: FlagValues): Set<string> {
  const withoutDefaults = flags.bool('collector.disable-defaults');
  const enabled = new Set<string>();
  for (const { name } of platformCollectors()) {
    const flag = `collector.${name}`;
    if (flags.bool(flag) && (!withoutDefaults || flags.isSet(flag))) enabled.add(name);
  }
  return enabled;
}
