import { Random } from '@prometheus-ts/testkit';
import { expect, test } from 'vitest';
import { checkMutations } from './fuzz-check.test-support.ts';

test('1,000,000 damaged queries parse or fail with a ParseError', { timeout: 600_000 }, () => {
  const seed = Number(process.env['FUZZ_SEED'] ?? 1);
  const { parsed, refused, slowestMs } = checkMutations(new Random(seed), 1_000_000);
  expect(parsed + refused).toBe(1_000_000);
  expect(slowestMs).toBeLessThan(10_000);
});
