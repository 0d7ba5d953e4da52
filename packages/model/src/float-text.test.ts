import { readFileSync } from 'node:fs';
import { corpusPath, describeCorpus } from '@prometheus-ts/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatFloat,
  formatFloatDecimal,
  formatFloatExposition,
  formatFloatG,
  parseGoFloat,
} from './float-text.ts';

describeCorpus('golden/floats', 'floats as a real Prometheus and a real Pushgateway print them', () => {
  const lines = readFileSync(corpusPath('golden/floats/floats.ndjson'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { literal: string; api: string; text: string });

  test.each(lines)('$literal', ({ literal, api, text }) => {
    const value = parseGoFloat(literal)!;
    expect(formatFloat(value)).toBe(api);
    expect(formatFloatExposition(value)).toBe(text);
  });
});

describe('printing', () => {
  test.each([
    [0, '0', '0', '0'],
    [-0, '-0', '-0', '-0'],
    [1e6, '1000000', '1e+06', '1000000'],
    [999999, '999999', '999999', '999999'],
    [1e21, '1e+21', '1e+21', '1000000000000000000000'],
    [1.5e-7, '1.5e-07', '1.5e-07', '0.00000015'],
    [-1.25e22, '-1.25e+22', '-1.25e+22', '-12500000000000000000000'],
    [0.0001, '0.0001', '0.0001', '0.0001'],
    [Infinity, '+Inf', '+Inf', '+Inf'],
    [Number.NaN, 'NaN', 'NaN', 'NaN'],
  ])('%d', (value, api, general, decimal) => {
    expect(formatFloat(value)).toBe(api);
    expect(formatFloatG(value)).toBe(general);
    expect(formatFloatDecimal(value)).toBe(decimal);
  });
});

describe('reading', () => {
  test.each([
    ['1', 1],
    ['.5', 0.5],
    ['5.', 5],
    ['-1e3', -1000],
    ['+Inf', Infinity],
    ['-infinity', -Infinity],
    ['nAn', Number.NaN],
    ['0x1p-2', 0.25],
    ['0X1.8P1', 3],
    ['0x1.fffffffffffff8p0', 2],
    ['0x1p-1075', 0],
    ['0x1.8p-1075', 5e-324],
    ['1_000.5', 1000.5],
    ['0x_1p1', 2],
  ])('%s', (text, value) => expect(parseGoFloat(text)).toBe(value));

  test.each([
    '',
    '+',
    '.',
    'e5',
    '1e',
    '0x1',
    '0x',
    '0xp1',
    '_1',
    '1_',
    '1__0',
    '1_.5',
    '1e400',
    ' 1',
    '1 ',
    '--1',
    '+nan',
    '12a',
  ])('refuses %j', (text) => expect(parseGoFloat(text)).toBeUndefined());

  test('every printed float reads back', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        for (const print of [formatFloat, formatFloatG, formatFloatDecimal]) {
          expect(parseGoFloat(print(value))).toBe(value);
        }
      }),
    );
  });
});
