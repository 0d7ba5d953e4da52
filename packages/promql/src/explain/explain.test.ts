import { describe, expect, test } from 'vitest';
import { ALL_PARSE_OPTIONS } from '../parse/options.ts';
import { MemoryStorage } from '../script/memory-storage.ts';
import { parseScript } from '../script/parse-script.ts';
import { loadSeries } from '../script/run.ts';
import { type ExplainedNode, type Explanation, explainQuery } from './explain.ts';

const MINUTE = 60_000;
const storage = new MemoryStorage();
const [load] = parseScript(`load 1m
  http_requests_total{job="api",instance="a",code="200"} 0+60x60
  http_requests_total{job="api",instance="b",code="200"} 0+30x60
  http_requests_total{job="api",instance="a",code="500"} 0+1x60
  http_limit{job="api"} 100x60
  node_load1{instance="a"} 1+0x60
  old_metric{a="b"} 1x10
  zero{job="api"} 0x60
  h_bucket{le="1"} 10x60
  h_bucket{le="2"} 8x60
  h_bucket{le="+Inf"} 20x60
  h {{count:2 sum:3 buckets:[1 1]}}x60
  memory{instance="a",kind="free"} 5x60
  memory_size{instance="a"} 50x60
`);
if (load?.kind === 'load') loadSeries(load, storage);

function explain(
  query: string,
  more: { startMs?: number; endMs?: number; stepMs?: number } = {},
): Promise<Explanation> {
  return explainQuery(storage, {
    query,
    startMs: 30 * MINUTE,
    endMs: 30 * MINUTE,
    stepMs: 0,
    lookbackMs: 5 * MINUTE,
    defaultSubqueryStepMs: MINUTE,
    features: { delayedNameRemoval: false, typeAndUnitLabels: false, useStartTimestamps: false },
    maxSamples: 0,
    maxBytes: 0,
    timeoutMs: 10_000,
    hints: { options: ALL_PARSE_OPTIONS, isRange: more.stepMs !== undefined },
    ...more,
  });
}

function textsOf(node: ExplainedNode): string[] {
  return [...node.notes.map(({ text }) => text), ...node.inputs.flatMap(textsOf)];
}

test('the plan is a tree with the figures of every node', async () => {
  const range = { startMs: 10 * MINUTE, endMs: 20 * MINUTE, stepMs: MINUTE };
  const { plan, error } = await explain('sum by (instance) (rate(http_requests_total[5m]))', range);
  expect(error).toBeUndefined();
  expect(plan).toMatchObject({
    kind: 'aggregate',
    text: 'sum by (instance) (rate(http_requests_total[5m]))',
    position: { start: 0, end: 49 },
    steps: 11,
    seriesIn: 3,
    seriesOut: 2,
    samples: 22,
  });
  const [rate] = plan.inputs;
  expect(rate).toMatchObject({ kind: 'range-call', seriesIn: 3, seriesOut: 3, samples: 33 });
  expect(rate?.inputs[0]).toMatchObject({ kind: 'range-scan', seriesOut: 3, samples: 45 });
  for (const node of [plan, rate!, rate!.inputs[0]!]) {
    expect(node.timeMs).toBeGreaterThanOrEqual(0);
    expect(node.timeMs).toBeLessThan(1000);
  }
});

describe('why a selector is empty', () => {
  test.each([
    ['http_request_total', 'no metric is named http_request_total; did you mean http_requests_total?'],
    ['http_requests_total{jbo="api"}', 'http_requests_total has no label jbo; did you mean job?'],
    [
      'http_requests_total{job="apl"}',
      'the label job of http_requests_total never has the value apl; did you mean api?',
    ],
    [
      'http_requests_total{code=~"4.."}',
      'the label code of http_requests_total never has a value for code=~"4.."; it has 200, 500',
    ],
    [
      'http_requests_total{instance="b",code="500"}',
      'no series meets all conditions; there are some without instance="b" or without code="500"',
    ],
    [
      'old_metric',
      'the series have ended or were not scraped: the last sample is of 1970-01-01T00:10:00.000Z, and a query looks back no more than 5m',
    ],
    [
      'rate(old_metric[10m])',
      'the series have ended or were not scraped: the last sample is of 1970-01-01T00:10:00.000Z, and a query looks back no more than 10m',
    ],
  ])('%s', async (query, text) => {
    const { plan } = await explain(query);
    expect(textsOf(plan)).toContain(text);
  });
});

