import { Random } from '@prometheus-ts/testkit';
import { expect, test } from 'vitest';
import { checkMutations } from './fuzz-check.test-support.ts';

test('20,000 damaged queries parse or fail with a ParseError', () => {
  const { parsed, refused } = checkMutations(new Random(20_240_917), 20_000);
  expect(parsed).toBeGreaterThan(500);
  expect(refused).toBeGreaterThan(10_000);
});
