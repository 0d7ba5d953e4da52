import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeWhen } from '@prometheus-ts/testkit';
import { expect, test } from 'vitest';
import { root } from '../../scripts/root.ts';
import { busyWorkers } from './busy-workers.case.ts';

for (const flavour of ['source', 'binary'] as const) {
  const present = flavour === 'source' || existsSync(join(root, 'dist/bin/prometheus'));
  describeWhen(present, 'dist/bin (npm run build)', `heavy queries for a minute, from ${flavour}`, () => {
    test('50,000 samples a second go on, p99 of the event loop under 50 ms', {
      timeout: 180_000,
    }, async () => {
      const report = await busyWorkers({ flavour, seconds: 60, targets: 20, series: 2_500 });
      expect(report.samplesPerSecond).toBeGreaterThan(47_000);
      expect(report.loopDelayP99Ms).toBeLessThan(50);
      expect(report.lightMedianMs).toBeLessThan(50);
    });
  });
}
