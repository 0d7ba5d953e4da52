import { describePeers } from '@prometheus-ts/testkit';
import { expect, test } from 'vitest';
import { killRounds } from './kill.case.ts';

describePeers(['promtool'], 'kill -9 under load, short form', () => {
  test('three rounds lose nothing but what was in flight, and promtool reads the same', {
    timeout: 180_000,
  }, async () => {
    const report = await killRounds({ rounds: 3, targets: 5, series: 500, seed: 20_260_821, dumpEvery: 1 });
    expect(report.scrapes).toBeGreaterThan(10);
  });
});
