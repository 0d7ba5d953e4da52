import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareStrings } from './compare-strings.ts';
import { LabelSet } from './label-set.ts';

describe('a label set', () => {
  test('is sorted by UTF-8 bytes, without duplicates and empty values', () => {
    const labels = LabelSet.from([
      ['b', '2'],
      ['a', '1'],
      ['b', '3'],
      ['gone', ''],
      ['\u{1f600}', 'after \uffff in UTF-8'],
      ['\uffff', 'x'],
    ]);
    expect(labels.pairs).toEqual(['a', '1', 'b', '3', '\uffff', 'x', '\u{1f600}', 'after \uffff in UTF-8']);
    expect(labels.size).toBe(4);
  });

  test('takes an absent label for an empty one', () => {
    const labels = LabelSet.from({ job: 'node' });
    expect(labels.get('instance')).toBe('');
    expect(labels.has('instance')).toBe(false);
    expect(labels.with('job', '')).toEqual(LabelSet.empty);
  });

  test('is never changed by what is made from it', () => {
    const labels = LabelSet.from({ __name__: 'up', job: 'node' });
    expect(labels.with('job', 'app').get('job')).toBe('app');
    expect(labels.withoutName().pairs).toEqual(['job', 'node']);
    expect(labels.filter((name) => name !== 'job').metricName).toBe('up');
    expect(labels.pairs).toEqual(['__name__', 'up', 'job', 'node']);
  });

  test('keeps names that objects have special meanings for', () => {
    const labels = LabelSet.from([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(labels.get('__proto__')).toBe('x');
    expect(Object.keys(labels.with('a', '1').toRecord())).toEqual(['__proto__', 'a', 'constructor']);
  });

  test('orders label by label, name before value, the shorter first', () => {
    const records: Record<string, string>[] = [{}, { a: '1' }, { a: '1', b: '1' }, { a: '2' }, { b: '0' }];
    const sets = records.map((record) => LabelSet.from(record));
    const shuffled = [sets[3]!, sets[1]!, sets[4]!, sets[0]!, sets[2]!];
    expect(shuffled.sort((x, y) => x.compare(y))).toEqual(sets);
  });

  test('has a key that tells sets apart', () => {
    const pair = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('', '1', '2', 'b'));
    fc.assert(
      fc.property(fc.array(pair), fc.array(pair), (x, y) => {
        const [a, b] = [LabelSet.from(x), LabelSet.from(y)];
        expect(a.key === b.key).toBe(a.equals(b));
        expect(a.compare(b) === 0).toBe(a.equals(b));
      }),
    );
  });
});

test('strings compare as their UTF-8 bytes do', () => {
  const text = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareStrings(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
    }),
  );
});
