import { SampleColumns, type SeriesSet } from '@prometheus-ts/model';
import { describe, expect, test } from 'vitest';
import { Engine } from '../engine/engine.ts';
import { scriptEngine } from '../engine/script-engine.ts';
import { ALL_PARSE_OPTIONS } from '../parse/options.ts';
import type { ScriptEngine, ScriptResult } from './engine.ts';
import { runScript } from './run.ts';

const engine = scriptEngine(new Engine({ parse: ALL_PARSE_OPTIONS }));

const LOAD = `load 1m
  x{n="1"} 1 2 3
  x{n="2"} 10 20 30
  h {{schema:0 count:2 sum:3 buckets:[1 1]}}x2
`;

async function failuresOf(evaluation: string, load = LOAD): Promise<readonly string[]> {
  return (await runScript(`${load}\n${evaluation}`, 'a.test', engine)).failures;
}

describe('expectations that hold', () => {
  test.each([
    'eval instant at 1m x\n  x{n="2"} 20\n  x{n="1"} 2.0000001',
    'eval instant at 1m sum(x)\n  {} 22',
    'eval instant at 1m 1 + 1\n  2',
    'eval instant at 1m -2 ^ 2\n  -4',
    'eval instant at 1m "a\\nb"\n  expect string "a\\nb"',
    'eval instant at 1m x{n="3"}',
    'eval instant at 1m sort_desc(x)\n  expect ordered\n  x{n="2"} 20\n  x{n="1"} 2',
    'eval_ordered instant at 1m sort(x)\n  x{n="1"} 2\n  x{n="2"} 20',
    'eval range from 0 to 2m step 1m sum(x)\n  {} 11 22 33',
    'eval range from 0 to 4m step 2m x{n="1"} > 2\n  x{n="1"} _ 3 3',
    'eval instant at 2m x{n="1"}[2m]\n  expect range vector from 1m to 2m step 1m\n  x{n="1"} 2 3',
    'eval instant at 1m h\n  h {{count:2 sum:3 buckets:[1 1]}}',
    'eval instant at 1m x + on() x\n  expect fail',
    'eval instant at 1m x + on() x\n  expect fail regex: many-to-many matching not allowed',
    'eval_fail instant at 1m x + on() x\n  expected_fail_regexp multiple matches|many-to-many',
    'eval instant at 1m rate(x[2m])\n  expect info\n  {n="1"} 0.016666666\n  {n="2"} 0.16666666',
    'eval_info instant at 1m count(rate(x[2m]))\n  {} 2',
    'eval instant at 1m quantile(2, x)\n  expect warn msg: PromQL warning: quantile value should be between 0 and 1, got 2 (1:10)\n  expect no_info\n  {} Inf',
    'eval instant at 0 x\n  x{n="1"} 1\n  x{n="2"} 10',
  ])('%s', async (evaluation) => {
    expect(await failuresOf(evaluation)).toEqual([]);
  });
});

describe('expectations that do not hold', () => {
  test.each([
    ['eval instant at 1m x{n="1"}\n  x{n="1"} 3', 'expected 3 for x{n="1"} but got 2'],
    ['eval instant at 1m x{n="1"}\n  x{n="1"} 2.00001', 'expected 2.00001 for x{n="1"} but got 2'],
    ['eval instant at 1m x{n="1"}', 'unexpected metric x{n="1"} in result, has 2'],
    ['eval instant at 1m x{n="1"}\n  x{n="1"} 2\n  y 5', 'expected metric y with 5 not found'],
    ['eval instant at 1m x\n  2', 'expected scalar result, but got vector'],
    ['eval instant at 1m 2\n  {} 2', 'expected vector or matrix result, but got scalar 2'],
    ['eval instant at 1m "a"\n  expect string "b"', 'expected string "b" but got "a"'],
    ['eval_ordered instant at 1m sort(x)\n  x{n="2"} 20\n  x{n="1"} 2', 'at position 2 but was at 1'],
    ['eval range from 0 to 2m step 1m sum(x)\n  {} 11 22 34', 'expected 34 at 120000 but got 33'],
    ['eval range from 0 to 2m step 1m sum(x)\n  {} 11 22', 'expected 2 points, but got 3'],
    ['eval range from 0 to 2m step 1m sum(x)\n  {} 11 22 33 44', 'cannot return this many points'],
    ['eval instant at 1m x\n  expect fail', 'expected the query to fail, but it did not'],
    ['eval instant at 1m x + on() x', 'query failed: found duplicate series'],
    [
      'eval instant at 1m x + on() x\n  expect fail msg: nonsense',
      'expected error matching "nonsense" but got: found',
    ],
    [
      'eval instant at 1m rate(x[2m])\n  expect no_info',
      'unexpected info annotations: PromQL info: metric might',
    ],
    ['eval instant at 1m sum(x)\n  expect warn\n  {} 22', 'expected warn annotations but none were found'],
    ['eval_warn instant at 1m sum(x)\n  {} 22', 'expected warn annotations but got none'],
    [
      'eval instant at 1m count(rate(x[2m]))\n  expect info msg: other\n  {} 2',
      'expected info annotation matching "other"',
    ],
    ['eval instant at 1m h\n  h {{count:2 sum:4 buckets:[1 1]}}', 'for h but got {{count:2 sum:3 '],
    ['eval instant at 1m h\n  h 2', 'expected 2 for h but got {{'],
    ['eval instant at 1m h\n  h {{count:2 sum:3 buckets:[1 1] counter_reset_hint:gauge}}', 'expected {{'],
  ])('%s', async (evaluation, failure) => {
    const failures = await failuresOf(evaluation);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatch(/^a\.test:6: /);
    expect(failures[0]).toContain(failure);
  });
});

