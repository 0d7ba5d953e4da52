import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@prometheus-ts/testkit';
import { describe, expect, test } from 'vitest';
import { defineCommand, defineFlags } from './definition.ts';
import { logFlags } from './log-flags.ts';
import { commandValues, parseFlags } from './parse.ts';

const daemon = defineFlags({
  name: 'prometheus',
  help: 'A monitoring server.',
  version: 'prometheus, version 1',
  flags: [
    { name: 'config.file', kind: 'string', default: 'prometheus.yml', help: 'Path.' },
    {
      name: 'web.listen-address',
      kind: 'string',
      repeatable: true,
      default: ['0.0.0.0:9090'],
      help: 'Address.',
    },
    { name: 'web.read-timeout', kind: 'duration', default: '5m', help: 'Time.' },
    { name: 'scrape.timestamp-tolerance', kind: 'goDuration', default: '2ms', hidden: true, help: 'Time.' },
    { name: 'storage.read-sample-limit', kind: 'int', default: '5e7', help: 'Count.' },
    { name: 'storage.wal-segment-size', kind: 'bytes', help: 'Size.' },
    { name: 'storage.wal-compression', kind: 'bool', default: 'true', help: 'Whether.' },
    { name: 'auto.ratio', kind: 'float', default: '0.9', help: 'Ratio.' },
    { name: 'agent', kind: 'bool', short: 'a', help: 'Mode.' },
    { name: 'output', kind: 'string', short: 'o', envVar: 'PROM_OUTPUT', help: 'Where.' },
    ...logFlags,
  ],
});

function ran(...argv: string[]) {
  const outcome = parseFlags(daemon, argv, { env: {} });
  if (outcome.exit !== undefined) throw new Error(outcome.text);
  return outcome;
}

function failed(...argv: string[]) {
  const outcome = parseFlags(daemon, argv, { env: {} });
  if (outcome.exit === undefined) throw new Error('it ran');
  return outcome;
}

describe('values', () => {
  test('defaults are parsed and typed', () => {
    const { values } = ran();
    const timeoutMs: number = values['web.read-timeout'];
    const addresses: readonly string[] = values['web.listen-address'];
    const level: 'debug' | 'info' | 'warn' | 'error' = values['log.level'];
    expect([timeoutMs, addresses, level]).toEqual([300_000, ['0.0.0.0:9090'], 'info']);
    expect(values.agent).toBe(false);
    expect(values.output).toBe('');
  });

  test.each([
    [['--config.file=a.yml'], 'config.file', 'a.yml'],
    [['--config.file', 'a.yml'], 'config.file', 'a.yml'],
    [['--config.file='], 'config.file', ''],
    [['--config.file=a=b'], 'config.file', 'a=b'],
    [['--web.listen-address=:1', '--web.listen-address', ':2'], 'web.listen-address', [':1', ':2']],
    [['--no-storage.wal-compression'], 'storage.wal-compression', false],
    [['--storage.wal-compression'], 'storage.wal-compression', true],
    [['--storage.wal-segment-size=1.5KB'], 'storage.wal-segment-size', 1536],
    [['--storage.wal-segment-size=1GiB512MB'], 'storage.wal-segment-size', 1_610_612_736],
    [['--storage.read-sample-limit=-1'], 'storage.read-sample-limit', -1],
    [['--log.level=WARN'], 'log.level', 'warn'],
    [['-o', 'x'], 'output', 'x'],
    [['-ox'], 'output', 'x'],
    [['-ao', 'x'], 'agent', true],
  ] as const)('%j sets %s to %j', (argv, name, value) => {
    expect(ran(...argv).values[name]).toEqual(value);
  });

  test('an environment variable replaces the default, the command line replaces both', () => {
    const env = { PROM_OUTPUT: 'from-env' };
    expect(parseFlags(daemon, [], { env })).toMatchObject({ values: { output: 'from-env' } });
    expect(parseFlags(daemon, ['--output=x'], { env })).toMatchObject({ values: { output: 'x' } });
  });

  test('given names what stood on the command line', () => {
    expect([...ran('--agent', '--output=x').given]).toEqual(['agent', 'output']);
  });

  test('the listing shows every flag as upstream does, hidden ones too', () => {
    expect(ran('--web.listen-address=:1', '--web.listen-address=:2').listing).toEqual({
      'config.file': 'prometheus.yml',
      'web.listen-address': ':1,:2',
      'web.read-timeout': '5m',
      'scrape.timestamp-tolerance': '2ms',
      'storage.read-sample-limit': '50000000',
      'storage.wal-segment-size': '0B',
      'storage.wal-compression': 'true',
      'auto.ratio': '0.9',
      agent: 'false',
      output: '',
      'log.level': 'info',
      'log.format': 'logfmt',
    });
  });
});

