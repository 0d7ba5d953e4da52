// Mounts whose statfs never returns: FUSE mounts with nobody behind them. libuv has four threads, so five of them
// stop an exporter that asks for each from its own thread pool. Needs root and /dev/fuse.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { silentLogger } from '@prometheus-ts/log';
import { eventually, makeTemporaryFolder } from '@prometheus-ts/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, createApp } from './app.ts';
import { parseCommandLine } from './command-line.ts';
import { parseSeries } from './test-support/parse-series.ts';

const MOUNTS = 5;
const MOUNT_TIMEOUT_MS = 500;

function canMount(): boolean {
  try {
    accessSync('/dev/fuse', constants.R_OK | constants.W_OK);
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
}

const title = 'five mounts that never answer';

describe.skipIf(!canMount())(canMount() ? title : `${title} [skipped: needs root and /dev/fuse]`, () => {
  const folder = makeTemporaryFolder();
  const points = Array.from({ length: MOUNTS }, (_, i) => join(folder, `mount${i}`));
  const holders: ChildProcess[] = [];
  let app: App;

  beforeAll(async () => {
    for (const point of points) {
      mkdirSync(point);
      // The shell opens the device and mounts with it; sleep keeps it open and never reads a request.
      const script =
        'exec 3<>/dev/fuse && mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0,allow_other hung "$1" && exec sleep 600';
      holders.push(spawn('sh', ['-c', script, 'sh', point], { stdio: ['ignore', 'ignore', 'inherit'] }));
    }
    await eventually(() => {
      const mounts = readFileSync('/proc/self/mountinfo', 'utf8');
      for (const point of points)
        if (!mounts.includes(` ${point} `)) throw new Error(`${point} is not mounted`);
    });
    const line = parseCommandLine([
      '--web.listen-address=127.0.0.1:0',
      `--collector.filesystem.mount-timeout=${MOUNT_TIMEOUT_MS}ms`,
    ]);
    if (line.exit !== undefined) throw new Error(line.text);
    app = createApp({ flags: line.flags, log: silentLogger() });
    await app.start();
  });

  afterAll(async () => {
    await app?.stop();
    // Without its holder a mount answers every call with an error, and can be taken away.
    for (const holder of holders) holder.kill('SIGKILL');
    for (const point of points) execFileSync('umount', ['-l', point]);
    rmSync(folder, { recursive: true, force: true });
  });

  const scrape = async () =>
    parseSeries(await (await fetch(`http://${app.addresses[0]}/metrics`)).text()).values;
  const stuck = (point: string) =>
    `node_filesystem_device_error{device="hung",device_error="mountpoint timeout",fstype="fuse",mountpoint="${point}"}`;

  test('each is named and marked, and everything else is served, again and again', async () => {
    for (let round = 0; round < 4; round++) {
      const values = await scrape();
      for (const point of points) expect([point, values.get(stuck(point))]).toEqual([point, '1']);
      expect(values.get('node_scrape_collector_success{collector="filesystem"}')).toBe('1');
      expect([...values.keys()].some((series) => series.startsWith('node_filesystem_size_bytes{'))).toBe(
        true,
      );
      expect(values.has('node_load1')).toBe(true);
    }
  });

  test('a scrape after the first does not wait for them', async () => {
    const before = performance.now();
    await scrape();
    expect(performance.now() - before).toBeLessThan(MOUNT_TIMEOUT_MS + 2000);
  });

  test('neither threads nor processes pile up', async () => {
    const count = () => readdirSync('/proc/self/task').length;
    const children = () =>
      readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').split(' ').filter(Boolean).length;
    const before = { threads: count(), children: children() };
    for (let round = 0; round < 10; round++) await scrape();
    expect(count()).toBeLessThanOrEqual(before.threads + 1);
    expect(children()).toBe(before.children);
  });

  test('the landing page lists them', async () => {
    const page = await (await fetch(`http://${app.addresses[0]}/`)).text();
    for (const point of points) expect(page).toContain(point);
  });

  test('one that answers again is served again', async () => {
    const [point] = points;
    holders[0]!.kill('SIGKILL');
    await eventually(async () => {
      const values = await scrape();
      expect(values.has(stuck(point!))).toBe(false);
    });
  });
});
