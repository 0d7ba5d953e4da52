import { expect, test } from 'vitest';
import { runStress } from '../test-support/stress/run-stress.ts';

test('60 s of readers beside a writer that frees and reuses memory: no wrong read', {
  timeout: 120_000,
}, async () => {
  const { reports, commits, chunksRemoved } = await runStress(60_000, 4, Date.now() & 0xffff);
  for (const { wrong } of reports) expect(wrong).toEqual([]);
  const reads = reports.reduce((sum, report) => sum + report.reads, 0);
  const samples = reports.reduce((sum, report) => sum + report.samples, 0);
  console.log(`${commits} commits, ${chunksRemoved} chunks freed, ${reads} reads of ${samples} samples`);
});
