// Sections of the file whose function does not exist yet. They are read and checked like all others, but a
// server must not pretend to do what it does not.
import { ConfigError, problemAt } from '@prometheus-ts/config';
import { MECHANISM_FIELDS } from './discovery-fields.ts';
import type { LoadedConfig } from './load.ts';
import type { ServerConfig } from './types.ts';

/** Throws ConfigError when the configuration asks for what this build cannot do. */
export function refuseUnavailable({ config, scrapes }: LoadedConfig): void {
  const asked: readonly (readonly [keyof ServerConfig, boolean])[] = [
    ['rule_files', config.rule_files.length > 0],
    ['alerting', config.alerting.alertmanagers.length > 0],
    ['remote_write', config.remote_write.length > 0],
    ['remote_read', config.remote_read.length > 0],
    ['tracing', config.tracing !== undefined],
  ];
  const problems = asked
    .filter(([, present]) => present)
    .map(([name]) =>
      problemAt(config, name, `${name} is not available in this build yet`, 'remove the section'),
    );
  for (const scrape of scrapes) {
    const values = scrape as unknown as Readonly<Record<string, readonly unknown[]>>;
    for (const name of MECHANISM_FIELDS) {
      if (values[name]!.length === 0) continue;
      const message = `${name} is not available in this build yet`;
      problems.push(problemAt(scrape, name, message, 'list the targets in static_configs'));
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
}
