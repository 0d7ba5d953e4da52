import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@prometheus-ts/testkit';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../config-error.ts';
import { Secret } from '../secret.ts';
import { parseYaml } from '../yaml/parse.ts';
import { converted, lazy, list, map, optional } from './collections.ts';
import type { DecodeOptions } from './context.ts';
import { decode, loadYamlFile, toYaml } from './decode.ts';
import { field, object } from './object.ts';
import { problemAt } from './origin.ts';
import {
  boolean,
  duration,
  enumeration,
  float,
  goDuration,
  integer,
  path,
  secret,
  string,
} from './scalars.ts';
import type { Schema } from './schema.ts';

const read = <T>(schema: Schema<T>, text: string, options?: DecodeOptions): T =>
  decode(schema, parseYaml(text, 'conf/f.yml'), options);

const value = <T>(schema: Schema<T>, text: string): T =>
  read(object('t', { v: field(schema) }), `v: ${text}\n`).v as T;

function problems(act: () => unknown): string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof ConfigError) {
      return error.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
    }
    throw error;
  }
  return [];
}

// What go-yaml v2.4.4 made of the same texts for Go's bool, int, float64 and string.
describe('scalars decode from their text', () => {
  test.each([
    ['yes', true],
    ['on', true],
    ['y', true],
    ['off', false],
    ['~', false],
    ['', false],
  ])('bool: %s', (text, wanted) => expect(value(boolean(), text)).toBe(wanted));

  test.each(['1', '"true"', "'yes'", 'tRUE', '[true]'])('bool: %s is refused', (text) => {
    expect(problems(() => value(boolean(), text))).toHaveLength(1);
  });

  test.each([
    ['1.10', '1.10'],
    ['0123', '0123'],
    ['0o17', '0o17'],
    ['yes', 'yes'],
    ['2001-01-01', '2001-01-01'],
    ['~', ''],
    ['null', ''],
    ['', ''],
    ['"~"', '~'],
    ['!!str 5', '5'],
    ['!!binary aGVsbG8=', 'hello'],
    ['!!binary aP8=', 'h\udcff'],
    ['|-\n  a\n  b', 'a\nb'],
  ])('string: %j is %j', (text, wanted) => expect(value(string(), text)).toBe(wanted));

  test.each([
    ['0123', 83],
    ['0o17', 15],
    ['1_000', 1000],
    ['1e3', 1000],
    ['1.9', 1],
    ['~', 0],
  ])('int: %s is %d', (text, wanted) => expect(value(integer(), text)).toBe(wanted));

  test.each([
    ['1.10', 1.1],
    ['7', 7],
    ['.inf', Number.POSITIVE_INFINITY],
  ])('float: %s is %d', (text, wanted) => expect(value(float(), text)).toBe(wanted));

  test.each([
    ['boolean', boolean(), 'maybe', '1:4 cannot unmarshal !!str `maybe` into bool'],
    ['integer', integer(), 'abcdefghijklm', '1:4 cannot unmarshal !!str `abcdefg...` into int'],
    ['integer out of range', integer({ max: 255 }), '256', '1:4 cannot unmarshal !!int `256` into int'],
    ['quoted number', integer(), '"5"', '1:4 cannot unmarshal !!str `5` into int'],
    ['date', integer(), '2001-01-01', '1:4 cannot unmarshal !!timestamp `2001-01-01` into int'],
    ['list for a text', string(), '[a]', '1:4 cannot unmarshal !!seq into string'],
    ['mapping for a text', string(), '{{ x }}', '1:4 cannot unmarshal !!map into string'],
    ['text for a list', list(string()), 'a', '1:4 cannot unmarshal !!str `a` into []string'],
    ['text for a map', map(string()), 'a', '1:4 cannot unmarshal !!str `a` into map[string]string'],
    ['tag that does not fit', string(), '!!int x', '1:10 cannot decode !!str `x` as a !!int'],
    ['binary that is no base64', string(), '!!binary a', '1:13 !!binary value contains invalid base64 data'],
    ['duration', duration(), '5 minutes', '1:4 unknown unit " minutes" in duration "5 minutes"'],
    ['Go duration', goDuration(), '5', '1:4 time: missing unit in duration "5"'],
  ] as [string, Schema<unknown>, string, string][])('wrong: %s', (_name, schema, text, message) => {
    expect(problems(() => value(schema, text))).toEqual([message]);
  });

  test('durations are milliseconds', () => {
    expect([value(duration(), '1h30m'), value(duration(), '0'), value(goDuration(), '1.5s')]).toEqual([
      5_400_000, 0, 1500,
    ]);
  });

  test('words of a list', () => {
    const role = enumeration(['node', 'pod'], (written) => `unknown role ${JSON.stringify(written)}`);
    expect(value(role, 'pod')).toBe('pod');
    expect(problems(() => value(role, 'pods'))).toEqual(['1:4 unknown role "pods"']);
  });
});

