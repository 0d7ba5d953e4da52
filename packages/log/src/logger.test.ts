import { describe, expect, test } from 'vitest';
import { duration } from './field.ts';
import { createLogger, type LoggerOptions } from './logger.ts';

const NOON = Date.UTC(2026, 7, 5, 12, 0, 0, 120);

function capture(options: LoggerOptions = {}) {
  const lines: string[] = [];
  const logger = createLogger({
    write: (line) => lines.push(line),
    nowMs: () => NOON,
    source: () => 'loop.ts:42',
    ...options,
  });
  return { logger, lines };
}

/** The line after its message. */
function fieldsOf(fields: Record<string, unknown>, format: 'logfmt' | 'json' = 'logfmt'): string {
  const { logger, lines } = capture({ format });
  logger.info('m', fields);
  const mark = format === 'json' ? '"msg":"m",' : 'msg=m ';
  return lines[0]!.slice(lines[0]!.indexOf(mark) + mark.length).replace(/\}?\n$/, '');
}

describe('layouts', () => {
  test('slog logfmt', () => {
    const { logger, lines } = capture();
    logger.info('Server is ready', { took: duration(1500) });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^time=2026-08-05T\d\d:\d\d:00\.120(Z|[+-]\d\d:\d\d) level=INFO source=loop\.ts:42 msg="Server is ready" took=1\.5s\n$/,
    );
  });

  test('slog json', () => {
    const { logger, lines } = capture({ format: 'json' });
    logger.warn('odd', { n: 1 });
    const { time, ...rest } = JSON.parse(lines[0]!);
    expect(time).toMatch(/^2026-08-05T\d\d:\d\d:00\.12(Z|[+-]\d\d:\d\d)$/);
    expect(rest).toEqual({ level: 'WARN', source: 'loop.ts:42', msg: 'odd', n: 1 });
    expect(Object.keys(JSON.parse(lines[0]!))).toEqual(['time', 'level', 'source', 'msg', 'n']);
  });

  test('go-kit logfmt and json', () => {
    const text = capture({ style: 'gokit' });
    text.logger.error('failed', { err: new Error('no: such file') });
    expect(text.lines[0]).toBe(
      'ts=2026-08-05T12:00:00.120Z level=error caller=loop.ts:42 msg=failed err="no: such file"\n',
    );
    const json = capture({ style: 'gokit', format: 'json' });
    json.logger.debug('hidden');
    json.logger.info('seen');
    expect(json.lines).toEqual([
      '{"ts":"2026-08-05T12:00:00.120Z","level":"info","caller":"loop.ts:42","msg":"seen"}\n',
    ]);
  });

  test('the source is the file and line of the call', () => {
    const lines: string[] = [];
    createLogger({ write: (line) => lines.push(line) }).info('here');
    createLogger({ write: (line) => lines.push(line), format: 'json' })
      .with({ a: 1 })
      .warn('here');
    expect(lines[0]).toMatch(/source=logger\.test\.ts:\d+ /);
    expect(lines[1]).toMatch(/"source":"logger\.test\.ts:\d+"/);
  });
});

// The right column was printed by Go's slog.TextHandler for the same values.
test.each([
  ['', '""'],
  ['x=y', '"x=y"'],
  ['quo"te', '"quo\\"te"'],
  ['back\\slash', 'back\\slash'],
  ['naïve', 'naïve'],
  ['tab\t', '"tab\\t"'],
  ['nbsp\u00a0x', '"nbsp\\u00a0x"'],
  ['😀', '😀'],
  ['\u2028', '"\\u2028"'],
  ['\x01', '"\\x01"'],
  ['<a&b>', '<a&b>'],
  ['{a=b}', '"{a=b}"'],
  [new Error('boom: x'), '"boom: x"'],
  [duration(1500), '1.5s'],
  [['a', 'b c'], '"[a b c]"'],
  [null, '<nil>'],
  [true, 'true'],
  [1.5, '1.5'],
])('logfmt prints %j as %s', (value, text) => {
  expect(fieldsOf({ k: value })).toBe(`k=${text}`);
});

test('json keeps types and escapes as Go does', () => {
  expect(
    fieldsOf({ a: 'x\u2028', b: 3, c: null, d: [1, 'b'], e: duration(250), f: Number.NaN }, 'json'),
  ).toBe('"a":"x\\u2028","b":3,"c":null,"d":[1,"b"],"e":"250ms","f":"NaN"');
});

describe('fields', () => {
  test('with adds fields before those of the line, and undefined is left out', () => {
    const { logger, lines } = capture();
    logger.with({ component: 'tsdb' }).with({ shard: 3 }).info('m', { a: 1, b: undefined });
    expect(lines[0]).toMatch(/msg=m component=tsdb shard=3 a=1\n$/);
  });

  test('a field cannot take the name of the layout', () => {
    expect(fieldsOf({ level: 'x', time: 'y', source: 'z' })).toBe(
      'logged_level=x logged_time=y logged_source=z',
    );
  });

  test('the hint of an error travels beside it', () => {
    const error = Object.assign(new Error('address in use'), { hint: 'stop the other process' });
    expect(fieldsOf({ err: error })).toBe('err="address in use" hint="stop the other process"');
  });

  test('objects that print themselves are not looked into', () => {
    const secret = { password: 'hunter2', toString: () => '<secret>', toJSON: () => '<secret>' };
    expect(fieldsOf({ auth: secret })).toBe('auth=<secret>');
    expect(fieldsOf({ auth: secret }, 'json')).toBe('"auth":"<secret>"');
    expect(fieldsOf({ nested: { auth: secret } }, 'json')).toBe('"nested":{"auth":"<secret>"}');
    expect(fieldsOf({ nested: { auth: secret } })).not.toContain('hunter2');
  });
});

describe('levels', () => {
  test('setLevel reaches derived loggers', () => {
    const { logger, lines } = capture({ level: 'error' });
    const derived = logger.with({ a: 1 });
    derived.info('no');
    expect(derived.enabled('info')).toBe(false);
    logger.setLevel('debug');
    derived.debug('yes');
    expect(lines).toHaveLength(1);
  });
});

describe('logging never throws', () => {
  test('when the sink throws', () => {
    const { logger } = capture({
      write: () => {
        throw new Error('EPIPE');
      },
    });
    expect(() => logger.info('m')).not.toThrow();
  });

  test('when a value cannot be printed', () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    expect(fieldsOf({ circular, after: 1 })).toBe('circular=!UNPRINTABLE after=1');
    expect(fieldsOf({ circular, after: 1 }, 'json')).toBe('"circular":"!UNPRINTABLE","after":1');
  });
});

test('a long text with a blank behind it is quoted in linear time', () => {
  const text = `${'a'.repeat(100_000)} b`;
  const started = performance.now();
  expect(fieldsOf({ text })).toBe(`text="${text}"`);
  expect(performance.now() - started).toBeLessThan(1_000);
});
