import { Random } from '@prometheus-ts/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DecimalReader, parseFloatText } from './decimal.ts';

const reader = new DecimalReader();

/** What the reader makes of a text that ends the value, or undefined where it passes. */
function read(text: string): number | undefined {
  const end = reader.read(Buffer.from(`${text}\n`), 0);
  return end === text.length ? reader.value[0] : undefined;
}

describe('decimal numbers from bytes', () => {
  test.each([
    '0',
    '-0',
    '1',
    '-1',
    '+3',
    '1.',
    '.5',
    '007',
    '0.1',
    '123456789.5',
    '1234567890.125',
    '0.0012345678901234567',
    '00000000000000000000012.5',
    '0.000',
    '123456789012345',
    '1e22',
    '1e-22',
    '9007199254740993',
    '0.30000000000000004',
    '7.424100000000001e-05',
    '1.2345678901234568e+17',
    '900719925474099300',
    '1.7976931348623157e+30',
    '0.000000000000000000000000000001',
    '0e-40',
    '4.35',
    '123456789012345.6',
  ])('%s', (text) => {
    expect(Object.is(read(text), Number(text))).toBe(true);
  });

  test.each([
    '',
    '-',
    '.',
    'e5',
    '1e',
    '1e+',
    'NaN',
    '+Inf',
    '5e-324',
    '1e400',
    '1e23',
    '18446744073709551615',
  ])('%j is left to the slow way', (text) => expect(read(text)).toBeUndefined());

  test('the words are those of the float', () => {
    read('-2.5');
    const words = new Int32Array(Float64Array.of(-2.5).buffer);
    expect([...reader.words]).toEqual([...words]);
  });

  test('every shortest text of a float reads back', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        for (const text of [String(value), value.toExponential()]) {
          const answer = read(text);
          if (answer !== undefined) expect(Object.is(answer, Number(text))).toBe(true);
        }
      }),
      { numRuns: 5000 },
    );
  });

  test('any number of up to 18 digits is rounded as the engine rounds it', () => {
    const random = new Random(7);
    let answered = 0;
    for (let i = 0; i < 50_000; i++) {
      const length = 1 + random.below(18);
      let digits = '';
      for (let d = 0; d < length; d++) digits += random.below(10);
      const point = random.below(length + 1);
      const exponent = random.below(3) === 0 ? '' : `e${random.below(61) - 30}`;
      const text = `${digits.slice(0, point)}.${digits.slice(point)}${exponent}`;
      const answer = read(text);
      if (answer === undefined) continue;
      answered++;
      if (!Object.is(answer, Number(text))) expect.fail(`${text}: ${answer}`);
    }
    expect(answered).toBeGreaterThan(49_000);
  });
});

describe("Go's float grammar", () => {
  test.each([
    ['inf', Infinity],
    ['+Inf', Infinity],
    ['-INFINITY', -Infinity],
    ['nan', NaN],
    ['1e-400', 0],
    ['5e-324', 5e-324],
    ['12345678901234567890123', 1.2345678901234568e22],
  ])('%s', (text, value) => expect(parseFloatText(text)).toEqual({ value }));

  test.each(['', '.', '+', '+nan', 'infin', '1e', '0x10', '1 ', '1\r', 'true'])('%j is no number', (text) => {
    expect(parseFloatText(text)).toEqual({ reason: 'syntax' });
  });

  test('what overflows is out of range', () => {
    expect(parseFloatText('-1e309')).toEqual({ reason: 'range' });
  });
});
