import fc from 'fast-check';
import { expect, test } from 'vitest';
import { intersect, subtract, union } from './set-algebra.ts';

const set = fc.uniqueArray(fc.nat(60), { maxLength: 40 }).map((values) => Uint32Array.from(values).sort());

test('intersection, difference and union are those of sets, and stay sorted', () => {
  fc.assert(
    fc.property(set, set, fc.array(set), (a, b, more) => {
      const inB = new Set(b);
      expect([...intersect(a, b)]).toEqual([...a].filter((value) => inB.has(value)));
      expect([...subtract(a, b)]).toEqual([...a].filter((value) => !inB.has(value)));
      const all = new Set([a, b, ...more].flatMap((one) => [...one]));
      expect([...union([a, b, ...more])]).toEqual([...all].sort((x, y) => x - y));
    }),
  );
});
