// The program as a process: exit codes, signals, what it says when it cannot start.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually, freePort, temporaryFolder } from '@prometheus-ts/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

class Run {
  readonly child: ChildProcess;
  output = '';
  readonly exit: Promise<number>;

  constructor(args: readonly string[]) {
    this.child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.on('data', (data: Buffer) => {
        this.output += data.toString();
      });
    }
    this.exit = once(this.child, 'close').then(([code]) => code as number);
    onTestFinished(() => void this.child.kill('SIGKILL'));
  }
}

function files(config = 'scrape_configs: []\n'): { folder: string; args: string[] } {
  const folder = temporaryFolder();
  const file = join(folder, 'prometheus.yml');
  writeFileSync(file, config);
  return { folder, args: [`--config.file=${file}`, `--storage.tsdb.path=${join(folder, 'data')}`] };
}

async function started(args: readonly string[]): Promise<{ run: Run; url: string }> {
  const port = await freePort();
  const run = new Run([...args, `--web.listen-address=127.0.0.1:${port}`]);
  await eventually(() => expect(run.output).toContain('Server is ready'), 15_000);
  return { run, url: `http://127.0.0.1:${port}` };
}

describe('a command line that cannot be', () => {
  test.each([
    [['--query.timeot=1m'], 2, 'query.timeout'],
    [['--storage.agent.path=x'], 3, 'can only be used in agent mode: ["--storage.agent.path"]'],
    [['--web.enable-otlp-receiver'], 1, 'does not have yet: ["--web.enable-otlp-receiver"]'],
    [['--enable-feature=exemplar-storage'], 1, 'does not have these features yet: exemplar-storage'],
    [['--web.cors.origin=('], 2, 'could not compile CORS regex string "("'],
    [['--web.external-url="x'], 2, 'URL must not begin or end with quotes'],
  ])('%j exits with %d', async (flags, code, message) => {
    const run = new Run([...files().args, ...flags]);
    expect(await run.exit).toBe(code);
    expect(run.output).toContain(message);
  });

  test('--version and --help print and exit', async () => {
    const version = new Run(['--version']);
    expect(await version.exit).toBe(0);
    expect(version.output).toMatch(/^prometheus, version 3\.14\.0/);
    const help = new Run(['--help']);
    expect(await help.exit).toBe(0);
    expect(help.output).toContain('--storage.tsdb.path');
    expect(help.output).not.toContain('--scrape.timestamp-tolerance');
  });
});

describe('a start that cannot be', () => {
  test('a mistake in the configuration exits with 2 and shows the place', async () => {
    const run = new Run(files('global:\n  scrape_intervall: 1s\n').args);
    expect(await run.exit).toBe(2);
    expect(run.output).toContain('Error loading config (--config.file=');
    expect(run.output).toContain('prometheus.yml:2:3: field scrape_intervall not found in type config.plain');
    expect(run.output).toContain('did you mean "scrape_interval"?');
  });

  test('a port that is taken is named, with who has it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const run = new Run([...files().args, `--web.listen-address=127.0.0.1:${port}`]);
    expect(await run.exit).toBe(1);
    expect(run.output).toContain(`listen tcp 127.0.0.1:${port}: bind: address already in use`);
    expect(run.output).toContain(String(process.pid));
  });

  test('a data folder that is a file is named', async () => {
    const { folder, args } = files();
    writeFileSync(join(folder, 'data'), '');
    const run = new Run([...args, `--web.listen-address=127.0.0.1:${await freePort()}`]);
    expect(await run.exit).toBe(1);
    expect(run.output).toContain(join(folder, 'data'));
  });

  test('a data folder that another server has locked is named', async () => {
    const { args } = files();
    await started(args);
    const second = new Run([...args, `--web.listen-address=127.0.0.1:${await freePort()}`]);
    expect(await second.exit).toBe(1);
    expect(second.output).toContain('lock');
  });
});

describe('signals', () => {
  test('SIGTERM flushes and exits with 0; SIGHUP reloads', async () => {
    const { folder, args } = files();
    const { run, url } = await started(args);
    writeFileSync(join(folder, 'prometheus.yml'), 'global: {scrape_interval: 7s}\n');
    run.child.kill('SIGHUP');
    await eventually(async () => {
      const { data } = (await (await fetch(`${url}/api/v1/status/config`)).json()) as {
        data: { yaml: string };
      };
      expect(data.yaml).toContain('scrape_interval: 7s');
    });
    run.child.kill('SIGTERM');
    expect(await run.exit).toBe(0);
    expect(run.output).toContain('See you next time!');
  });

  test('POST /-/quit ends it, when allowed', async () => {
    const { run, url } = await started([...files().args, '--web.enable-lifecycle']);
    const answer = await fetch(`${url}/-/quit`, { method: 'POST' });
    expect(await answer.text()).toBe('Requesting termination... Goodbye!');
    expect(await run.exit).toBe(0);
  });

  test('changed files are taken over by themselves with --config.auto-reload', async () => {
    const { folder, args } = files('scrape_config_files: ["jobs/*.yml"]\n');
    mkdirSync(join(folder, 'jobs'));
    const { url } = await started([...args, '--config.auto-reload', '--config.auto-reload-interval=1s']);
    expect((await fetch(`${url}/-/reload`, { method: 'POST' })).status).toBe(403);
    writeFileSync(join(folder, 'jobs/a.yml'), 'scrape_configs: [{job_name: new}]\n');
    await eventually(async () => {
      const { data } = (await (await fetch(`${url}/api/v1/scrape_pools`)).json()) as {
        data: { scrapePools: string[] };
      };
      expect(data.scrapePools).toEqual(['new']);
    }, 15_000);
  });
});
