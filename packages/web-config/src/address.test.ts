import { describe, expect, test } from 'vitest';
import { formatHostPort, isLoopback, parseListenAddress } from './address.ts';

describe('listen addresses', () => {
  test.each([
    [':9090', undefined, 9090],
    ['0.0.0.0:9090', undefined, 9090],
    ['[::]:9090', undefined, 9090],
    ['127.0.0.1:0', '127.0.0.1', 0],
    ['[::1]:9100', '::1', 9100],
    ['localhost:9100', 'localhost', 9100],
  ])('%s', (text, host, port) => {
    expect(parseListenAddress(text)).toEqual({ text, host, port });
  });

  test('print with brackets where they are needed', () => {
    expect([formatHostPort('127.0.0.1', 1), formatHostPort('::1', 2)]).toEqual(['127.0.0.1:1', '[::1]:2']);
  });
});

test.each([
  ['127.0.0.1', true],
  ['127.8.8.8', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['localhost', true],
  ['::', false],
  ['0.0.0.0', false],
  ['192.0.2.1', false],
  ['::ffff:192.0.2.1', false],
])('only this machine reaches %s: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});
