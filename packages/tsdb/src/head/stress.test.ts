import { expect, test } from 'vitest';
import { runStress } from '../test-support/stress/run-stress.ts';

test('readers see only whole transactions and right samples while memory is freed and used again', async () => {
  const { reports, commits, seriesRemoved, chunksRemoved } = await runStress(3000, 4, 42);
  for (const { wrong, samples } of reports) {
    expect(wrong).toEqual([]);
    expect(samples).toBeGreaterThan(0);
  }
  expect(commits).toBeGreaterThan(100);
  expect(seriesRemoved).toBeGreaterThan(10);
  expect(chunksRemoved).toBeGreaterThan(100);
});
