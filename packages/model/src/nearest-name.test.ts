import { expect, test } from 'vitest';
import { nearestName } from './nearest-name.ts';

const NAMES = ['expr', 'targets', 'labels', 'scrape_interval', 'scrape_timeout', 'web.listen-address'];

test.each([
  ['exp', 'expr'],
  ['target', 'targets'],
  ['lables', 'labels'],
  ['scrape_intervall', 'scrape_interval'],
  ['scrapeinterval', 'scrape_interval'],
  ['web.listen-adress', 'web.listen-address'],
  ['Targets', 'targets'],
])('%s is nearest to %s', (name, nearest) => {
  expect(nearestName(name, NAMES)).toBe(nearest);
});

test.each(['zzz', '', 'x', 'something_else_entirely'])('nothing is near to %j', (name) => {
  expect(nearestName(name, NAMES)).toBeUndefined();
});