test('every command is run, and says for itself how it went', async () => {
  const text = 'load 1m\n  x 1\n\neval instant at 0 x\n  x 2\n\nclear\n\neval instant at 0 x\n';
  const { commands } = await runScript(text, 'b.test', engine);
  expect(commands.map(({ kind, line, failure }) => [kind, line, failure])).toEqual([
    ['load', 1, undefined],
    ['eval', 4, 'expected 2 for x but got 1'],
    ['clear', 7, undefined],
    ['eval', 9, undefined],
  ]);
});

test('an instant query is checked at other times and as a range query too', async () => {
  const asked: string[] = [];
  const answer: ScriptResult = {
    value: { kind: 'vector', samples: [] },
    warnings: [],
    infos: [],
  };
  const spy: ScriptEngine = {
    instant: (_storage, query, timeMs) => {
      asked.push(`${query} at ${timeMs}`);
      return answer;
    },
    range: (_storage, query, startMs, endMs, stepMs) => {
      asked.push(`${query} from ${startMs} to ${endMs} by ${stepMs}`);
      return { ...answer, value: { kind: 'matrix', series: [] } };
    },
  };
  await runScript('eval instant at 5m sum(x offset 1m)', 'c.test', spy);
  const fixed = 'sum(x @ 300.000 offset 1m)';
  expect(asked.filter((query) => !query.includes('from'))).toEqual([
    'sum(x offset 1m) at 300000',
    ...[-3_000_000, 0, 60_000, 300_000, 3_000_000].map((timeMs) => `${fixed} at ${timeMs}`),
  ]);
  expect(asked).toContain('sum(x offset 1m) from 240000 to 360000 by 60000');
  expect(asked).toContain(`${fixed} from -60000 to 60000 by 60000`);
  asked.length = 0;
  await runScript('eval instant at 5m time() + sum(x)', 'c.test', spy);
  expect(asked).toHaveLength(2);
});

test('classic histograms are loaded as native ones too where asked for', async () => {
  const load = `load_with_nhcb 1m
  h_bucket{le="1",a="b"} 1 2
  h_bucket{le="+Inf",a="b"} 3 5
  h_count{a="b"} 3 5
  h_sum{a="b"} 4 6

`;
  const query =
    'eval instant at 1m h\n  h{a="b"} {{schema:-53 count:5 sum:6 custom_values:[1] buckets:[2 3]}}';
  expect(await failuresOf(query, load)).toEqual([]);
  const broken = load.replace('3 5\n  h_count', '3 1\n  h_count');
  expect(await failuresOf('clear', broken)).toEqual(['a.test:1: : count is not cumulative']);
});

test('samples of a series must be loaded in order, and start times go with them', async () => {
  const twice = 'load 1m\n  x 1 2\n\nload 1m\n  x 3 4\n';
  expect((await failuresOf('clear', twice))[0]).toContain('out of order sample at 0');
  const later = 'load 1m\n  x 1 2\n\nload 1m\n  x _ _ 4\n\neval instant at 2m x\n  x 4\n';
  expect(await failuresOf('clear', later)).toEqual([]);
  const spyTimes: (number | undefined)[] = [];
  const spy: ScriptEngine = {
    range: () => ({ value: { kind: 'matrix', series: [] }, warnings: [], infos: [] }),
    instant: (storage) => {
      const querier = storage.querier(0, 600_000);
      const request = { matchers: [], minTimeMs: 0, maxTimeMs: 600_000 };
      const [set] = querier.select([request]) as SeriesSet[];
      const samples = new SampleColumns();
      set!.read(0, 0, 600_000, samples);
      spyTimes.push(
        ...Array.from(samples.times.subarray(0, samples.length), (_, i) => samples.startTimes?.[i]),
      );
      return { value: { kind: 'vector', samples: [] }, warnings: [], infos: [] };
    },
  };
  await runScript('load 1m\n  x@st _ -30s -1m+10sx1\n  x 1 2 3 4\n\neval instant at 0 time()', 'd', spy);
  expect(spyTimes.slice(0, 4)).toEqual([0, 30_000, 60_000, 130_000]);
});
