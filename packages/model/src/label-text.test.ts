import { describe, expect, test } from 'vitest';
import { LabelSet } from './label-set.ts';
import { formatLabelSet, formatMatcher, formatSeries } from './label-text.ts';

describe('label sets', () => {
  test.each([
    [{}, '{}', '{}'],
    [{ __name__: 'up' }, '{__name__="up"}', 'up'],
    [
      { __name__: 'up', job: 'a "b"', n: 'x\ny' },
      '{__name__="up", job="a \\"b\\"", n="x\\ny"}',
      'up{job="a \\"b\\"", n="x\\ny"}',
    ],
    [{ job: 'node' }, '{job="node"}', '{job="node"}'],
    [{ 'a.b': '1', __name__: 'my.metric' }, '{__name__="my.metric", "a.b"="1"}', '{"my.metric", "a.b"="1"}'],
    [{ __name__: 'my.metric' }, '{__name__="my.metric"}', '{"my.metric"}'],
  ])('%j', (labels, set, series) => {
    expect(formatLabelSet(LabelSet.from(labels as Record<string, string>))).toBe(set);
    expect(formatSeries(LabelSet.from(labels as Record<string, string>))).toBe(series);
  });
});

test.each([
  [{ type: '=', name: 'job', value: 'node' }, 'job="node"'],
  [{ type: '!~', name: 'a.b', value: '\\d+' }, '"a.b"!~"\\\\d+"'],
  [{ type: '=~', name: '', value: '' }, '""=~""'],
] as const)('matcher %j', (matcher, text) => expect(formatMatcher(matcher)).toBe(text));
