import { expect, test } from 'vitest';
import { QueryHistory } from './lanes.ts';

test('an unknown query is short when it has few steps, and never tiny', () => {
  const history = new QueryHistory();
  expect(history.isShort('up', 1)).toBe(true);
  expect(history.isShort('up', 1000)).toBe(false);
  expect(history.isTiny('up', 1)).toBe(false);
});

test('a known query is what it was last time', () => {
  const history = new QueryHistory();
  history.record('up', 1, 500);
  expect(history.isShort('up', 1)).toBe(false);
  history.record('up', 1, 1);
  expect(history.isShort('up', 1)).toBe(true);
  expect(history.isTiny('up', 1)).toBe(true);
  expect(history.isTiny('up', 2)).toBe(false);
});

test('old queries are forgotten', () => {
  const history = new QueryHistory();
  for (let i = 0; i <= 2000; i++) history.record(`q${i}`, 1, 1);
  expect(history.isTiny('q0', 1)).toBe(false);
  expect(history.isTiny('q2000', 1)).toBe(true);
});
