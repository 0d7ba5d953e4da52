import { describe, expect, test } from 'vitest';
import { ScriptError } from './commands.ts';
import { parseScript } from './parse-script.ts';

describe('what is no script', () => {
  test.each<[string, number, string]>([
    ['foo', 1, 'invalid command "foo"'],
    ['# comment\n\nload', 3, 'invalid load command'],
    ['load x\n  y 1', 1, 'invalid step definition "x": not a valid duration string: "x"'],
    ['load 1m\n  y 1\n  y{ 1', 3, "3:4: parse error: unexpected character inside braces: '1'"],
    ['load 1m\n  y 1\n# ends the command\n  y 2', 4, 'invalid command "y 2"'],
    ['load 1m\n  y@st -1m', 2, '@st line has no following sample line'],
    ['load 1m\n  y@st -1m\n  z 1', 3, '@st metric does not match'],
    ['load 1m\n  y@st -1mx3\n  y 1', 3, '@st line has 4 values but sample line has 1'],
    ['load 1m\n  y@st -1m+\n  y 1', 2, 'invalid @st sequence: invalid ST item "-1m+"'],
    ['eval foo', 1, 'invalid evaluation command'],
    ['eval instant at 1m foo{', 1, '1:24: parse error: unexpected end of input inside braces'],
    ['\neval instant at 1m sum(foo[5m])', 2, '2:24: parse error: expected type instant vector'],
    ['eval instant at x foo', 1, 'invalid timestamp definition "x"'],
    ['eval instant  foo', 1, 'invalid timestamp definition "": empty duration string'],
    ['eval range from 2m to 1m step 1m foo', 1, 'end timestamp (1m) is before start timestamp (2m)'],
    ['eval instant at 1m foo\n  foo 1 2', 2, 'expecting multiple values in instant evaluation not allowed'],
    ['eval instant at 1m foo\n  expect nonsense', 2, 'invalid expect statement'],
    ['eval instant at 1m foo\n  expect warn regex: (', 2, 'invalid regex ( for warn'],
    [
      'eval instant at 1m foo\n  expect warn\n  expect no_warn',
      3,
      'warn and no_warn cannot be used together',
    ],
    ['eval instant at 1m foo\n  expect fail\n  expect fail', 3, 'multiple expect fail lines are not allowed'],
    ['eval instant at 1m foo\n  expect string', 2, 'a quoted string literal is required'],
    ['eval instant at 1m foo\n  expect string "a', 2, 'correctly quoted'],
    ['eval instant at 1m foo\n  expect range vector from 1m', 2, 'invalid range vector definition'],
  ])('%s', (text, line, message) => {
    try {
      parseScript(text);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ScriptError);
      expect((error as ScriptError).place.line).toBe(line);
      expect((error as ScriptError).message).toContain(message);
    }
  });
});

test('commands, comments and empty lines', () => {
  const commands = parseScript(`# a comment
load_with_nhcb 30s
  x 1 2

CLEAR
eval range from 1m to 5m step 30s sum by (a) (x)
  {a="b"} 1 2
  {a="c"} 3

eval instant at 0 x
`);
  expect(commands).toMatchObject([
    { kind: 'load', line: 2, stepMs: 30_000, withNativeHistograms: true },
    { kind: 'clear', line: 5 },
    {
      kind: 'eval',
      line: 6,
      query: 'sum by (a) (x)',
      when: { kind: 'range', startMs: 60_000, endMs: 300_000, stepMs: 30_000 },
    },
    { kind: 'eval', line: 10, query: 'x', when: { kind: 'instant', timeMs: 0 } },
  ]);
});
