import { expect, test } from 'vitest';
import { encodeQuery, formatTargetUrl } from './target-url.ts';

test.each([
  ['/metrics', {}, 'http://h:1/metrics'],
  ['', {}, 'http://h:1'],
  ['metrics', {}, 'http://h:1/metrics'],
  ['/a b?c#d%', {}, 'http://h:1/a%20b%3Fc%23d%25'],
  ['/é', {}, 'http://h:1/%C3%A9'],
  ['/m', { b: ['2', '1'], a: ['x y&z'] }, 'http://h:1/m?a=x+y%26z&b=2&b=1'],
] as const)('%j with %j becomes %s', (path, parameters, url) => {
  const map = new Map(Object.entries(parameters));
  expect(formatTargetUrl({ scheme: 'http', host: 'h:1', path, parameters: map })).toBe(url);
});

test('a parameter without values leaves no trace', () => {
  expect(encodeQuery(new Map([['a', []]]))).toBe('');
});
