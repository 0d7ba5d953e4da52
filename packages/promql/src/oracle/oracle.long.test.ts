import { expect, test } from 'vitest';
import { compareRandomly } from './test-support/compare-engine.ts';

test.each([1, 2, 3, 4])(
  'the engine agrees with a naive evaluator on 5,000 random expressions (seed %i)',
  (seed) => {
    expect(compareRandomly(seed, 5000)).toEqual([]);
  },
  600_000,
);
