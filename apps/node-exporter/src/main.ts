#!/usr/bin/env node
// Flags in, exit code out.
import { isSea } from 'node:sea';
import { ConfigError } from '@prometheus-ts/config';
import { createLogger, type LogFormat, type LogLevel } from '@prometheus-ts/log';
import { createApp } from './app.ts';
import { type CommandLine, parseCommandLine } from './command-line.ts';
import { runMountProbeHelper } from './mount-probe-helper.ts';
import { HELPER_ARGUMENT } from './mount-probe-protocol.ts';

async function main(): Promise<void> {
  const argv = process.argv.slice(2);
  if (argv[0] === HELPER_ARGUMENT) {
    runMountProbeHelper();
    return;
  }
  const line = readFlags(argv);
  if (line === undefined) return;
  if (line.exit !== undefined) {
    process[line.stream].write(line.text);
    process.exitCode = line.exit;
    return;
  }
  const { flags } = line;
  const log = createLogger({
    level: flags.string('log.level') as LogLevel,
    format: flags.string('log.format') as LogFormat,
  });
  const self = isSea() ? [process.execPath] : [process.execPath, process.argv[1]!];
  const app = createApp({
    flags,
    log,
    helperCommand: [...self, HELPER_ARGUMENT],
    readFlags: () => (parseCommandLine(argv) as typeof line).flags,
  });
  try {
    await app.start();
  } catch (error) {
    log.error('cannot start', { err: error });
    process.exitCode = 1;
    await app.stop();
    return;
  }
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info('Received signal, shutting down', { signal });
    app.stop().then(() => process.exit(0));
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
  process.on('SIGHUP', () => {
    app.reload().catch((error: unknown) => log.error('cannot reload the flags', { err: error }));
  });
}

/** undefined where the file of flags is bad, which has been said then. */
function readFlags(argv: readonly string[]): CommandLine | undefined {
  try {
    return parseCommandLine(argv);
  } catch (error) {
    process.stderr.write(`node_exporter: ${error instanceof ConfigError ? error.report() : error}\n`);
    process.exitCode = 1;
    return undefined;
  }
}

await main();
