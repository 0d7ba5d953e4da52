// Range queries over HTTP to the last byte: 4,000 series × 6 h at 15 s in blocks, 4.8 h at 60 s, ours alternating
// with Debian's Prometheus, and with VictoriaMetrics where it is installed.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, freePort, makeTemporaryFolder } from '@prometheus-ts/testkit';
import { Daemon } from '../support/daemon.ts';
import { PrometheusUnderTest } from '../support/prometheus.ts';
import { QUERIES, type QueryData, writeOpenMetrics } from './query-data.ts';
import { geometricMean, median, printTable } from './table.ts';

const SERIES = Number(process.env['BENCH_SERIES'] ?? 4_000);
const HOURS = 6;
const RUNS = 7;
const CONFIG = 'global: { scrape_interval: 1h }\n';

/** Milliseconds until the last byte of a range query, and how many bytes came. */
async function time(url: string, query: string, data: QueryData): Promise<{ ms: number; bytes: number }> {
  const start = data.startSeconds + 0.2 * HOURS * 3600;
  const parameters = new URLSearchParams({
    query,
    start: String(start),
    end: String(data.endSeconds),
    step: '60',
    nocache: '1',
  });
  const began = performance.now();
  const response = await fetch(`${url}/api/v1/query_range?${parameters}`);
  const body = await response.arrayBuffer();
  if (!response.ok)
    throw new Error(`${query}: ${response.status} ${Buffer.from(body).toString('utf8', 0, 300)}`);
  return { ms: performance.now() - began, bytes: body.byteLength };
}

async function startVictoria(
  folder: string,
  openMetrics: string,
): Promise<{ daemon: Daemon; url: string } | undefined> {
  if (!findProgram('victoria-metrics')) return undefined;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const daemon = await Daemon.start({
    command: 'victoria-metrics',
    args: [
      `-storageDataPath=${folder}`,
      `-httpListenAddr=127.0.0.1:${port}`,
      '-retentionPeriod=1y',
      '-search.maxQueryLen=1MB',
    ],
    readyUrl: `${url}/health`,
  });
  // Its import takes milliseconds, and batches of a bounded size.
  const lines = readFileSync(openMetrics, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  for (let i = 0; i < lines.length; i += 500_000) {
    const body = lines
      .slice(i, i + 500_000)
      .map((line) => `${line}000`)
      .join('\n');
    const response = await fetch(`${url}/api/v1/import/prometheus`, { method: 'POST', body });
    if (!response.ok) throw new Error(`import: ${response.status}`);
  }
  await fetch(`${url}/internal/force_flush`);
  return { daemon, url };
}

export async function run(): Promise<void> {
  const folder = makeTemporaryFolder();
  const openMetrics = join(folder, 'data.om');
  const startSeconds = Math.floor(Date.now() / 1000 / 7200) * 7200 - (HOURS + 4) * 3600;
  const data = writeOpenMetrics(openMetrics, SERIES, startSeconds, HOURS);
  const blocks = join(folder, 'blocks');
  mkdirSync(blocks);
  execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', openMetrics, blocks], {
    stdio: 'ignore',
  });
  const daemons: Daemon[] = [];
  try {
    for (const who of ['ours', 'theirs']) cpSync(blocks, join(folder, who, 'data'), { recursive: true });
    const flags = ['--storage.tsdb.retention.time=10y'];
    const ours = await PrometheusUnderTest.start({
      flavour: 'source',
      folder: join(folder, 'ours'),
      config: CONFIG,
      flags,
    });
    daemons.push(ours.daemon);
    const theirs = await PrometheusUnderTest.start({
      flavour: 'peer',
      folder: join(folder, 'theirs'),
      config: CONFIG,
      flags,
    });
    daemons.push(theirs.daemon);
    const victoria = await startVictoria(join(folder, 'victoria'), openMetrics);
    if (victoria) daemons.push(victoria.daemon);

    console.log(`${data.series} series, ${data.samples} samples; median of ${RUNS} alternating runs`);
    const urls = [ours.url, theirs.url, ...(victoria ? [victoria.url] : [])];
    const rows: string[][] = [];
    const speedups: number[][] = [[], []];
    for (const [name, query] of Object.entries(QUERIES)) {
      const times = urls.map((): number[] => []);
      let bytes = 0;
      for (let run = -1; run < RUNS; run++) {
        for (const [who, url] of urls.entries()) {
          const measured = await time(url, query, data);
          if (run >= 0) times[who]!.push(measured.ms);
          if (who === 0) bytes = measured.bytes;
        }
      }
      const [mine, ...others] = times.map(median);
      for (const [i, other] of others.entries()) speedups[i]!.push(other / mine!);
      rows.push([
        name,
        `${mine!.toFixed(1)} ms`,
        ...others.map((other) => `${other.toFixed(1)} ms`),
        ...others.map((other) => (other / mine!).toFixed(2)),
        `${(bytes / 1e3).toFixed(0)} kB`,
      ]);
    }
    rows.push([
      'geometric mean of the speedups',
      '',
      ...urls.slice(1).map(() => ''),
      ...speedups.filter((list) => list.length > 0).map((list) => geometricMean(list).toFixed(2)),
      '',
    ]);
    const peers = ['Prometheus', ...(victoria ? ['VictoriaMetrics'] : [])];
    printTable(['range query', 'ours', ...peers, ...peers.map((peer) => `× ${peer}`), 'answer'], rows);
    console.log(
      `resident: ours ${Math.round(ours.daemon.memoryBytes() / 1e6)} MB, Prometheus ${Math.round(theirs.daemon.memoryBytes() / 1e6)} MB`,
    );
  } finally {
    await Promise.all(daemons.map((daemon) => daemon.kill()));
    rmSync(folder, { recursive: true, force: true });
  }
}