describe('secrets', () => {
  const schema = object('t', { password: field(secret()), empty: field(secret(), { omitEmpty: false }) });
  const config = read(schema, 'password: hunter2');

  test('are revealed only on demand', () => {
    expect(config.password.reveal()).toBe('hunter2');
    expect([String(config.password), JSON.stringify(config), `${config.password}`]).toEqual([
      '<secret>',
      '{"password":"<secret>","empty":"<secret>"}',
      '<secret>',
    ]);
    expect(config.password.equals(new Secret('hunter2'))).toBe(true);
  });

  test('print as <secret>, or null when empty', () => {
    expect(toYaml(config, schema)).toBe('password: <secret>\nempty: null\n');
  });
});

describe('paths', () => {
  const schema = object('t', { f: field(path()) });
  test('begin at the folder of the file', () => {
    expect(read(schema, 'f: rules/a.yml').f).toBe('conf/rules/a.yml');
    expect(read(schema, 'f: /etc/a.yml').f).toBe('/etc/a.yml');
    expect(read(schema, 'f: ""').f).toBe('');
    expect(read(schema, 'f: a.yml', { folder: '/x' }).f).toBe('/x/a.yml');
  });
});

const job = object(
  'config.ScrapeConfig',
  {
    job_name: field(string(), { required: 'job_name is empty' }),
    scrape_interval: field(duration()),
    honor_timestamps: field(boolean(), { default: true, omitEmpty: false }),
    labels: field(map(string())),
    targets: field(list(string())),
    native: field(optional(boolean())),
  },
  {
    check(value, report) {
      if (value.targets.includes('')) report('targets', 'a target is empty', 'remove it');
      return value.job_name === 'default' ? { ...value, scrape_interval: 1000 } : undefined;
    },
  },
);

const config = object('config.Config', {
  global: field(object('config.GlobalConfig', { scrape_interval: field(duration(), { default: 60_000 }) }), {
    omitEmpty: false,
  }),
  rule_files: field(list(path())),
  scrape_configs: field(list(job, { refuseNull: 'empty or null scrape config section' })),
});

