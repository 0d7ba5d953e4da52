import { expect, test } from 'vitest';
import { CounterResetHint, CUSTOM_BUCKETS_SCHEMA, type FloatHistogram } from '../float-histogram.ts';
import { detectReset } from './detect-reset.ts';
import { histogram } from './fixtures.ts';

const previous = histogram({
  schema: 1,
  zeroThreshold: 0.1,
  zeroCount: 2,
  positive: { 0: 1, 1: 3, 3: 1 },
  negative: { 1: 2 },
});
const custom = { schema: CUSTOM_BUCKETS_SCHEMA, customValues: [1, 2, 3], positive: { 0: 5, 1: 5, 2: 5 } };

test.each<[string, FloatHistogram, FloatHistogram, boolean]>([
  ['nothing happened', previous, previous, false],
  ['every count grew', histogram({ ...previous, ...grown() }), previous, false],
  ['the count fell', { ...previous, count: previous.count - 1 }, previous, true],
  ['the zero bucket fell', { ...previous, zeroCount: 1 }, previous, true],
  ['a bucket fell', { ...previous, positiveBuckets: [1, 2, 2] }, previous, true],
  ['a negative bucket fell', { ...previous, negativeBuckets: [1] }, previous, true],
  [
    'a bucket is gone',
    { ...previous, positiveSpans: [{ offset: 0, length: 2 }], positiveBuckets: [2, 3] },
    previous,
    true,
  ],
  ['an empty bucket is gone', histogram({ count: 9 }), histogram({ positive: { 4: 0 } }), false],
  ['the sum fell', { ...previous, sum: -5 }, previous, false],
  ['the hint says reset', { ...previous, counterReset: CounterResetHint.reset }, previous, true],
  [
    'the hint says not reset',
    { ...previous, count: 0, counterReset: CounterResetHint.notReset },
    previous,
    false,
  ],
  ['a gauge is looked at', { ...previous, count: 0, counterReset: CounterResetHint.gauge }, previous, true],
  ['the schema got finer', { ...previous, schema: 2 }, previous, true],
  [
    'the schema got coarser',
    histogram({ zeroThreshold: 0.1, zeroCount: 2, positive: { 0: 1, 1: 3, 2: 1 }, negative: { 1: 2 } }),
    previous,
    false,
  ],
  [
    'coarser, and a bucket fell',
    histogram({ zeroThreshold: 0.1, zeroCount: 9, positive: { 0: 1, 1: 2, 2: 1 }, negative: { 1: 2 } }),
    previous,
    true,
  ],
  ['the zero bucket got narrower', { ...previous, zeroThreshold: 0.01 }, previous, true],
  [
    'the zero bucket got wider',
    histogram({ schema: 1, zeroThreshold: 1, zeroCount: 3, positive: { 1: 3, 3: 1 }, negative: { 1: 2 } }),
    previous,
    false,
  ],
  [
    'wider, and its count fell',
    histogram({ schema: 1, zeroThreshold: 1, zeroCount: 2, positive: { 1: 4, 3: 1 }, negative: { 1: 2 } }),
    previous,
    true,
  ],
  [
    'wider, and within a bucket',
    histogram({ schema: 1, zeroThreshold: 1.2, zeroCount: 99, count: 99 }),
    previous,
    true,
  ],
  ['custom buckets took over', histogram({ ...custom, count: 99 }), previous, true],
  ['custom buckets went away', { ...previous, count: 99 }, histogram(custom), true],
  ['custom buckets grew', histogram({ ...custom, positive: { 0: 5, 1: 6, 2: 5 } }), histogram(custom), false],
  ['a custom bucket fell', histogram({ ...custom, positive: { 0: 9, 1: 4, 2: 5 } }), histogram(custom), true],
  [
    'custom bounds changed, counts grew',
    histogram({ ...custom, customValues: [2, 3], positive: { 0: 10, 1: 5 } }),
    histogram(custom),
    false,
  ],
  [
    'custom bounds changed, counts fell',
    histogram({ ...custom, customValues: [2, 3], positive: { 0: 9, 1: 6 } }),
    histogram(custom),
    true,
  ],
])('%s', (_, current, before, expected) => expect(detectReset(current, before)).toBe(expected));

function grown() {
  return { zeroCount: 3, positive: { 0: 2, 1: 3, 2: 1, 3: 4, 9: 1 }, negative: { 1: 2, 2: 5 }, count: 99 };
}
