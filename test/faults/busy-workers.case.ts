// Heavy queries on every worker while scraping goes on: neither the event loop nor a light query may notice.
import { rmSync } from 'node:fs';
import { eventually, makeTemporaryFolder } from '@prometheus-ts/testkit';
import { expect } from 'vitest';
import { LoadTargets } from '../support/load-targets.ts';
import { type Flavour, PrometheusUnderTest } from '../support/prometheus.ts';

export interface BusyOptions {
  readonly flavour: Flavour;
  readonly seconds: number;
  readonly targets: number;
  readonly series: number;
}

export interface BusyReport {
  readonly heavyQueries: number;
  /** Of the whole run, as the server's own nodejs_eventloop_lag_p99_seconds says. */
  readonly loopDelayP99Ms: number;
  readonly lightMedianMs: number;
  readonly lightP99Ms: number;
  readonly samplesPerSecond: number;
}

const HEAVY = [
  'sum by (code) (rate(load_requests_total[30s]))',
  'quantile_over_time(0.9, load_temperature_celsius[30s])',
  'topk(5, avg_over_time(load_temperature_celsius[20s]) * on (instance, shard) load_temperature_celsius)',
];

function percentile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]!;
}

export async function busyWorkers(options: BusyOptions): Promise<BusyReport> {
  const folder = makeTemporaryFolder();
  const targets = await LoadTargets.start({
    targets: options.targets,
    series: options.series,
    mode: 'mixed',
  });
  const server = await PrometheusUnderTest.start({
    flavour: options.flavour,
    folder,
    config: targets.config('1s'),
  });
  try {
    await eventually(async () => expect(await server.number('sum(up)')).toBe(options.targets), 20_000);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    const end = Date.now() + options.seconds * 1_000;
    let heavyQueries = 0;
    const runHeavy = async (first: number) => {
      for (let i = first; Date.now() < end; i++) {
        const now = Date.now() / 1000;
        // A text never seen before is not known to be long, so that no worker is kept free of it.
        const query = `${HEAVY[i % HEAVY.length]} + 0 * ${first}${i}`;
        await server.queryRange(query, now - 60, now, 1);
        heavyQueries++;
      }
    };
    const delays: number[] = [];
    const runLight = async () => {
      while (Date.now() < end) {
        const started = performance.now();
        await server.number('count(up)');
        delays.push(performance.now() - started);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    await Promise.all([runHeavy(0), runHeavy(1), runLight()]);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    const lag = Number(/^nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(metrics)![1]);
    const scraped = await server.number(
      'sum(count_over_time(scrape_samples_scraped[20s]) * on (instance) scrape_samples_scraped) / 20',
    );
    delays.sort((a, b) => a - b);
    const report = {
      heavyQueries,
      loopDelayP99Ms: lag * 1_000,
      lightMedianMs: percentile(delays, 0.5),
      lightP99Ms: percentile(delays, 0.99),
      samplesPerSecond: scraped,
    };
    console.log(`busy workers (${options.flavour}): ${JSON.stringify(report)}`);
    return report;
  } finally {
    await server.daemon.kill();
    await targets.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
