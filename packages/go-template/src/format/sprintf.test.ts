import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Complex, GoMap, GoSlice, GoStruct, type GoValue } from '../values/values.ts';
import { formatFloatVerb } from './float.ts';
import { sprintf } from './sprintf.ts';

const labels = GoMap.ofStrings({ b: '2', a: '1' });
const point = new GoStruct({ type: 'main.Point', fields: { X: 1n, Y: 2.5 } });

describe('verbs', () => {
  test.each<[string, GoValue[], string]>([
    ['%d|%5d|%-5d|%05d|%+d|% d', [42n, 42n, 42n, 42n, 42n, 42n], '42|   42|42   |00042|+42| 42'],
    [
      '%x %X %#x %o %#o %O %b %#b',
      [255n, 255n, 255n, 8n, 8n, 8n, 5n, 5n],
      'ff FF 0xff 10 010 0o10 101 0b101',
    ],
    ['%c %q %U %#U', [128512n, 97n, 128512n, 97n], "😀 'a' U+1F600 U+0061 'a'"],
    ['%.3d|%.0d|%6.3d|%-6.3d|', [7n, 0n, 7n, 7n], '007||   007|007   |'],
    [
      '%f %.2f %8.3f|%-8.3f|%08.3f %+.1f',
      [1.5, 1.005, 1.5, 1.5, -1.5, 1.25],
      '1.500000 1.00    1.500|1.500   |-001.500 +1.2',
    ],
    [
      '%e %.0e %E %g %.3g %G %#g',
      [1234.5678, 15, 0.1, 1e21, 1234.5678, 1e-7, 1],
      '1.234568e+03 2e+01 1.000000E-01 1e+21 1.23e+03 1E-07 1.00000',
    ],
    ['%v %v %v %v', [1e6, 123456789, Number.NaN, -Infinity], '1e+06 1.23456789e+08 NaN -Inf'],
    ['%b %x %X %.1x', [1, 1.5, -0.1, 1], '4503599627370496p-52 0x1.8p+00 -0X1.999999999999AP-04 0x1.0p+00'],
    [
      '%s|%10s|%-10s|%.2s|%5.1s|',
      ['héllo', 'hé', 'hé', 'héllo', 'hé'],
      'héllo|        hé|hé        |hé|    h|',
    ],
    [
      '%q %+q %#q %x %X %#x % x',
      ['a"é', 'é', 'raw', 'hi', 'hi', 'hi', 'hi'],
      '"a\\"é" "\\u00e9" `raw` 6869 6869 0x6869 68 69',
    ],
    ['%t %5t|%v', [true, false, true], 'true false|true'],
    ['%v %+v %#v', [point, point, point], '{1 2.5} {X:1 Y:2.5} main.Point{X:1, Y:2.5}'],
    [
      '%v %d %#v',
      [labels, new GoSlice([1n, 2n]), labels],
      'map[a:1 b:2] [1 2] map[string]string{"a":"1", "b":"2"}',
    ],
    ['%v %.1f', [new Complex(1, -2), new Complex(0.25, 1)], '(1-2i) (0.2+1.0i)'],
    ['%T %T %T %T %T', [1n, 1, 'a', labels, null], 'int float64 string map[string]string <nil>'],
    ['%6.2f%%', [12.345], ' 12.35%'],
    ['%*d|%-*d|%.*f', [5n, 42n, 5n, 42n, 1n, 2.25], '   42|42   |2.2'],
    ['%[2]d %[1]d %d', [1n, 2n], '2 1 2'],
  ])('%s', (format, args, expected) => expect(sprintf(format, args)).toBe(expected));
});

describe('mistakes', () => {
  test.each<[string, GoValue[], string]>([
    ['%d', ['x'], '%!d(string=x)'],
    ['%d', [1.5], '%!d(float64=1.5)'],
    ['%s', [1n], '%!s(int=1)'],
    ['%s %s', ['a'], 'a %!s(MISSING)'],
    ['%d', [1n, 'x'], '1%!(EXTRA string=x)'],
    ['%z %!', [1n, 2n], '%!z(int=1) %!!(int=2)'],
    ['%', [], '%!(NOVERB)'],
    ['%d', [null], '%!d(<nil>)'],
    ['%[3]d', [1n], '%!d(BADINDEX)'],
    ['%*d', ['x', 1n], '%!(BADWIDTH)1'],
    ['%.*d', [-1n, 1n], '%!(BADPREC)1'],
    ['%d', [new GoSlice(['a'])], '[%!d(string=a)]'],
  ])('%s', (format, args, expected) => expect(sprintf(format, args)).toBe(expected));

  test('widths are bounded', () => {
    expect(sprintf('%99999999999d', [1n])).toHaveLength(1);
    expect(sprintf('%1000000d', [1n])).toHaveLength(1_000_000);
  });
});

describe('decimal digits', () => {
  test('ties round to even on the exact value', () => {
    expect([0.5, 1.5, 2.5, 0.125, 0.375].map((value) => formatFloatVerb(value, 'f', 0))).toEqual([
      '0',
      '2',
      '2',
      '0',
      '0',
    ]);
    expect([0.125, 0.375, 1.005].map((value) => formatFloatVerb(value, 'f', 2))).toEqual([
      '0.12',
      '0.38',
      '1.00',
    ]);
  });

  test('agree with JavaScript, which rounds ties up, everywhere else', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer({ min: 0, max: 20 }),
        (value, digits) => {
          const ours = Number(formatFloatVerb(value, 'e', digits));
          const theirs = Number(value.toExponential(digits));
          if (ours !== theirs)
            expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(Math.abs(value) * 10 ** -digits);
          expect(Number(formatFloatVerb(value, 'g', -1))).toBe(value);
          expect(Number(formatFloatVerb(value, 'f', -1))).toBe(value);
        },
      ),
    );
  });
});