test('why two sides do not match, and how they would', async () => {
  const { plan } = await explain('http_requests_total / http_limit');
  expect(plan).toMatchObject({ kind: 'vector-binary', matched: { left: 0, right: 0 }, seriesOut: 0 });
  expect(plan.notes).toMatchObject([
    {
      code: 'promql/no-match',
      text: 'none of the 3 series on the left has a partner among the 1 on the right; nearest are http_requests_total{code="200", instance="a", job="api"} and http_limit{job="api"}, which differ in code, instance; they match with / ignoring (code, instance) group_left ()',
      query: 'http_requests_total / ignoring (code, instance) group_left () http_limit',
    },
  ]);
  const fixed = await explain(plan.notes[0]!.query!);
  expect(fixed.plan).toMatchObject({ matched: { left: 3, right: 1 }, seriesOut: 3 });
  const other = await explain('memory / memory_size');
  expect(other.plan.notes[0]?.query).toBe('memory / ignoring (kind) memory_size');
});

test('what cannot match in any way gets no suggestion', async () => {
  const { plan } = await explain('sum by (code) (http_requests_total) / sum by (job) (http_requests_total)');
  const [note] = plan.notes;
  expect(note?.text).toContain('which differ in code, job');
  expect(note?.query).toBeUndefined();
  const total = await explain('http_limit / sum(zero)');
  expect(total.plan.notes[0]?.query).toBe('http_limit / ignoring (job) sum(zero)');
  const none = await explain('label_replace(zero, "job", "x", "", "") + on (job) http_limit');
  expect(none.plan.notes[0]).toMatchObject({ code: 'promql/no-match' });
  expect(none.plan.notes[0]?.query).toBeUndefined();
});

test('an increase that is no whole number shows what it was extrapolated from', async () => {
  const query = 'increase(http_requests_total{code="500"}[150s])';
  const { plan } = await explain(query, { startMs: 30 * MINUTE + 10_000, endMs: 30 * MINUTE + 10_000 });
  expect(textsOf(plan)).toContain(
    'increase need not be a whole number: in the last window 3 samples cover 2m of the 2m30s asked for, and their difference of 2 is extrapolated to the rest; anchored gives the difference itself, smoothed interpolates',
  );
  expect(textsOf((await explain('increase(http_requests_total[5m] anchored)')).plan).join()).not.toContain(
    'whole',
  );
});

test('divisions by zero and dropped names are noted', async () => {
  const divided = textsOf((await explain('http_limit / on (job) zero')).plan);
  expect(divided).toContain(
    '1 values are infinite, since something was divided by 0; to leave them out put > 0 behind the right side',
  );
  expect(textsOf((await explain('zero / on (job) zero')).plan).join()).toContain('1 values are NaN');
  const renamed = textsOf((await explain('abs(http_limit)')).plan);
  expect(renamed.join()).toContain('the metric name is gone');
  expect(textsOf((await explain('sum(http_limit)')).plan)).toEqual([]);
});

test('a quantile of buckets that do not fit says which series they are', async () => {
  expect(textsOf((await explain('histogram_quantile(0.9, h_bucket)')).plan)).toContain(
    'counts fall from 10 at le=1 to 8 at le=2 in h_bucket; buckets of different moments or targets are mixed',
  );
  expect(textsOf((await explain('histogram_quantile(0.9, sum(h_bucket))')).plan)).toContain(
    'without a bound in the label le: {}',
  );
  const both = 'histogram_quantile(0.9, label_replace({__name__=~"h|h_bucket"}, "__name__", "h", "", ""))';
  expect(textsOf((await explain(both)).plan)).toContain('both classic and native, and left out: h');
  expect(textsOf((await explain('histogram_quantile(0.9, h)')).plan).join()).not.toContain('le');
});

test('a query that fails still shows how far it came, and hints come along', async () => {
  const { plan, error, hints } = await explain(
    'http_requests_total + on (job) http_limit + delta(x_total[5m])',
  );
  expect(error).toContain('many-to-one matching must be explicit');
  expect(plan.kind).toBe('vector-binary');
  expect(hints.map(({ code }) => code)).toEqual(['promql/metric-kind']);
});

test('labels of explained series are the ones that matching compares', async () => {
  const { plan } = await explain('http_limit and on (job) zero');
  expect(plan).toMatchObject({ matched: { left: 1, right: 1 }, seriesOut: 1 });
});
