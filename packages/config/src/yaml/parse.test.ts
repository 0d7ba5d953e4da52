import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { corpusPath, describeCorpus } from '@prometheus-ts/testkit';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../config-error.ts';
import type { YamlNode } from './nodes.ts';
import { parseYaml, parseYamlDocuments } from './parse.ts';

/** A tree as plain values; aliases by name. */
function plain(node: YamlNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.text;
    case 'sequence':
      return node.items.map(plain);
    case 'mapping':
      return node.entries.map(({ key, value }) => [plain(key), plain(value)]);
    case 'alias':
      return `*${node.name}`;
  }
}

/** Every scalar with its place. */
function places(node: YamlNode): string[] {
  switch (node.kind) {
    case 'scalar': {
      const { line, column } = node.source.position(node.offset);
      return [`${node.text}@${line}:${column}`];
    }
    case 'sequence':
      return node.items.flatMap(places);
    case 'mapping':
      return node.entries.flatMap(({ key, value }) => [...places(key), ...places(value)]);
    case 'alias':
      return [`*${node.name}`];
  }
}

function failure(text: string | Uint8Array): ConfigError {
  try {
    parseYaml(text, 'f.yml');
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('it parsed');
}

describe('places', () => {
  test('of keys, plain, quoted and block values', () => {
    const text = `a: 1\nb:\n  - 'x'\n  - "y"\nc: |\n  text\n  more\nd: {e: f}\n`;
    expect(places(parseYaml(text, 'f'))).toEqual([
      'a@1:1',
      '1@1:4',
      'b@2:1',
      'x@3:5',
      'y@4:5',
      'c@5:1',
      'text\nmore\n@6:3',
      'd@8:1',
      'e@8:5',
      'f@8:8',
    ]);
  });

  test('of empty values: behind the colon', () => {
    expect(places(parseYaml('a:\nb: \nc: !!str\n', 'f'))).toEqual([
      'a@1:1',
      '@1:3',
      'b@2:1',
      '@2:3',
      'c@3:1',
      '@3:4',
    ]);
  });

  test.each([
    ['CRLF', 'a: 1\r\nb: 2\r\n'],
    ['CR', 'a: 1\rb: 2\r'],
  ])('with %s line ends', (_name, text) => {
    expect(places(parseYaml(text, 'f'))).toEqual(['a@1:1', '1@1:4', 'b@2:1', '2@2:4']);
  });

  test('columns count characters, not UTF-16 units', () => {
    expect(places(parseYaml('"😀": x', 'f'))).toEqual(['😀@1:1', 'x@1:6']);
  });
});

describe('encodings', () => {
  const text = 'a: é\nb: 2\n';
  const utf16le = Buffer.from(`\ufeff${text}`, 'utf16le');
  test.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16 LE', utf16le],
    ['UTF-16 BE', Buffer.from(utf16le).swap16()],
  ])('%s', (_name, bytes) => {
    expect(places(parseYaml(bytes, 'f'))).toEqual(['a@1:1', 'é@1:4', 'b@2:1', '2@2:4']);
  });

  test('bytes that are no text are refused at their place', () => {
    const error = failure(Buffer.from([0x61, 0x3a, 0x20, 0xff, 0x0a]));
    expect(error).toMatchObject({ code: 'encoding', place: { line: 1, column: 4 } });
    expect(error.message).toBe('f.yml:1:4: this is not valid UTF-8');
  });

  test('UTF-16 without a byte order mark is told apart', () => {
    expect(failure(Buffer.from('a: 1\n', 'utf16le')).hint).toContain('byte order mark');
  });
});

describe('documents', () => {
  test.each(['', '# only a comment\n', '---\n', '---\n...\n'])('%j is one null', (text) => {
    expect(parseYamlDocuments(text, 'f').map(plain)).toEqual(['']);
  });

  test('the first counts', () => {
    expect(plain(parseYaml('a: 1\n---\nb: 2\n', 'f'))).toEqual([['a', '1']]);
    expect(parseYamlDocuments('a\n---\nb\n---\n', 'f').map(plain)).toEqual(['a', 'b', '']);
  });

  test('anchors and aliases', () => {
    const node = parseYaml('a: &x {k: v}\nb: *x\n', 'f');
    expect(plain(node)).toEqual([
      ['a', [['k', 'v']]],
      ['b', '*x'],
    ]);
  });

  test('a folded block', () => {
    expect(plain(parseYaml('a: >-\n  one\n  two\n\n  three\n', 'f'))).toEqual([['a', 'one two\nthree']]);
  });
});

