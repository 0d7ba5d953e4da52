import { describe, expect, test } from 'vitest';
import { formatByteSize, parseByteSize } from './byte-size.ts';

describe('byte sizes', () => {
  test.each([
    ['0', 0, '0B'],
    ['512B', 512, '512B'],
    ['1KB', 1024, '1KiB'],
    ['512MB', 512 * 1024 ** 2, '512MiB'],
    ['1.5GiB', 1.5 * 1024 ** 3, '1GiB512MiB'],
    ['1GB512MB', 1.5 * 1024 ** 3, '1GiB512MiB'],
    ['.5KB', 512, '512B'],
    ['-1KB', -1024, '-1KiB'],
    ['7EB', 7 * 1024 ** 6, '7EiB'],
  ])('%s', (text, bytes, printed) => {
    expect(parseByteSize(text)).toBe(bytes);
    expect(formatByteSize(bytes)).toBe(printed);
  });

  test.each([
    ['', 'units: invalid '],
    ['MB', 'units: invalid MB'],
    ['5', 'units: unknown unit  in 5'],
    ['5kB', 'units: unknown unit kB in 5kB'],
    ['5 MB', 'units: unknown unit  MB in 5 MB'],
    ['9EB', 'units: overflow parsing unit'],
  ])('%j is refused', (text, message) => expect(() => parseByteSize(text)).toThrow(message));
});
