import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLogger } from '@prometheus-ts/log';
import { temporaryFolder } from '@prometheus-ts/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type App, createApp } from './app.ts';
import { parseCommandLine } from './command-line.ts';

function flagsOf(argv: readonly string[]) {
  const line = parseCommandLine(['--web.listen-address=127.0.0.1:0', ...argv]);
  if (line.exit !== undefined) throw new Error(line.text);
  return line.flags;
}

async function start(...argv: string[]): Promise<{ app: App; url: string }> {
  const app = createApp({ flags: flagsOf(argv), readFlags: () => flagsOf(argv), log: silentLogger() });
  await app.start();
  onTestFinished(() => app.stop());
  return { app, url: `http://${app.addresses[0]}` };
}

const LIGHT = ['--collector.disable-defaults', '--collector.loadavg', '--collector.uname'];

describe('GET /metrics', () => {
  test('serves the enabled collectors, the build and the exporter', async () => {
    const { url } = await start(...LIGHT);
    const response = await fetch(`${url}/metrics`);
    const text = await response.text();
    expect(response.headers.get('content-type')).toBe(
      'text/plain; version=0.0.4; charset=utf-8; escaping=underscores',
    );
    expect(text).toMatch(/^node_load1 \d/m);
    expect(text).toMatch(/^node_exporter_build_info\{.*version="1\.12\.1/m);
    expect(text).toMatch(/^process_cpu_seconds_total \d/m);
    expect(text).toContain('promhttp_metric_handler_requests_in_flight 1\n');
    expect(text).not.toContain('node_memory_');
  });

  test('leaves out the exporter itself when told so', async () => {
    const { url } = await start(...LIGHT, '--web.disable-exporter-metrics');
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).not.toMatch(/^(process|promhttp|nodejs)_/m);
    expect(text).toContain('node_exporter_build_info');
  });

  test('collect[] and exclude[] choose among the collectors', async () => {
    const { url } = await start(...LIGHT);
    const only = await (await fetch(`${url}/metrics?collect[]=loadavg`)).text();
    expect(only).toContain('node_load1');
    expect(only).not.toContain('node_uname_info');
    const without = await (await fetch(`${url}/metrics?exclude[]=loadavg`)).text();
    expect(without).not.toContain('node_load1');
    expect(without).toContain('node_uname_info');
  });

  test.each([
    ['collect[]=loadavg&exclude[]=uname', 'Combined collect and exclude queries are not allowed.'],
    [
      'collect[]=meminfo',
      "Couldn't create filtered metrics handler: couldn't create collector: disabled collector: meminfo",
    ],
    [
      'collect[]=nothing',
      "Couldn't create filtered metrics handler: couldn't create collector: missing collector: nothing",
    ],
  ])('?%s is refused', async (query, text) => {
    const { url } = await start(...LIGHT);
    const response = await fetch(`${url}/metrics?${query}`);
    expect(response.status).toBe(400);
    expect(await response.text()).toBe(text);
  });

  test('a hundred scrapes at once are all answered when there is no limit', async () => {
    const { url } = await start(...LIGHT, '--web.max-requests=0');
    const answers = await Promise.all(Array.from({ length: 100 }, () => fetch(`${url}/metrics`)));
    expect(answers.map(({ status }) => status)).toEqual(Array(100).fill(200));
    await Promise.all(answers.map((answer) => answer.text()));
  });

  test('more than --web.max-requests at once are told to try again', async () => {
    // The NTP collector waits a second for a server that does not answer.
    const silent = createSocket('udp4').bind(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => void silent.close());
    const { url } = await start(
      '--collector.disable-defaults',
      '--collector.ntp',
      `--collector.ntp.server-port=${silent.address().port}`,
      '--web.max-requests=1',
    );
    const [first, second] = await Promise.all([fetch(`${url}/metrics`), fetch(`${url}/metrics`)]);
    expect([first!.status, second!.status].sort()).toEqual([200, 503]);
    const refused = first!.status === 503 ? first! : second!;
    expect(await refused.text()).toBe('Limit of concurrent requests reached (1), try again later.\n');
  });
});

test('the landing page links to the metrics and ranks the collectors', async () => {
  const { url } = await start(...LIGHT, '--web.telemetry-path=/m');
  await (await fetch(`${url}/m`)).text();
  const page = await (await fetch(`${url}/`)).text();
  expect(page).toContain('href="/m"');
  expect(page).toContain('<td>loadavg</td>');
  expect(page).toContain('<td>uname</td>');
});

describe('a file of flags', () => {
  test('is read, reloaded, and kept as it was when it turns bad', async () => {
    const file = join(temporaryFolder(), 'flags.yml');
    writeFileSync(file, 'collector.disable-defaults: true\ncollector.loadavg: true\n');
    const { app, url } = await start(`--config.file=${file}`);
    const has = async (name: string) => (await (await fetch(`${url}/metrics`)).text()).includes(`\n${name}`);
    expect(await has('node_load1')).toBe(true);
    expect(await has('node_uname_info')).toBe(false);
    writeFileSync(file, 'collector.disable-defaults: true\ncollector.uname: true\n');
    await app.reload();
    expect(await has('node_load1')).toBe(false);
    expect(await has('node_uname_info')).toBe(true);
    writeFileSync(file, 'collector.unam: true\n');
    await expect(app.reload()).rejects.toThrow(/flags\.yml:1:1: unknown flag/);
    expect(await has('node_uname_info')).toBe(true);
  });

  test.each([
    ['collector.unam: true', /unknown flag "collector.unam"/, /did you mean collector\.uname/],
    ['collector.cpu.guest: maybe', /true or false/, undefined],
    ['collector.vmstat.fields: [a, b]', /one value, not a list/, undefined],
    ['- a', /expected flags/, undefined],
  ])('%s is refused', (text, message, hint) => {
    const file = join(temporaryFolder(), 'flags.yml');
    writeFileSync(file, text);
    const error = (() => {
      try {
        parseCommandLine([`--config.file=${file}`]);
      } catch (caught) {
        return caught as Error & { hint?: string };
      }
      throw new Error('not refused');
    })();
    expect(error.message).toMatch(message);
    if (hint !== undefined) expect(error.hint).toMatch(hint);
  });

  test('gives way to the command line', () => {
    const file = join(temporaryFolder(), 'flags.yml');
    writeFileSync(file, 'path.procfs: /from/file\ncollector.sysctl.include: [a.b, c.d]\n');
    const flags = flagsOf([`--config.file=${file}`, '--path.procfs=/from/line']);
    expect(flags.string('path.procfs')).toBe('/from/line');
    expect(flags.strings('collector.sysctl.include')).toEqual(['a.b', 'c.d']);
  });
});

test.each([
  [['--collector.netdev.device-include=a', '--collector.netdev.device-exclude=b'], /mutually exclusive/],
  [['--collector.diskstats.device-include=('], /error parsing regexp/],
  [['--collector.min-interval=hwmo=30s'], /names no collector/],
  [['--collector.ipvs.backend-labels=nonsense'], /unknown IPVS backend labels/],
])('%j stops the start', async (argv, message) => {
  const app = createApp({ flags: flagsOf(argv), log: silentLogger() });
  await expect(app.start()).rejects.toThrow(message);
  await app.stop();
});