// go-yaml takes all of these; YAML 1.2 does not.
describe('brackets and quotes may go on at any column', () => {
  test.each([
    ['a closing bracket below its key', 'a:\n  - b: [\n    x,\n  ]\n    c: d\n', ['a', 'b', 'x', 'c', 'd']],
    ['items at the left edge', "a:\n  b: [\n'x', # it's\n\"y\",\n]\n", ['a', 'b', 'x', 'y']],
    ['braces', 'a:\n  b: {\nx: y\n}\nc: d\n', ['a', 'b', 'x', 'y', 'c', 'd']],
    ['single quotes', "a:\n  b: 'one\ntwo'\n  c: d\n", ['a', 'b', 'one two', 'c', 'd']],
    ['double quotes with an escaped break', 'a:\n  b: "one\\\ntwo"\n', ['a', 'b', 'onetwo']],
    [
      'quotes that are doubled and escaped',
      `a:\n  - 'it''s\nx'\n  - "a \\" b\nc"\n`,
      ['a', "it's x", 'a " b c'],
    ],
    ['a bracket in a block scalar is text', 'a:\n  b: |\n    [\n  c: [\nx]\n', ['a', 'b', '[\n', 'c', 'x']],
    [
      'comments right behind them',
      "a: [x]# c\nb: 'y'# c\nc: {\nd: e}# f\n",
      ['a', 'x', 'b', 'y', 'c', 'd', 'e'],
    ],
    ['an item of its own', '- - [\nx\n]\n- y\n', ['x', 'y']],
  ])('%s', (_name, text, scalars) => {
    const all = (node: YamlNode): string[] =>
      places(node).map((place) => place.slice(0, place.lastIndexOf('@')));
    expect(all(parseYaml(text, 'f'))).toEqual(scalars);
  });

  test('places are those of the file', () => {
    expect(places(parseYaml("a:\n  b: [\n'x',\n  y\n]\nc: d\n", 'f'))).toEqual([
      'a@1:1',
      'b@2:3',
      'x@3:1',
      'y@4:3',
      'c@6:1',
      'd@6:4',
    ]);
  });

  test('what is wrong for another reason stays refused at its place', () => {
    expect(failure("a:\n  b: [\n'x',\n").message).toContain('f.yml:3:1: this line is not indented enough');
  });
});

describe('errors say what is meant', () => {
  test.each([
    ['a:\n\t- b', '2:1', 'a tab is used for indentation', 'spaces only'],
    ['a:\n  b: 1\n \tc: 2', '3:2', 'a tab is used for indentation', 'spaces only'],
    ['a: {{ x }} y', '1:4', 'a value that begins with {{ is read as a mapping', 'quote it'],
    ['- {{ $labels.x }} is down', '1:3', 'a value that begins with {{ is read as a mapping', 'quote it'],
    ['a: b: c', '1:5', 'a colon followed by a space stands inside a value', 'quote it'],
    ['a: @x', '1:4', 'a value cannot begin with @', 'quote it'],
    ['a: `x`', '1:4', 'a value cannot begin with `', 'quote it'],
    ["a: 'x' y", '1:8', 'text follows a quoted value', 'written twice'],
    ['a: 1\n b: 2', '2:3', 'bad indentation of a mapping entry', 'same column'],
    ['a:\n  - b\n c: 1', '3:2', 'bad indentation of a mapping entry', 'same column'],
    ['- a\nb: 1', '2:1', 'this does not belong to what stands above it', 'indented too little'],
    ['a: [1, 2', '1:9', 'a [ or { is never closed', undefined],
    ["a: 'x", '1:6', 'a text in single quotes is never closed', 'written twice'],
    ['a: "x', '1:6', 'a text in double quotes is never closed', 'written \\"'],
    ['a: "\\d+"', '1:6', 'unknown escape sequence in double quotes', 'double the backslash'],
    ['a: [1 2]\nb: [x y: z w: v]', '2:', '', undefined],
    ['a: *nope', '1:4', "unknown anchor 'nope' referenced", '&nope'],
    ['a: x\u0001', '1:', 'a control character is not allowed here', 'remove it'],
    ['a: \0', '1:4', 'a null byte is not allowed here', 'byte order mark'],
    ['a: "x" "y"', '1:8', 'text follows a quoted value', 'quotes'],
  ])('%j at %s: %s', (text, place, message, hint) => {
    const error = failure(text);
    expect(error.code).toBe('yaml_syntax');
    expect(error.message).toContain(`f.yml:${place}`);
    expect(error.message).toContain(message);
    if (hint !== undefined) expect(error.hint).toContain(hint);
  });

  test('the report shows three lines and a caret', () => {
    expect(failure('global:\n  x: 1\n\ty: 2\nz: 3\n').report()).toBe(
      [
        'f.yml:3:1: a tab is used for indentation',
        '  2 |   x: 1',
        '> 3 | \ty: 2',
        '    | ^',
        '  4 | z: 3',
        '  YAML is indented with spaces only',
        '',
      ].join('\n'),
    );
  });

  test('a document nested too deeply is refused', () => {
    expect(failure('['.repeat(100_000)).message).toContain('nested too deeply');
  });
});

describeCorpus('config', 'the files of Prometheus’s configuration tests', () => {
  const folder = corpusPath('config');
  const files = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));

  // Their YAML is well formed; the bad ones are wrong in what they say.
  test.each(files)('%s', (name) => {
    expect(['mapping', 'scalar']).toContain(parseYaml(readFileSync(join(folder, name)), name).kind);
  });
});
