import { expect, test } from 'vitest';
import { compareNaturally } from './natural-order.ts';

test('numbers in names are ordered by value', () => {
  const sorted = [
    'disk10',
    'disk2',
    'disk1',
    'disk',
    'a10b2',
    'a9b10',
    'a9b9',
    '10',
    '9',
    '',
    'Disk1',
    '007',
    '7',
  ];
  expect(sorted.sort(compareNaturally)).toEqual([
    '',
    '007',
    '7',
    '9',
    '10',
    'Disk1',
    'a9b9',
    'a9b10',
    'a10b2',
    'disk',
    'disk1',
    'disk2',
    'disk10',
  ]);
});

test('runs of digits too long for an integer are text', () => {
  expect(compareNaturally('99999999999999999999', '100000000000000000000')).toBeGreaterThan(0);
});
