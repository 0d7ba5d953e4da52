import { describePeers } from '@prometheus-ts/testkit';
import { expect, test } from 'vitest';
import { killRounds } from './kill.case.ts';

describePeers(['promtool'], 'kill -9 under load, fifty rounds', () => {
  test('20 targets × 5,000 series at 1 s', { timeout: 3_600_000 }, async () => {
    const report = await killRounds({
      rounds: 50,
      targets: 20,
      series: 5_000,
      seed: Date.now() >>> 0,
      dumpEvery: 10,
    });
    expect(report.scrapes).toBeGreaterThan(1_000);
  });
});
