import { describe, expect, test } from 'vitest';
import { printExpr } from '../print/print.ts';
import { ALL_PARSE_OPTIONS } from './options.ts';
import { parseExpr } from './parse.ts';
import { resolveDurations } from './resolve-durations.ts';

const RANGE = { stepMs: 15_000, rangeMs: 3_600_000 };

function resolved(query: string): unknown {
  const expr = resolveDurations(query, parseExpr(query, ALL_PARSE_OPTIONS), RANGE);
  if (expr.kind === 'matrix') return { range: expr.rangeMs, offset: expr.selector.offsetMs };
  if (expr.kind === 'subquery') return { range: expr.rangeMs, step: expr.stepMs, offset: expr.offsetMs };
  return expr.kind === 'vector' ? { offset: expr.offsetMs } : printExpr(expr);
}

describe('computed durations', () => {
  test.each<[string, unknown]>([
    ['x[5m + 1m * 2]', { range: 420_000, offset: 0 }],
    ['x[step()] offset -range()', { range: 15_000, offset: -3_600_000 }],
    ['x[max_of(1m, step())] offset min_of(1h, range())', { range: 60_000, offset: 3_600_000 }],
    ['x[(5m - 1m) / 4 : 2 ^ 3] offset 2m', { range: 60_000, step: 8000, offset: 120_000 }],
    ['x offset (7 % 4)', { offset: 3000 }],
    ['x offset -(5m)', { offset: -300_000 }],
    ['x offset 1.0005', { offset: 1000 }],
    ['x[5m]', { range: 300_000, offset: 0 }],
  ])('%s', (query, expected) => {
    expect(resolved(query)).toEqual(expected);
  });
});

test('they are found wherever they stand, and the rest of the tree is kept', () => {
  const query = '-(topk(scalar(x), sum(rate(y[step()])) + 1)) or z';
  const expr = parseExpr(query, ALL_PARSE_OPTIONS);
  const result = resolveDurations(query, expr, RANGE);
  expect(JSON.stringify(result)).toContain('"rangeMs":15000');
  expect(result.kind === 'binary' && expr.kind === 'binary' && result.right === expr.right).toBe(true);
  const plain = parseExpr('sum(rate(y[5m]))');
  expect(resolveDurations('', plain, RANGE)).toBe(plain);
});

describe('durations that are none', () => {
  test.each([
    ['x[5m - 5m]', '2:9: duration must be greater than 0'],
    ['x[5m / (step() - 15)]', '2:19: division by zero'],
    ['x[5m % (step() - 15)]', '2:19: modulo by zero'],
    ['x[10 ^ 400]', '2:10: duration is NaN or infinite'],
    ['x[10 ^ 40]', '2:9: duration is out of range'],
  ])('%s', (query, message) => {
    expect(() => resolved(query)).toThrow(message);
  });
});
