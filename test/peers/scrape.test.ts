// Ours and the originals scrape each other; both databases must hold the same.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describePeers, eventually, freePort, makeTemporaryFolder } from '@prometheus-ts/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Daemon, ourCommand } from '../support/daemon.ts';
import { PrometheusUnderTest, type SeriesAnswer } from '../support/prometheus.ts';

/** What 3.x stores otherwise than 2.42, by decision of the original: classic buckets and quantiles are floats. */
function as3x({ metric }: SeriesAnswer): string {
  const labels = Object.entries(metric).map(([name, value]) => {
    const isFloatLabel = name === 'le' || name === 'quantile';
    return [name, isFloatLabel && /^-?\d+$/.test(value) ? `${value}.0` : value];
  });
  return JSON.stringify(labels.toSorted());
}

describePeers(['prometheus', 'prometheus-node-exporter'], 'ours and the originals scrape each other', () => {
  const folder = makeTemporaryFolder();
  const daemons: Daemon[] = [];
  let ours: PrometheusUnderTest;
  let theirs: PrometheusUnderTest;

  beforeAll(async () => {
    const [exporterPort, peerExporterPort, oursPort] = [await freePort(), await freePort(), await freePort()];
    const { command, args } = ourCommand('node-exporter', 'source');
    daemons.push(
      await Daemon.start({
        command,
        args: [...args, `--web.listen-address=127.0.0.1:${exporterPort}`],
        readyUrl: `http://127.0.0.1:${exporterPort}/`,
      }),
      await Daemon.start({
        command: 'prometheus-node-exporter',
        args: [`--web.listen-address=127.0.0.1:${peerExporterPort}`],
        readyUrl: `http://127.0.0.1:${peerExporterPort}/`,
      }),
    );
    const config = `
global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:
  - job_name: our_exporter
    static_configs: [{ targets: ['127.0.0.1:${exporterPort}'] }]
  - job_name: our_server
    static_configs: [{ targets: ['127.0.0.1:${oursPort}'] }]
  - job_name: peer_exporter
    static_configs: [{ targets: ['127.0.0.1:${peerExporterPort}'] }]
`;
    ours = await PrometheusUnderTest.start({
      flavour: 'source',
      folder: join(folder),
      config,
      port: oursPort,
    });
    theirs = await PrometheusUnderTest.start({ flavour: 'peer', folder: join(folder, 'peer'), config });
  });

  afterAll(async () => {
    await Promise.all([...daemons, ours?.daemon, theirs?.daemon].map((daemon) => daemon?.kill()));
    rmSync(folder, { recursive: true, force: true });
  });

  test('Debian’s Prometheus scrapes our exporter and our server without an error', async () => {
    await eventually(async () => expect(await theirs.number('sum(up)')).toBe(3), 15_000);
    const { activeTargets } = await theirs.api<{ activeTargets: { lastError: string }[] }>('targets');
    expect(activeTargets.map(({ lastError }) => lastError)).toEqual(['', '', '']);
    expect(theirs.daemon.output).not.toMatch(/level=(warn|error)/);
    expect(await theirs.number('count(node_cpu_seconds_total{job="our_exporter",mode="idle",cpu="0"})')).toBe(
      1,
    );
    expect(await theirs.number('count(prometheus_tsdb_head_series{job="our_server"})')).toBe(1);
  });

  test('ours scrapes all three as well', async () => {
    await eventually(async () => expect(await ours.number('sum(up)')).toBe(3), 15_000);
  });

  test.each(['peer_exporter', 'our_exporter'])('both databases hold the same series of %s', async (job) => {
    const series = async (server: PrometheusUnderTest) =>
      (await server.query(`{job="${job}"}`)).map(as3x).toSorted();
    await eventually(async () => {
      const [mine, peers] = [await series(ours), await series(theirs)];
      expect(mine.length).toBeGreaterThan(100);
      expect(mine).toEqual(peers);
    }, 15_000);
  });

  test('both tell the same sample counts of each target', async () => {
    const counts = async (server: PrometheusUnderTest) =>
      (await server.query('scrape_samples_scraped{job=~".+_exporter"}')).map(({ metric, value }) => [
        metric,
        value![1],
      ]);
    await eventually(async () => expect(await counts(ours)).toEqual(await counts(theirs)), 15_000);
  });
});
