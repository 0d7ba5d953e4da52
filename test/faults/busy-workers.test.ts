import { expect, test } from 'vitest';
import { busyWorkers } from './busy-workers.case.ts';

test('heavy queries on all workers leave scraping and light queries alone, short form', {
  timeout: 90_000,
}, async () => {
  const report = await busyWorkers({ flavour: 'source', seconds: 8, targets: 10, series: 1_000 });
  expect(report.heavyQueries).toBeGreaterThan(2);
  expect(report.samplesPerSecond).toBeGreaterThan(5_000);
});
