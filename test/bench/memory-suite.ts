// Resident memory with 100,000 and 1,000,000 series of 8 labels at 15 s, after a few rounds of scrapes.
import { rmSync } from 'node:fs';
import { eventually, makeTemporaryFolder } from '@prometheus-ts/testkit';
import { LoadTargets } from '../support/load-targets.ts';
import { type Flavour, PrometheusUnderTest } from '../support/prometheus.ts';
import { printTable } from './table.ts';

const SERIES_PER_TARGET = 10_000;
const ROUNDS_MS = 75_000;

async function residentBytes(flavour: Flavour, targetCount: number): Promise<number> {
  const folder = makeTemporaryFolder();
  const targets = await LoadTargets.start({ targets: targetCount, series: SERIES_PER_TARGET, mode: 'mixed' });
  const server = await PrometheusUnderTest.start({ flavour, folder, config: targets.config('15s') });
  try {
    await eventually(
      async () => {
        if ((await server.number('sum(up)')) !== targetCount) throw new Error('not all targets are up');
      },
      120_000,
      500,
    );
    await new Promise((resolve) => setTimeout(resolve, ROUNDS_MS));
    return server.daemon.memoryBytes();
  } finally {
    await server.daemon.kill();
    await targets.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function run(): Promise<void> {
  const rows: string[][] = [];
  for (const targetCount of [10, 100]) {
    const ours = await residentBytes('source', targetCount);
    const theirs = await residentBytes('peer', targetCount);
    const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
    const series = (targetCount * SERIES_PER_TARGET).toLocaleString('en');
    rows.push([`${series} series`, megabytes(ours), megabytes(theirs), (ours / theirs).toFixed(3)]);
  }
  printTable(['resident memory', 'ours', 'Prometheus', 'ratio'], rows);
}
