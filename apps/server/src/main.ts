#!/usr/bin/env node
// The command: flags in, exit code out. SIGHUP reloads; SIGTERM and SIGINT stop, a second one at once.
import { parseFlags } from '@prometheus-ts/cli';
import { ConfigError } from '@prometheus-ts/config';
import { createLogger, type Logger } from '@prometheus-ts/log';
import { createApp, type ServerApp } from './app.ts';
import { FLAGS } from './flags/flags.ts';
import { logStart } from './log-start.ts';
import { StartError, serverOptions } from './options.ts';

async function main(): Promise<number> {
  const outcome = parseFlags(FLAGS, process.argv.slice(2));
  if (outcome.exit !== undefined) {
    process[outcome.stream].write(outcome.text);
    return outcome.exit;
  }
  const { values } = outcome;
  const log = createLogger({ level: values['log.level'], format: values['log.format'] });
  try {
    const options = serverOptions(outcome);
    logStart(log, options);
    return await run(createApp(options, log), log);
  } catch (error) {
    return report(log, error, values);
  }
}

async function run(app: ServerApp, log: Logger): Promise<number> {
  const signal = new Promise<string>((resolve) => {
    let stopping = false;
    for (const name of ['SIGTERM', 'SIGINT'] as const) {
      process.on(name, () => {
        if (stopping) process.exit(1);
        stopping = true;
        resolve(name);
      });
    }
  });
  process.on('SIGHUP', () => {
    app.reload().catch((error: unknown) => log.error('Error reloading config', { err: error }));
  });
  const started = app.start();
  const ended = await Promise.race([signal, app.quitRequested.then(() => 'quit'), started.then(() => '')]);
  const reason = ended !== '' ? ended : await Promise.race([signal, app.quitRequested.then(() => 'quit')]);
  if (reason === 'quit') log.warn('Received termination request via web service, exiting gracefully...');
  else log.warn('Received an OS signal, exiting gracefully...', { signal: reason });
  await started.catch(() => {});
  await app.stop();
  return 0;
}

interface Files {
  readonly 'config.file': string;
  readonly 'web.config.file': string;
}

function report(log: Logger, error: unknown, files: Files): number {
  if (error instanceof StartError) {
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
  if (error instanceof ConfigError) {
    const { 'config.file': file, 'web.config.file': webFile } = files;
    if (error.place.file === webFile) log.error('Unable to validate web configuration file', { err: error });
    else log.error(`Error loading config (--config.file=${file})`, { file, err: error });
    process.stderr.write(`${error.report()}\n`);
    return 2;
  }
  log.error('Fatal error', { err: error });
  return 1;
}

process.exitCode = await main();
// Whatever still holds the event loop is of no use any more.
process.exit();
