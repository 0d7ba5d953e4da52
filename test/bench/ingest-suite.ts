// CPU per sample from socket to WAL: 20 targets × 10,000 series at 1 s, ours and Debian's Prometheus one after
// the other under the same load.
import { rmSync } from 'node:fs';
import { eventually, makeTemporaryFolder } from '@prometheus-ts/testkit';
import { LoadTargets } from '../support/load-targets.ts';
import { type Flavour, PrometheusUnderTest } from '../support/prometheus.ts';
import { printTable } from './table.ts';

const TARGETS = 20;
const SERIES = 10_000;
const WARM_UP_MS = 15_000;
const MEASURE_MS = 40_000;

interface Measured {
  readonly microsecondsPerSample: number;
  readonly samplesPerSecond: number;
}

async function measure(flavour: Flavour, gzip: boolean): Promise<Measured> {
  const folder = makeTemporaryFolder();
  const targets = await LoadTargets.start({ targets: TARGETS, series: SERIES, mode: 'mixed', gzip });
  const server = await PrometheusUnderTest.start({ flavour, folder, config: targets.config('1s') });
  const appended = async () => {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    const lines = metrics.matchAll(/^prometheus_tsdb_head_samples_appended_total(?:\{[^}]*\})? (\S+)$/gm);
    return [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
  };
  try {
    await eventually(async () => {
      if ((await server.number('sum(up)')) !== TARGETS) throw new Error('not all targets are up');
    }, 60_000);
    await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
    const [samplesBefore, cpuBefore, timeBefore] = [
      await appended(),
      server.daemon.cpuSeconds(),
      performance.now(),
    ];
    await new Promise((resolve) => setTimeout(resolve, MEASURE_MS));
    const samples = (await appended()) - samplesBefore;
    const cpu = server.daemon.cpuSeconds() - cpuBefore;
    const seconds = (performance.now() - timeBefore) / 1000;
    return { microsecondsPerSample: (cpu * 1e6) / samples, samplesPerSecond: samples / seconds };
  } finally {
    await server.daemon.kill();
    await targets.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function run(): Promise<void> {
  const rows: string[][] = [];
  for (const gzip of [false, true]) {
    const ours = await measure('source', gzip);
    const theirs = await measure('peer', gzip);
    rows.push([
      gzip ? 'gzip' : 'plain',
      `${ours.microsecondsPerSample.toFixed(3)} µs`,
      `${theirs.microsecondsPerSample.toFixed(3)} µs`,
      (ours.microsecondsPerSample / theirs.microsecondsPerSample).toFixed(3),
      `${Math.round(ours.samplesPerSecond)} / ${Math.round(theirs.samplesPerSecond)}`,
    ]);
  }
  printTable(
    ['scrape to WAL, CPU per sample', 'ours', 'Prometheus', 'ratio', 'samples/s ours / theirs'],
    rows,
  );
}
