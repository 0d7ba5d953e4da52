import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EmitNode, emitYaml, stringScalar } from './emit.ts';
import { compareKeys } from './key-order.ts';
import type { YamlNode } from './nodes.ts';
import { parseYaml } from './parse.ts';
import { resolveScalar } from './resolve.ts';

const value = (text: string) => emitYaml({ map: [['k', stringScalar(text)]] }).slice(3);

const words = (count: number) => Array(count).fill('word').join(' ');

// Printed by go-yaml v2.4.4 for the same strings.
test.each([
  ['', '""'],
  ['a', 'a'],
  ['a b', 'a b'],
  [' a', "' a'"],
  ['a ', "'a '"],
  ['yes', '"yes"'],
  ['y', '"y"'],
  ['null', '"null"'],
  ['~', '"~"'],
  ['1', '"1"'],
  ['1.10', '"1.10"'],
  ['0o17', '"0o17"'],
  ['2001-01-01', '"2001-01-01"'],
  ['12:30', '"12:30"'],
  ['12:30:45', '"12:30:45"'],
  ['a: b', "'a: b'"],
  ['a:b', 'a:b'],
  ['a:', "'a:'"],
  ['a #b', "'a #b'"],
  ['a#b', 'a#b'],
  ['- a', "'- a'"],
  ['-a', '-a'],
  ['---', "'---'"],
  ['?a', '?a'],
  ['@a', "'@a'"],
  ['{a}', "'{a}'"],
  ["it's", "it's"],
  ["'q'", "'''q'''"],
  ['"q"', `'"q"'`],
  ['<<', '<<'],
  ['$1', '$1'],
  ['{{ $labels.x }}', "'{{ $labels.x }}'"],
  ['http://x:9090/p?a=b', 'http://x:9090/p?a=b'],
  ['a\nb', '|-\n  a\n  b'],
  ['a\n', '|\n  a'],
  ['a\n\n', '|+\n  a\n'],
  ['\na', '|2-\n\n  a'],
  ['a \nb', '"a \\nb"'],
  ['tab\there', '"tab\\there"'],
  ['emoji 😀', '"emoji \\U0001F600"'],
  ['é', 'é'],
  ['\u00a0', '\u00a0'],
  ['\x07', '"\\a"'],
  [words(30), `${words(16)}\n  ${words(14)}`],
])('%j is written %j', (text, written) => {
  expect(value(text)).toBe(`${written}\n`);
});

test('collections', () => {
  const node: EmitNode = {
    map: [
      ['empty_list', { list: [] }],
      ['empty_map', { map: [] }],
      ['nothing', null],
      [
        'list',
        {
          list: [
            stringScalar('a'),
            {
              map: [
                ['b', stringScalar('c')],
                ['d', { list: [stringScalar('e')] }],
              ],
            },
          ],
        },
      ],
      ['nested', { list: [{ list: [stringScalar('x'), stringScalar('z')] }] }],
      [
        'map',
        {
          map: [
            ['y', stringScalar('1')],
            ['in', { map: [['q', stringScalar('two\nlines')]] }],
          ],
        },
      ],
    ],
  };
  expect(emitYaml(node)).toBe(`empty_list: []
empty_map: {}
nothing: null
list:
- a
- b: c
  d:
  - e
nested:
- - x
  - z
map:
  "y": "1"
  in:
    q: |-
      two
      lines
`);
});

describe('keys', () => {
  test('are ordered as go-yaml orders them', () => {
    const keys = ['b', 'a10', 'a2', 'A', '_x', 'a', '10', '2', 'é', 'a02'];
    expect(keys.sort(compareKeys)).toEqual(['_x', '2', '10', 'A', 'a', 'a2', 'a02', 'a10', 'b', 'é']);
  });

  test('longer than 128 bytes stand on their own', () => {
    const key = 'k'.repeat(129);
    expect(emitYaml({ map: [[key, stringScalar('v')]] })).toBe(`? ${key}\n: v\n`);
  });
});

test('any text reads back as itself', () => {
  const texts = fc.string({
    unit: fc.constantFrom(...'ab yn1:#-\'"\\{}[]|>!&*%@?,\n\t\r.é😀~=<'),
    maxLength: 120,
  });
  const read = (node: YamlNode): unknown => {
    if (node.kind !== 'mapping') throw new Error('not a mapping');
    return node.entries.map(({ key, value: item }) => {
      if (key.kind !== 'scalar' || item.kind !== 'sequence') throw new Error('not as written');
      const [only] = item.items;
      if (only?.kind !== 'scalar') throw new Error('not a scalar');
      expect(resolveScalar(only).tag).toBe('!!str');
      return [key.text, only.text];
    });
  };
  fc.assert(
    fc.property(texts, (text) => {
      const written = emitYaml({ map: [[text.replace(/[\n\r]/g, ''), { list: [stringScalar(text)] }]] });
      expect(read(parseYaml(written, 'f'))).toEqual([[text.replace(/[\n\r]/g, ''), text]]);
    }),
    { numRuns: 2000 },
  );
});

test('lists on one line are as go-yaml prints them', () => {
  const flow = (items: string[]) =>
    emitYaml({ list: [{ map: [['k', { list: items.map(stringScalar), flow: true }]] }] });
  expect(flow(['__address__', 'a b', 'x,y', '[z', '', 'a:b', '?x', '1', 'true', "it's"])).toBe(
    `- k: [__address__, a b, 'x,y', '[z', "", 'a:b', '?x', "1", "true", it's]\n`,
  );
  const long = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(35));
  expect(flow(long)).toBe(`- k: [${long[0]}, ${long[1]}, ${long[2]},\n    ${long[3]}]\n`);
  expect(flow([])).toBe('- k: []\n');
});
