// What the log says at start about this build and this host.
import { readFileSync } from 'node:fs';
import { hostname, machine, release, type, version } from 'node:os';
import { buildContext, versionSummary } from '@prometheus-ts/cli';
import type { Logger } from '@prometheus-ts/log';
import { buildInfo } from './build-info.ts';
import { judgeFeature } from './features.ts';
import type { ServerOptions } from './options.ts';

export function logStart(log: Logger, options: ServerOptions): void {
  for (const option of options.features) {
    const verdict = judgeFeature(option);
    if (verdict === 'without-effect') log.warn('This option for --enable-feature has no effect.', { option });
    if (verdict === 'unknown') log.warn('Unknown option for --enable-feature', { option });
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
