import { LabelSet } from '@prometheus-ts/model';
import { describe, expect, test } from 'vitest';
import { labelHashFraction, xxHash64 } from './label-hash.ts';

describe('XXH64', () => {
  // From the reference implementation of xxHash, seed 0.
  test.each([
    ['', 0xef46db3751d8e999n],
    ['a', 0xd24ec4f1a98c6e5bn],
    ['abc', 0x44bc2cf5ad770999n],
    ['message digest', 0x066ed728fceeb3ben],
    ['12345678901234567890123456789012345678901234567890123456789012345678901234567890', 0xe04a477f19ee145dn],
  ])('of %j', (text, hash) => {
    expect(xxHash64(Buffer.from(text))).toBe(hash);
  });
});

test('a label set always falls on the same fraction', () => {
  const labels = LabelSet.from({ __name__: 'up', job: 'x'.repeat(300) });
  const fraction = labelHashFraction(labels);
  expect(fraction).toBeGreaterThanOrEqual(0);
  expect(fraction).toBeLessThanOrEqual(1);
  expect(labelHashFraction(LabelSet.from({ job: 'x'.repeat(300), __name__: 'up' }))).toBe(fraction);
});
