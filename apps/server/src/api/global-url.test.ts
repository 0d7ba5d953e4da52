import { expect, test } from 'vitest';
import { globalUrl, splitHostPort } from './global-url.ts';

const view = { listenAddress: '127.0.0.1:9090', externalUrl: new URL('https://prometheus.example:9443/x') };

test.each([
  ['http://example.org:80/metrics', 'http://example.org:80/metrics'],
  ['http://127.0.0.1:9100/metrics', 'http://prometheus.example:9100/metrics'],
  ['http://localhost/m', 'http://prometheus.example/m'],
  ['http://localhost:9090/m?a=b', 'https://prometheus.example:9443/m?a=b'],
  ['http://[::1]:9100/metrics', 'http://prometheus.example:9100/metrics'],
])('%s is reached as %s', (target, outside) => {
  expect(globalUrl(target, view)).toBe(outside);
});

test('an address with too many colons cannot be split', () => {
  expect(() => splitHostPort('a:b:c')).toThrow('address a:b:c: too many colons in address');
});