describe('objects', () => {
  test('defaults, and null where the section is empty', () => {
    expect(read(config, '')).toEqual({
      global: { scrape_interval: 0 },
      rule_files: [],
      scrape_configs: [],
    });
    expect(read(config, 'global:').global.scrape_interval).toBe(60_000);
    expect(read(config, 'global: {scrape_interval: ~}').global.scrape_interval).toBe(0);
    expect(read(job, 'job_name: x')).toMatchObject({
      honor_timestamps: true,
      native: undefined,
      labels: new Map(),
    });
  });

  test('a check may replace the object, which keeps its place', () => {
    const decoded = read(job, 'targets: [a]\njob_name: default\n');
    expect(decoded.scrape_interval).toBe(1000);
    expect(problemAt(decoded, 'job_name', 'twice')).toMatchObject({ line: 2, column: 11, message: 'twice' });
    expect(problemAt(decoded, 'labels', 'none')).toMatchObject({ line: 1, column: 1 });
    expect(problemAt(decoded.targets, 0, 'bad')).toMatchObject({ line: 1, column: 11 });
  });

  test('a check reports at a field', () => {
    expect(problems(() => read(job, 'job_name: x\ntargets: [""]'))).toEqual(['2:10 a target is empty']);
  });

  test('every problem is told, in the order of the file', () => {
    const text = `
global:
  scrape_interval: 5x
scrape_configs:
  - job_name: a
    honor_timestamps: perhaps
    target: [b]
  -
  - targets: [c]
`;
    expect(problems(() => read(config, text))).toEqual([
      '3:20 unknown unit "x" in duration "5x"',
      '6:23 cannot unmarshal !!str `perhaps` into bool',
      '7:5 field target not found in type config.ScrapeConfig',
      '8:4 empty or null scrape config section',
      '9:5 job_name is empty',
    ]);
  });

  test('an unknown key: the nearest one, and the section where it would be right', () => {
    const hint = (text: string) => {
      try {
        read(config, text);
      } catch (error) {
        return (error as ConfigError).hint;
      }
      return 'no error';
    };
    expect(hint('scrape_configs:\n- job_name: a\n  target: [b]')).toBe('did you mean "targets"?');
    expect(hint('global:\n  job_name: x')).toBe(
      'job_name belongs in scrape_configs; is it indented as it should be?',
    );
    expect(hint('scrape_interval: 5s')).toBe(
      'scrape_interval belongs in global or in scrape_configs; is it indented as it should be?',
    );
    expect(hint('scrape_configs:\n- job_name: a\n  rule_file: x')).toBeUndefined();
    expect(hint('rule_file: [x]')).toBe('did you mean "rule_files"?');
  });

  test('the report carries a frame', () => {
    try {
      read(config, 'scrape_configs:\n- job_name: a\n  target: [b]\n');
      expect.unreachable();
    } catch (error) {
      expect((error as ConfigError).report()).toBe(
        `conf/f.yml:3:3: field target not found in type config.ScrapeConfig
  1 | scrape_configs:
  2 | - job_name: a
> 3 |   target: [b]
    |   ^
  did you mean "targets"?
`.replace('  1 | scrape_configs:\n', ''),
      );
    }
  });

  test('duplicate keys', () => {
    expect(problems(() => read(job, 'job_name: a\njob_name: b'))).toEqual([
      '2:1 field job_name already set in type config.ScrapeConfig',
    ]);
    expect(problems(() => read(job, 'job_name: a\nlabels:\n  x: 1\n  x: 2'))).toEqual([
      '4:3 key "x" already set in map',
    ]);
  });

  test('a key that is no text', () => {
    expect(problems(() => read(job, 'job_name: a\n{x: y}: b'))).toEqual(['2:1 invalid map key: a mapping']);
  });
});

describe('anchors and merge keys', () => {
  const two = object('two', {
    base: field(optional(job)),
    other: field(optional(job)),
    both: field(optional(job)),
  });

  test('an alias stands for its anchor', () => {
    const decoded = read(
      object('t', { a: field(list(string())), b: field(list(string())) }),
      'a: &x [1, 2]\nb: *x',
    );
    expect(decoded.b).toEqual(['1', '2']);
  });

  test('a merge gives what is not written; what stands later wins', () => {
    const decoded = read(
      two,
      `
base: &base {job_name: base, scrape_interval: 5s, targets: [a]}
other: {<<: *base, job_name: other}
both: {job_name: both, <<: [{scrape_interval: 1s}, *base]}
`,
    );
    expect(decoded.other).toMatchObject({ job_name: 'other', scrape_interval: 5000, targets: ['a'] });
    expect(decoded.both).toMatchObject({ job_name: 'base', scrape_interval: 1000 });
  });

  test('a merge into a map may not repeat a key, as in go-yaml', () => {
    expect(problems(() => value(map(string()), '{a: 1, <<: {a: 2}}'))).toEqual([
      '1:16 key "a" already set in map',
    ]);
    expect([...value(map(string()), '{a: 1, <<: {b: 2}}')]).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
  });

  test('only mappings can be merged', () => {
    expect(problems(() => read(job, 'job_name: a\n<<: b'))).toEqual([
      '2:5 map merge requires map or sequence of maps as the value',
    ]);
  });

  test('an alias inside its own anchor is refused', () => {
    const tree: Schema<unknown> = object('tree', { in: field(list(lazy(() => tree))) });
    expect(problems(() => read(tree, '&x {in: [*x]}'))).toEqual(["1:10 anchor 'x' value contains itself"]);
  });

  test('aliases that explode are refused', () => {
    const tree: Schema<unknown> = object('tree', { in: field(list(lazy(() => tree))) });
    const levels = Array.from(
      { length: 12 },
      (_, i) => `- &a${i + 1} {in: [${Array(10).fill(`*a${i}`).join(', ')}]}`,
    );
    expect(problems(() => read(tree, `in:\n- &a0 {}\n${levels.join('\n')}\n`))[0]).toContain(
      'excessive aliasing',
    );
  });
});