// The words before ", try --help" are those of Debian's prometheus.
test.each([
  [['--bogus'], "unknown long flag '--bogus'"],
  [['-x'], "unknown short flag '-x'"],
  [['foo'], 'unexpected foo'],
  [['--web.listen-address'], "expected argument for flag '--web.listen-address'"],
  [['--config.file', '--agent'], "expected argument for flag '--config.file'"],
  [['--no-config.file'], "unknown long flag '--no-config.file'"],
  [['--config.file=a', '--config.file=b'], "flag 'config.file' cannot be repeated"],
  [['--agent=true'], 'unexpected true'],
  [['--log.level=foo'], 'unrecognized log level foo'],
  [['--log.format=foo'], 'unrecognized log format foo'],
  [['--storage.read-sample-limit=x'], 'strconv.ParseFloat: parsing "x": invalid syntax'],
  [['--web.read-timeout=5'], 'not a valid duration string: "5"'],
  [['--scrape.timestamp-tolerance=5'], 'time: missing unit in duration "5"'],
  [['--storage.wal-segment-size=5'], 'units: missing unit in 5'],
  [['@nofile'], 'failed to open arguments file "nofile"'],
])('%j ends with "%s"', (argv, message) => {
  const outcome = failed(...argv);
  expect(outcome).toMatchObject({ exit: 2, stream: 'stderr' });
  expect(outcome.text).toMatch(/^prometheus: error: /);
  expect(outcome.text).toContain(message);
  expect(outcome.text).toContain(', try --help\n');
});

test.each([
  ['--web.listen-adress=:1', "did you mean '--web.listen-address'?"],
  ['--no-storage.wal-compresion', "did you mean '--no-storage.wal-compression'?"],
  ['--agent=false', '--agent takes no value: use --agent or --no-agent'],
])('%s is advised: %s', (argument, advice) => {
  expect(failed(argument).text).toContain(advice);
});

describe('@file', () => {
  test('each line is an argument; comments and blank lines are not; files may name files', () => {
    const folder = temporaryFolder();
    const inner = join(folder, 'inner');
    writeFileSync(inner, '--output\r\nfrom file\r\n');
    writeFileSync(join(folder, 'outer'), `# comment\n\n--agent\n@${inner}\n`);
    expect(ran(`@${join(folder, 'outer')}`).values).toMatchObject({ agent: true, output: 'from file' });
  });

  test('a file that names itself is an error', () => {
    const file = join(temporaryFolder(), 'loop');
    writeFileSync(file, `--agent\n@${file}\n`);
    expect(failed(`@${file}`).text).toContain('too many arguments');
  });
});

