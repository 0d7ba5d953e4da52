import { LabelSet } from '@prometheus-ts/model';
import { describe, expect, test } from 'vitest';
import { type RelabelConfig, relabelConfig } from './config.ts';
import { relabel, relabelSteps } from './relabel.ts';

const labels = LabelSet.from({ a: 'foo', b: 'bar', c: 'baz' });

describe('rules', () => {
  test.each<[string, Parameters<typeof relabelConfig>[0], Record<string, string> | undefined]>([
    [
      'replace puts groups together',
      { source_labels: ['a', 'b'], regex: 'f(.*);(.*)r', target_label: 'd', replacement: `$2-\${1}` },
      { a: 'foo', b: 'bar', c: 'baz', d: 'ba-oo' },
    ],
    [
      'replace without a match does nothing',
      { source_labels: ['a'], regex: 'x', target_label: 'b' },
      { a: 'foo', b: 'bar', c: 'baz' },
    ],
    [
      'replace with nothing removes',
      { source_labels: ['a'], regex: 'f(x)?oo', target_label: 'b' },
      { a: 'foo', c: 'baz' },
    ],
    [
      'replace without source labels sets',
      { target_label: 'd', replacement: 'v' },
      { a: 'foo', b: 'bar', c: 'baz', d: 'v' },
    ],
    [
      'replace makes names, too',
      { source_labels: ['a'], regex: '(f)(.*)', target_label: `x_\${2}_$1`, replacement: 'v' },
      { a: 'foo', b: 'bar', c: 'baz', x_oo_f: 'v' },
    ],
    [
      'replace leaves out a name that is not valid',
      { source_labels: ['a'], regex: 'foo()', target_label: '$1', replacement: 'v' },
      { a: 'foo', b: 'bar', c: 'baz' },
    ],
    [
      'a dot matches a newline',
      { source_labels: ['a'], regex: 'f.*', target_label: 'b', replacement: 'x' },
      { a: 'foo', b: 'x', c: 'baz' },
    ],
    ['keep', { source_labels: ['a'], regex: 'f.*', action: 'keep' }, { a: 'foo', b: 'bar', c: 'baz' }],
    ['keep matches whole values', { source_labels: ['a'], regex: 'f', action: 'keep' }, undefined],
    ['drop', { source_labels: ['a', 'b'], separator: '', regex: 'foobar', action: 'drop' }, undefined],
    ['drop what is absent', { source_labels: ['nope'], regex: '', action: 'drop' }, undefined],
    ['keepequal', { source_labels: ['a'], target_label: 'b', action: 'keepequal' }, undefined],
    [
      'dropequal',
      { source_labels: ['a'], target_label: 'b', action: 'dropequal' },
      { a: 'foo', b: 'bar', c: 'baz' },
    ],
    [
      'hashmod',
      { source_labels: ['c'], target_label: 'd', action: 'hashmod', modulus: 1000 },
      { a: 'foo', b: 'bar', c: 'baz', d: '976' },
    ],
    [
      'labelmap',
      { regex: '([ab])', replacement: 'x_$1', action: 'labelmap' },
      { a: 'foo', b: 'bar', c: 'baz', x_a: 'foo', x_b: 'bar' },
    ],
    [
      'labelmap, the last of two wins',
      { regex: '[ab]', replacement: 'c', action: 'labelmap' },
      { a: 'foo', b: 'bar', c: 'bar' },
    ],
    ['labeldrop', { regex: '[ab]', action: 'labeldrop' }, { c: 'baz' }],
    ['labelkeep', { regex: '[ab]', action: 'labelkeep' }, { a: 'foo', b: 'bar' }],
    [
      'uppercase',
      { source_labels: ['a'], target_label: 'a', action: 'uppercase' },
      { a: 'FOO', b: 'bar', c: 'baz' },
    ],
    [
      'lowercase of nothing removes',
      { source_labels: ['nope'], target_label: 'a', action: 'lowercase' },
      { b: 'bar', c: 'baz' },
    ],
  ])('%s', (_, rule, expected) => {
    const after = relabel(labels, [relabelConfig(rule)]);
    expect(after && { ...after.toRecord() }).toEqual(expected);
  });

  test('letters change case one by one, whatever is around them', () => {
    const greek = LabelSet.from({ a: 'ΟΔΟΣ straße İ ᾳ' });
    const change = (action: 'uppercase' | 'lowercase') =>
      relabel(greek, [relabelConfig({ source_labels: ['a'], target_label: 'a', action })])!.get('a');
    expect(change('lowercase')).toBe('οδοσ straße i ᾳ');
    expect(change('uppercase')).toBe('ΟΔΟΣ STRAßE İ ᾼ');
  });

  test('legacy names are asked for where the scheme says so', () => {
    const rule = relabelConfig({ source_labels: ['a'], target_label: 'x.$1', replacement: 'v' });
    expect(relabel(labels, [rule])!.get('x.foo')).toBe('v');
    expect(relabel(labels, [rule], 'legacy')).toBe(labels);
  });

  test('each rule sees what the one before it left', () => {
    const rules = [
      relabelConfig({ source_labels: ['a'], target_label: 'tmp' }),
      relabelConfig({ source_labels: ['tmp', 'b'], target_label: 'joined', replacement: '$1' }),
      relabelConfig({ regex: 'tmp', action: 'labeldrop' }),
    ];
    expect({ ...relabel(labels, rules)!.toRecord() }).toEqual({
      a: 'foo',
      b: 'bar',
      c: 'baz',
      joined: 'foo;bar',
    });
  });

  test('the same object comes back when nothing changed', () => {
    expect(relabel(labels, [])).toBe(labels);
    expect(relabel(labels, [relabelConfig({ regex: 'x', action: 'labeldrop' })])).toBe(labels);
    expect(relabel(labels, [relabelConfig({ target_label: 'a', replacement: 'foo' })])).toBe(labels);
  });
});

test('steps show the labels after every rule, none once they are dropped', () => {
  const rules: RelabelConfig[] = [
    relabelConfig({ target_label: 'd', replacement: 'x' }),
    relabelConfig({ source_labels: ['d'], regex: 'x', action: 'drop' }),
    relabelConfig({ target_label: 'e', replacement: 'y' }),
  ];
  const steps = relabelSteps(labels, rules);
  expect(steps.map(({ rule }) => rule)).toEqual(rules);
  expect(steps.map((step) => step.labels?.get('d'))).toEqual(['x', undefined, undefined]);
});
