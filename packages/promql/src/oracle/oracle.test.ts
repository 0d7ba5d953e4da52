import { expect, test } from 'vitest';
import { compareRandomly } from './test-support/compare-engine.ts';

test('the engine agrees with a naive evaluator on random expressions', () => {
  expect(compareRandomly(20_260, 2000)).toEqual([]);
});