describe('--version and --help', () => {
  test('--version prints even when the rest is wrong', () => {
    expect(failed('--version', '--bogus')).toEqual({
      exit: 0,
      text: 'prometheus, version 1\n',
      stream: 'stdout',
    });
  });

  test('an error beats --help', () => {
    expect(failed('--help', '--bogus').exit).toBe(2);
  });

  test('help in two columns, without hidden flags', () => {
    const { exit, text, stream } = failed('-h');
    expect([exit, stream]).toEqual([0, 'stdout']);
    expect(text).toContain('usage: prometheus [<flags>]\n\nA monitoring server.\n');
    expect(text).toContain('  -h, --[no-]help  ');
    expect(text).toContain('      --web.listen-address=0.0.0.0:9090 ...  \n');
    expect(text).toContain('--config.file="prometheus.yml"');
    expect(text).toContain('($PROM_OUTPUT)');
    expect(text).not.toContain('timestamp-tolerance');
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('a man page', () => {
    const { text } = failed('--help-man');
    expect(text).toMatch(/^\.TH prometheus 1/);
    expect(text).toContain('\\fB\\-\\-web.read\\-timeout=5m\\fR');
  });
});

const checkConfig = defineCommand({
  name: 'config',
  help: 'Check configuration files.',
  flags: [{ name: 'syntax-only', kind: 'bool', help: 'Look no further.' }],
  args: [{ name: 'config-files', kind: 'string', required: true, remainder: true, help: 'Files.' }],
});

const tool = defineFlags({
  name: 'promtool',
  help: 'A tool.',
  flags: [{ name: 'enable-feature', kind: 'string', repeatable: true, help: 'Names.' }],
  commands: [
    {
      name: 'check',
      help: 'Check things.',
      commands: [checkConfig, { name: 'metrics', help: 'Lint metrics.' }],
    },
    {
      name: 'query',
      help: 'Query alerts.',
      commands: [
        {
          name: 'alerts',
          help: 'Default one.',
          isDefault: true,
          flags: [{ name: 'active', short: 'a', kind: 'bool', help: 'Active only.' }],
          args: [{ name: 'matchers', kind: 'string', remainder: true, help: 'Matchers.' }],
        },
        { name: 'other', help: 'Other one.' },
      ],
    },
  ],
});

describe('commands', () => {
  const use = (...argv: string[]) => parseFlags(tool, argv, { env: {} });

  test('flags of the program and of the command, before and after it', () => {
    const outcome = use('--enable-feature=x', 'check', 'config', '--syntax-only', 'a.yml', 'b.yml');
    if (outcome.exit !== undefined) throw new Error(outcome.text);
    expect(outcome.command).toBe('check config');
    expect(outcome.values['enable-feature']).toEqual(['x']);
    const own = commandValues(checkConfig, outcome);
    const files: readonly string[] = own['config-files'];
    expect([own['syntax-only'], files]).toEqual([true, ['a.yml', 'b.yml']]);
  });

  test('a flag of a command is unknown before it', () => {
    expect(use('--syntax-only', 'check', 'config', 'a.yml')).toMatchObject({ exit: 2 });
  });

  test('words after -- are arguments', () => {
    expect(use('check', 'config', '--', '--a.yml', '@b')).toMatchObject({
      commandValues: { 'config-files': ['--a.yml', '@b'] },
    });
  });

  test.each([
    [['query'], 'query alerts', []],
    [['query', 'alertname=x'], 'query alerts', ['alertname=x']],
    [['query', '-a', 'y=z'], 'query alerts', ['y=z']],
    [['query', 'alerts', 'y=z'], 'query alerts', ['y=z']],
  ])('%j takes the default command', (argv, command, matchers) => {
    expect(use(...argv)).toMatchObject({ command, commandValues: { matchers } });
  });

  test('the default command gives way to a named one', () => {
    expect(use('query', 'other')).toMatchObject({ command: 'query other' });
  });

  test.each([
    [['chekc'], 'expected command but got "chekc", try --help\n  did you mean \'check\'?'],
    [['check'], "must select a subcommand of 'check'"],
    [['check', 'config'], "required argument 'config-files' not provided"],
    [['check', 'metrics', 'x'], 'unexpected x'],
  ])('%j ends with "%s"', (argv, message) => {
    const outcome = use(...argv);
    expect(outcome.exit).toBe(2);
    expect('text' in outcome && outcome.text).toContain(message);
  });

  test('no command shows the usage', () => {
    const outcome = use();
    expect(outcome).toMatchObject({ exit: 2, stream: 'stderr' });
    expect('text' in outcome && outcome.text).toContain(
      'Commands:\nhelp [<command>...]\n    Show help.\n\ncheck config [<flags>] <config-files>...\n',
    );
  });

  test.each([[['help', 'check', 'config']], [['check', 'config', '--help']]])(
    '%j explains the command',
    (argv) => {
      const outcome = use(...argv);
      expect(outcome).toMatchObject({ exit: 0 });
      const text = 'text' in outcome ? outcome.text : '';
      expect(text).toContain('usage: promtool check config [<flags>] <config-files>...\n');
      expect(text).toContain('--[no-]syntax-only');
      expect(text).toContain('Args:\n  <config-files>  Files.\n');
    },
  );

  test('help of a command with a default explains the command itself', () => {
    const outcome = use('query', '--help');
    expect('text' in outcome && outcome.text).toContain('Subcommands:\nquery alerts*');
  });

  test('long help lists the flags of every command', () => {
    const outcome = use('--help-long');
    expect('text' in outcome && outcome.text).toContain('--[no-]syntax-only  Look no further.');
  });

  test.each([
    [['che'], 'check'],
    [['check', ''], 'config\nmetrics'],
    [['check', 'config', '--syn'], '--syntax-only'],
  ])('after %j the shell is offered %j', (words, candidates) => {
    expect(use('--completion-bash', ...words)).toMatchObject({ exit: 0, text: candidates });
  });
});

test('a required flag', () => {
  const app = defineFlags({
    name: 'app',
    help: '',
    flags: [{ name: 'match', kind: 'string', required: true, repeatable: true, help: 'Selectors.' }],
  });
  expect(parseFlags(app, [])).toMatchObject({
    exit: 2,
    text: "app: error: required flag(s) '--match' not provided, try --help\n",
  });
  expect(parseFlags(app, ['--match=x'])).toMatchObject({ values: { match: ['x'] } });
  expect(parseFlags(app, ['--help'])).toMatchObject({ exit: 0 });
});
