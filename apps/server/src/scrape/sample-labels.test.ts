import { LabelSet } from '@prometheus-ts/model';
import { Random } from '@prometheus-ts/testkit';
import { describe, expect, test } from 'vitest';
import { addTargetLabels, checkLabelLimits } from './sample-labels.ts';

const set = (labels: Record<string, string>) => LabelSet.from(labels);

describe('labels of the target', () => {
  test.each([
    [{ __name__: 'm', a: '1' }, { job: 'j' }, false, { __name__: 'm', a: '1', job: 'j' }],
    [{ __name__: 'm', job: 'x' }, { job: 'j' }, false, { __name__: 'm', exported_job: 'x', job: 'j' }],
    [{ __name__: 'm', job: 'x' }, { job: 'j' }, true, { __name__: 'm', job: 'x' }],
    [
      { __name__: 'm', job: 'x', exported_job: 'y' },
      { job: 'j' },
      false,
      { __name__: 'm', job: 'j', exported_job: 'y', exported_exported_job: 'x' },
    ],
    [
      { __name__: 'm', job: 'x', exported_job: 'y' },
      { job: 'j', exported_job: 'k' },
      false,
      {
        __name__: 'm',
        job: 'j',
        exported_job: 'k',
        exported_exported_job: 'x',
        exported_exported_exported_job: 'y',
      },
    ],
    [{}, { job: 'j' }, false, { job: 'j' }],
    [{ __name__: 'm' }, {}, false, { __name__: 'm' }],
  ])('%j and %j, honoured: %j', (exposed, target, honor, expected) => {
    expect(addTargetLabels(set(exposed), set(target), honor).toRecord()).toEqual(expected);
  });

  test('are merged in order', () => {
    const random = new Random(5);
    const names = ['a', 'b', 'c', 'd', 'é', '\u{10000}', '\uffff'];
    const some = () =>
      Object.fromEntries(
        names.filter(() => random.below(2) === 0).map((name) => [name, String(random.below(9))]),
      );
    for (let round = 0; round < 200; round++) {
      const exposed = some();
      const target = some();
      expect(addTargetLabels(set(exposed), set(target), true)).toEqual(set({ ...target, ...exposed }));
    }
  });
});

describe('label limits', () => {
  const labels = set({ __name__: 'metric', ä: 'value' });
  test.each([
    [
      { count: 1, nameLength: 0, valueLength: 0 },
      'label_limit exceeded (metric: metric, number of labels: 2, limit: 1)',
    ],
    [
      { count: 0, nameLength: 7, valueLength: 0 },
      'label_name_length_limit exceeded (metric: metric, label name: __name__, length: 8, limit: 7)',
    ],
    [
      { count: 0, nameLength: 0, valueLength: 5 },
      'label_value_length_limit exceeded (metric: metric, label name: __name__, value: "metric", length: 6, limit: 5)',
    ],
  ])('%j', (limits, message) => {
    expect(() => checkLabelLimits(labels, limits)).toThrow(message);
  });

  test('zero is no limit', () => {
    checkLabelLimits(labels, { count: 0, nameLength: 0, valueLength: 0 });
    checkLabelLimits(labels, { count: 2, nameLength: 8, valueLength: 6 });
  });
});
