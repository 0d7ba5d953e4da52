#!/usr/bin/env node
// Flags in, exit code out.
import { parseFlags } from '@prometheus-ts/cli';
import { createLogger } from '@prometheus-ts/log';
import { createApp } from './app.ts';
import { FLAGS } from './flags.ts';

async function main(): Promise<void> {
  const outcome = parseFlags(FLAGS, process.argv.slice(2));
  if (outcome.exit !== undefined) {
    process[outcome.stream].write(outcome.text);
    process.exitCode = outcome.exit;
    return;
  }
  const { values: flags, listing } = outcome;
  const log = createLogger({ level: flags['log.level'], format: flags['log.format'], style: 'gokit' });
  let stopping = false;
  const stop = async (why: string): Promise<void> => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info(why);
    try {
      await app.stop();
    } catch (error) {
      log.error('problem shutting down metric storage', { err: error });
      process.exit(1);
    }
    log.info('HTTP server stopped');
    process.exit(0);
  };
  const app = createApp({
    flags,
    listing,
    log,
    onQuit: () => void stop('received termination request via web service, exiting gracefully...'),
  });
  try {
    await app.start();
  } catch (error) {
    log.error('cannot start', { err: error });
    await app.stop();
    process.exitCode = 1;
    return;
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => void stop('received SIGINT/SIGTERM; exiting gracefully...'));
  }
}

await main();
