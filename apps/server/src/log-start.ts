// What the log says at start about this build and this host.
import { readFileSync } from 'node:fs';
import { hostname, machine, release, type, version } from 'node:os';
import { buildContext, versionSummary } from '@prometheus-ts/cli';
import type { Logger } from '@prometheus-ts/log';
import { buildInfo } from './build-info.ts';
import type { ServerOptions } from './options.ts';

/** Features that say nothing to this runtime, or that are always on by now. */
const WITHOUT_EFFECT: readonly string[] = [
  'promql-duration-expr',
  'native-histograms',
  'ooo-native-histograms',
];

export function logStart(log: Logger, options: ServerOptions): void {
  for (const option of options.features) {
    if (WITHOUT_EFFECT.includes(option)) {
      log.warn('This option for --enable-feature has no effect any more.', { option });
    }
  }
  log.info('Starting Prometheus Server', { mode: 'server', version: versionSummary(buildInfo) });
  log.info('operational information', {
    build_context: buildContext(buildInfo),
    host_details: `(${type()} ${release()} ${version()} ${machine()} ${hostname()})`,
    fd_limits: limitText('Max open files'),
    vm_limits: limitText('Max address space'),
  });
}

/** `(soft=1024, hard=1048576)`, or `(unknown)` where the system does not tell. */
function limitText(name: string): string {
  try {
    const line = readFileSync('/proc/self/limits', 'utf8')
      .split('\n')
      .find((text) => text.startsWith(name));
    const [soft, hard] = line!.slice(name.length).trim().split(/\s+/);
    return `(soft=${soft}, hard=${hard})`;
  } catch {
    return '(unknown)';
  }
}
