// What matching costs beside V8's own engine, on expressions that dashboards and relabelling rules have.
import { expect, test } from 'vitest';
import { compileAnchored } from './compile.ts';

const VALUES = Array.from(
  { length: 1000 },
  (_, i) => `node-${i % 97}.zone-${i % 7}.example.com:${9000 + (i % 200)}`,
);
const EXPRESSIONS = [
  'node-1.*',
  '.*:9100',
  'node-(1|2|3|4|5)\\.zone-[0-3]\\.example\\.com:9100',
  '(?:[a-z0-9-]+\\.)+com:9[01][0-9]{2}',
  '.+zone-[135].+:9(000|100)',
] as const;
const ROUNDS = 500;

test.each(EXPRESSIONS)('%s', (source) => {
  const ours = compileAnchored(source);
  const theirs = new RegExp(`^(?:${source})$`, 'su');
  const expected = VALUES.filter((value) => theirs.test(value)).length;
  const cost = (matches: (value: string) => boolean) => {
    const before = process.threadCpuUsage();
    let found = 0;
    for (let round = 0; round < ROUNDS; round++) for (const value of VALUES) if (matches(value)) found++;
    const { user } = process.threadCpuUsage(before);
    expect(found).toBe(expected * ROUNDS);
    return Math.round((user * 1000) / (ROUNDS * VALUES.length));
  };
  const match = (value: string) => ours.matches(value);
  const test8 = (value: string) => theirs.test(value);
  cost(match);
  cost(test8);
  console.log(`${source}: ${cost(match)} ns a value, V8 ${cost(test8)} ns`);
});