describe('printing', () => {
  test('in the order of the fields, without what is empty', () => {
    const decoded = read(
      config,
      'scrape_configs: [{targets: [b], job_name: a, labels: {z: "1", a: x}, native: false}]\nrule_files: [r.yml]\nglobal: {scrape_interval: 90s}',
    );
    expect(toYaml(decoded, config)).toBe(`global:
  scrape_interval: 1m30s
rule_files:
- conf/r.yml
scrape_configs:
- job_name: a
  honor_timestamps: true
  labels:
    a: x
    z: "1"
  targets:
  - b
  native: false
`);
  });

  test('what is printed reads back as the same', () => {
    const decoded = read(job, 'job_name: a\nlabels: {x: "yes", y: "1.10"}\nhonor_timestamps: off');
    expect(read(job, toYaml(decoded, job))).toEqual(decoded);
  });

  test('a converted value prints as it was', () => {
    const upper = converted(string(), {
      to: (text) => text.toUpperCase(),
      back: (text) => text.toLowerCase(),
      zero: () => '',
    });
    const schema = object('t', { v: field(upper) });
    const decoded = read(schema, 'v: abc');
    expect([decoded.v, toYaml(decoded, schema)]).toEqual(['ABC', 'v: abc\n']);
  });
});

describe('expansion, where it is switched on', () => {
  const schema = object('t', {
    url: field(string()),
    list: field(list(string())),
    count: field(integer()),
    token: field(secret()),
  });
  const reference = (name: string) => `\${${name}}`;
  const options = { expansion: { env: { HOST: 'db.example.com', N: '5', EMPTY: '' } } };

  test('of variables, with defaults, escapes, and none for numbered groups', () => {
    const text = `url: http://${reference('HOST')}/${reference('PORT:-9090')}$${reference('HOST')}${reference('1')}${reference('EMPTY')}`;
    expect(read(schema, text, options).url).toBe(
      `http://db.example.com/9090${reference('HOST')}${reference('1')}`,
    );
    expect(read(schema, `count: ${reference('N')}`, options).count).toBe(5);
  });

  test('not unless it is switched on', () => {
    expect(read(schema, `url: ${reference('HOST')}`).url).toBe(reference('HOST'));
  });

  test('of files, relative to the configuration', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'token'), 'hunter2\n');
    writeFileSync(
      join(folder, 'f.yml'),
      `token: ${reference('file:token')}\nlist: [a, "${reference('file:token')}"]\n`,
    );
    const decoded = loadYamlFile(schema, join(folder, 'f.yml'), options);
    expect(decoded.token.reveal()).toBe('hunter2');
    expect(decoded.list).toEqual(['a', 'hunter2']);
    expect(toYaml(decoded, schema)).toBe(
      `list:\n- a\n- ${reference('file:token')}\ntoken: ${reference('file:token')}\n`,
    );
  });

  test('a variable that is not set, a file that cannot be read', () => {
    expect(problems(() => read(schema, `url: ${reference('NOPE')}`, options))).toEqual([
      '1:6 environment variable NOPE is not set',
    ]);
    expect(problems(() => read(schema, `url: ${reference('file:nope')}`, options))[0]).toMatch(
      /^1:6 cannot read conf\/nope: ENOENT/,
    );
  });
});

describe('files', () => {
  test('that cannot be read are named with the reason', () => {
    const missing = join(temporaryFolder(), 'none.yml');
    expect(() => loadYamlFile(config, missing)).toThrow(`open ${missing}: no such file or directory`);
    expect(() => loadYamlFile(config, temporaryFolder())).toThrow('is a directory');
  });
});
