import { eventually } from '@prometheus-ts/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { TestServer } from '../test-support/server.ts';
import { TestTarget } from '../test-support/target.ts';

// One server for all: the tests only read. Hooks of vitest end it with the file.
let server: TestServer;
let target: TestTarget;

const BODY = `# HELP requests_total Requests, by path & <kind>.
# TYPE requests_total counter
requests_total{path="/a"} 1
requests_total{path="/b"} 2
requests_total{path="/c"} 3
# TYPE size_bytes gauge
size_bytes 7
`;

beforeAll(async () => {
  target = await TestTarget.start(BODY, 'file');
  server = await TestServer.start(
    `
global: {scrape_interval: 100ms, external_labels: {region: eu}}
scrape_configs:
  - job_name: api
    basic_auth: {username: u, password: very-secret}
    static_configs: [{targets: ['${target.address}']}]
  - job_name: gone
    relabel_configs: [{action: drop, source_labels: [job], regex: gone}]
    static_configs: [{targets: ['127.0.0.1:1']}]
`,
    ['--web.enable-lifecycle', '--web.cors.origin=https?://(a|b)\\.example'],
    { scope: 'file' },
  );
  await eventually(async () => expect((await server.samples('size_bytes')).length).toBeGreaterThan(2));
});

describe('query', () => {
  test('an instant vector', async () => {
    const { status, headers, json } = await server.api('query', {
      query: 'requests_total',
      time: `${Date.now() / 1000}`,
    });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json');
    expect(json.data.resultType).toBe('vector');
    expect(json.data.result).toHaveLength(3);
    expect(json.data.result[0]).toMatchObject({ metric: { __name__: 'requests_total', path: '/a' } });
  });

  test.each([
    ['1 + 1', 'scalar', '2'],
    ['"text"', 'string', 'text'],
  ])('%s is a %s', async (query, type, value) => {
    const { json } = await server.api('query', { query, time: '12.5' });
    expect(json).toEqual({ status: 'success', data: { resultType: type, result: [12.5, value] } });
  });

  test('parameters may come in the body of a POST', async () => {
    const body = new URLSearchParams({ query: 'size_bytes * 2' });
    const { json } = await server.get('/api/v1/query', { method: 'POST', body });
    expect(json.data.result[0].value[1]).toBe('14');
  });

  test('limit cuts the series and says so', async () => {
    const { json } = await server.api('query', { query: 'requests_total', limit: '2' });
    expect(json.data.result).toHaveLength(2);
    expect(json.warnings).toEqual(['results truncated due to limit']);
  });

  test('infos of the engine travel beside the answer', async () => {
    const { json } = await server.api('query', { query: 'rate(size_bytes[1m])' });
    expect(json.infos[0]).toMatch(/^PromQL info: metric might not be a counter/);
  });

  test('advice travels beside answers and errors', async () => {
    const { json } = await server.api('query', { query: 'rate(requests_total[100ms])' });
    expect(json.hints[0]).toMatchObject({
      code: expect.stringMatching(/^promql\//),
      text: expect.any(String),
    });
    const wrong = await server.api('query', { query: 'requests_total{path=1}' });
    expect(wrong.status).toBe(400);
    expect(wrong.json.hints[0].query).toBe('requests_total{path="1"}');
  });

  test('stats are added when asked for', async () => {
    const { json } = await server.api('query', { query: 'size_bytes', stats: 'true' });
    expect(json.data.stats.samples.totalQueryableSamples).toBe(1);
    const odd = await server.api('query', { query: 'size_bytes', stats: 'yes' });
    expect(odd.json.warnings[0]).toMatch(/^value "yes" for parameter "stats" is deprecated/);
  });

  test.each([
    [{ query: 'up[' }, 'invalid parameter "query": 1:4: parse error: unexpected end of input'],
    [{ query: 'up[1m-1m]' }, 'duration must be greater than 0'],
    [{ query: '' }, 'invalid parameter "query": unknown position: parse error: no expression found in input'],
    [{ query: 'up', time: 'x' }, `invalid parameter "time": invalid time value for 'time': cannot parse "x"`],
    [{ query: 'up', timeout: 'x' }, 'invalid parameter "timeout": cannot parse "x" to a valid duration'],
    [{ query: 'up', limit: '-1' }, 'invalid parameter "limit": limit must be non-negative'],
    [{ query: 'up', lookback_delta: 'x' }, 'error parsing lookback delta duration: cannot parse "x"'],
  ])('%j is bad data', async (parameters, message) => {
    const { status, json } = await server.api('query', parameters as Record<string, string>);
    expect(status).toBe(400);
    expect(json.errorType).toBe('bad_data');
    expect(json.error).toContain(message);
  });

  test('an error of the evaluation is 422', async () => {
    const { status, json } = await server.api('query', { query: 'requests_total + on(job) requests_total' });
    expect(status).toBe(422);
    expect(json.errorType).toBe('execution');
    expect(json.error).toContain('found duplicate series for the match group');
  });

  test('a timeout is 503', async () => {
    const { status, json } = await server.api('query', { query: 'size_bytes', timeout: '0' });
    expect(status).toBe(503);
    expect(json).toMatchObject({ status: 'error', errorType: 'timeout' });
    expect(json.error).toMatch(/^query timed out in /);
  });
});

describe('query_range', () => {
  const end = () => Math.floor(Date.now() / 1000);

  test('a matrix with one point a step', async () => {
    const { json } = await server.api('query_range', {
      query: 'vector(1)',
      start: '0',
      end: '20',
      step: '10',
    });
    expect(json.data).toEqual({
      resultType: 'matrix',
      result: [
        {
          metric: {},
          values: [
            [0, '1'],
            [10, '1'],
            [20, '1'],
          ],
        },
      ],
    });
  });

  test('limit cuts the series', async () => {
    const { json } = await server.api('query_range', {
      query: 'requests_total',
      start: `${end()}`,
      end: `${end() + 1}`,
      step: '1s',
      limit: '1',
    });
    expect(json.data.result).toHaveLength(1);
    expect(json.warnings).toEqual(['results truncated due to limit']);
  });

  test.each([
    [
      { start: '10', end: '0', step: '1' },
      'invalid parameter "end": end timestamp must not be before start time',
    ],
    [
      { start: '0', end: '10', step: '0' },
      'invalid parameter "step": zero or negative query resolution step widths',
    ],
    [{ start: '0', end: '20000', step: '1' }, 'exceeded maximum resolution of 11,000 points per timeseries'],
    [{ start: '', end: '10', step: '1' }, 'invalid parameter "start": cannot parse "" to a valid timestamp'],
    [{ start: '0', end: '10', step: 'x' }, 'invalid parameter "step": cannot parse "x" to a valid duration'],
  ])('%j is bad data', async (parameters, message) => {
    const { status, json } = await server.api('query_range', { query: 'up', ...parameters });
    expect(status).toBe(400);
    expect(json.error).toContain(message);
  });

  test('a range vector cannot be drawn', async () => {
    const { status, json } = await server.api('query_range', {
      query: 'up[5m]',
      start: '0',
      end: '1',
      step: '1',
    });
    expect(status).toBe(400);
    expect(json.error).toContain('invalid expression type "range vector" for range query');
  });
});

describe('explain', () => {
  test('the plan of a query at one moment, with the figures of its parts', async () => {
    const { status, json } = await server.api('explain', { query: 'sum(requests_total) / size_bytes' });
    expect(status).toBe(200);
    expect(json.data.query).toBe('sum(requests_total) / size_bytes');
    const { plan } = json.data;
    expect(plan).toMatchObject({ kind: 'vector-binary', steps: 1, seriesIn: 2, seriesOut: 0 });
    expect(plan.inputs[0]).toMatchObject({ kind: 'aggregate', seriesIn: 3, seriesOut: 1 });
    expect(plan.inputs[0].inputs[0]).toMatchObject({ kind: 'scan', text: 'requests_total', seriesOut: 3 });
    expect(plan.notes[0]).toMatchObject({
      code: expect.stringMatching(/^promql\//),
      text: expect.any(String),
    });
  });

  test('over a range, in the body of a POST', async () => {
    const body = new URLSearchParams({ query: 'vector(1)', start: '0', end: '20', step: '10' });
    const { json } = await server.get('/api/v1/explain', { method: 'POST', body });
    expect(json.data.plan).toMatchObject({ steps: 3, text: 'vector(1)' });
  });

  test('metadata of the targets decides what is a counter', async () => {
    const { json } = await server.api('explain', {
      query: 'rate(size_bytes[1m]) + deriv(requests_total[1m])',
    });
    const texts = json.hints.map((hint: { text: string }) => hint.text);
    expect(texts).toContainEqual(expect.stringContaining('size_bytes'));
    expect(json.infos[0]).toMatch(/^PromQL info: metric might not be a counter/);
  });

  test('a query that fails is explained up to there', async () => {
    const { status, json } = await server.api('explain', {
      query: 'requests_total + on(job) requests_total',
    });
    expect(status).toBe(200);
    expect(json.data.error).toContain('found duplicate series for the match group');
    expect(json.data.plan.inputs).toHaveLength(2);
  });

  test.each([
    [{ query: 'up[' }, 'invalid parameter "query": 1:4: parse error: unexpected end of input'],
    [{ query: 'up[1m-1m]' }, 'duration must be greater than 0'],
    [{ query: 'up', start: '5' }, 'invalid parameter "end"'],
    [{ query: 'up', timeout: 'x' }, 'invalid parameter "timeout": cannot parse "x" to a valid duration'],
  ])('%j is bad data', async (parameters, message) => {
    const { status, json } = await server.api('explain', parameters as Record<string, string>);
    expect(json.error).toContain(message);
    expect(status).toBe(400);
  });
});

describe('labels and series', () => {
  test('names of labels', async () => {
    const { json } = await server.api('labels', { 'match[]': 'requests_total' });
    expect(json).toEqual({ status: 'success', data: ['__name__', 'instance', 'job', 'path'] });
  });

  test('values of a label, with limit', async () => {
    expect((await server.api('label/path/values')).json.data).toEqual(['/a', '/b', '/c']);
    const { json } = await server.api('label/path/values', { limit: '2' });
    expect(json).toEqual({
      status: 'success',
      data: ['/a', '/b'],
      warnings: ['results truncated due to limit'],
    });
  });

  test('an escaped label name is understood, a bad one refused', async () => {
    expect((await server.api('label/U__path/values')).json.data).toEqual(['/a', '/b', '/c']);
    const { status, json } = await server
      .get('/api/v1/label/%ff/values')
      .catch(() => server.api('label//values'));
    expect(status).toBeGreaterThanOrEqual(400);
    expect(json?.status).not.toBe('success');
  });

  test('series of several selectors, each once', async () => {
    const query = new URLSearchParams([
      ['match[]', 'size_bytes'],
      ['match[]', '{__name__="requests_total",path=~"/[ab]"}'],
      ['match[]', 'size_bytes'],
    ]);
    const { json } = await server.get(`/api/v1/series?${query}`);
    expect(json.data.map((labels: { path?: string }) => labels.path)).toEqual(['/a', '/b', undefined]);
  });

  test('no series of a time before there was any', async () => {
    const { json } = await server.api('series', { 'match[]': 'size_bytes', end: '1000' });
    expect(json.data).toEqual([]);
  });

  test.each([
    ['series', {}, 'no match[] parameter provided'],
    ['series', { 'match[]': '{a=~".*"}' }, 'match[] must contain at least one non-empty matcher'],
    ['series', { 'match[]': 'a{' }, 'invalid parameter "match[]": 1:3: parse error'],
    ['labels', { 'match[]': 'a{' }, '1:3: parse error'],
  ])('%s with %j is bad data', async (path, parameters, message) => {
    const { status, json } = await server.api(path, parameters as Record<string, string>);
    expect(status).toBe(400);
    expect(json.error).toContain(message);
  });
});

describe('targets and metadata', () => {
  test('active and dropped targets, by state and pool', async () => {
    const { json } = await server.api('targets');
    expect(json.data.activeTargets).toHaveLength(1);
    expect(json.data.droppedTargets).toHaveLength(1);
    expect(json.data.droppedTargetCounts).toEqual({ api: 0, gone: 1 });
    const dropped = (await server.api('targets', { state: 'dropped', scrapePool: 'api' })).json.data;
    expect(dropped).toEqual({
      activeTargets: [],
      droppedTargets: [],
      droppedTargetCounts: { api: 0, gone: 1 },
    });
    expect((await server.api('targets', { state: 'active' })).json.data.droppedTargetCounts).toBeNull();
  });

  test('scrape pools', async () => {
    expect((await server.api('scrape_pools')).json.data).toEqual({ scrapePools: ['api', 'gone'] });
  });

  test('metadata by metric', async () => {
    const { json, text } = await server.api('metadata', { metric: 'requests_total' });
    expect(json.data).toEqual({
      requests_total: [{ type: 'counter', unit: '', help: 'Requests, by path & <kind>.' }],
    });
    expect(text).toContain('path \\u0026 \\u003ckind\\u003e');
    expect(Object.keys((await server.api('metadata', { limit: '1' })).json.data)).toHaveLength(1);
    expect((await server.api('metadata', { limit: 'x' })).json.error).toBe('limit must be a number');
  });

  test('metadata by target', async () => {
    const { json } = await server.api('targets/metadata', {
      match_target: '{job="api"}',
      metric: 'size_bytes',
    });
    expect(json.data).toEqual([
      { target: { instance: target.address, job: 'api' }, type: 'gauge', help: '', unit: '' },
    ]);
    expect((await server.api('targets/metadata', { match_target: '{job="x"}' })).json.data).toEqual([]);
  });

  test('relabel steps', async () => {
    const { json } = await server.api('targets/relabel_steps', {
      scrapePool: 'gone',
      labels: '{"job":"gone","a":"b"}',
    });
    expect(json.data.steps).toEqual([
      {
        rule: { source_labels: ['job'], separator: ';', regex: 'gone', replacement: '$1', action: 'drop' },
        output: {},
        keep: false,
      },
    ]);
    const missing = await server.api('targets/relabel_steps', { scrapePool: 'no', labels: '{}' });
    expect(missing.json.error).toBe('error retrieving scrape config: scrape pool "no" not found');
  });
});

describe('status', () => {
  test('the effective configuration, without secrets', async () => {
    const { json } = await server.api('status/config');
    expect(json.data.yaml).toContain('  scrape_interval: 100ms\n');
    expect(json.data.yaml).toContain('    password: <secret>\n');
    expect(json.data.yaml).not.toContain('very-secret');
  });

  test('flags, in alphabetical order, hidden ones included', async () => {
    const { json } = await server.api('status/flags');
    const names = Object.keys(json.data);
    expect(names).toEqual([...names].sort());
    expect(json.data).toMatchObject({
      'query.lookback-delta': '5m',
      'storage.tsdb.min-block-duration': '2h',
      'web.enable-lifecycle': 'true',
      'scrape.timestamp-tolerance': '2ms',
    });
    expect(names).not.toContain('help');
  });

  test('build, runtime, storage, replay', async () => {
    const build = (await server.api('status/buildinfo')).json.data;
    expect(build.version).toMatch(/^3\.14\.0/);
    expect(Object.keys(build)).toEqual([
      'version',
      'revision',
      'branch',
      'buildUser',
      'buildDate',
      'goVersion',
    ]);
    const runtime = (await server.api('status/runtimeinfo')).json.data;
    expect(runtime).toMatchObject({ reloadConfigSuccess: true, corruptionCount: 0, storageRetention: '15d' });
    const tsdb = (await server.api('status/tsdb', { limit: '2' })).json.data;
    expect(tsdb.headStats.numSeries).toBeGreaterThan(8);
    expect(tsdb.seriesCountByMetricName[0]).toEqual({ name: 'requests_total', value: 3 });
    expect(tsdb.labelValueCountByLabelName).toHaveLength(2);
    expect((await server.api('status/tsdb', { limit: '0' })).json.error).toBe(
      'limit must be a positive number',
    );
    expect((await server.api('status/walreplay')).json.data).toEqual({ min: 0, max: 0, current: 0 });
  });

  test('format and parse a query', async () => {
    expect((await server.api('format_query', { query: 'sum( up )by(job)' })).json.data).toBe(
      'sum by (job) (up)',
    );
    expect((await server.api('parse_query', { query: '1+1' })).json.data).toMatchObject({
      type: 'binaryExpr',
    });
    expect((await server.api('format_query', { query: '(' })).status).toBe(400);
  });

  test('notifications', async () => {
    expect((await server.api('notifications')).json.data).toEqual([]);
  });
});

describe('federation', () => {
  test('the newest samples, with the external labels that they lack', async () => {
    const query = new URLSearchParams([
      ['match[]', '{__name__=~"size_bytes|requests_total",path!="/c"}'],
      ['match[]', 'size_bytes'],
    ]);
    const { status, headers, text } = await server.get(`/federate?${query}`);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=/);
    const lines = text.replace(/ \d{13}$/gm, ' TIME').split('\n');
    expect(lines).toEqual([
      '# TYPE requests_total untyped',
      `requests_total{instance="${target.address}",job="api",path="/a",region="eu"} 1 TIME`,
      `requests_total{instance="${target.address}",job="api",path="/b",region="eu"} 2 TIME`,
      '# TYPE size_bytes untyped',
      `size_bytes{instance="${target.address}",job="api",region="eu"} 7 TIME`,
      '',
    ]);
  });

  test('a bad selector is refused in plain text', async () => {
    const { status, text } = await server.get('/federate?match[]=a%7B');
    expect(status).toBe(400);
    expect(text).toContain('parse error');
  });
});

describe('transport', () => {
  test.each(['gzip', 'deflate'])('%s when the client accepts it', async (encoding) => {
    const headers = { 'accept-encoding': encoding };
    for (const path of ['query?query=up', 'status/flags', 'query?query=']) {
      const answer = await server.get(`/api/v1/${path}`, { headers });
      expect(answer.headers.get('content-encoding')).toBe(encoding);
      expect(answer.json.status).toBeDefined();
    }
  });

  test('other origins may read when they match', async () => {
    const allowed = await server.get('/api/v1/status/flags', { headers: { origin: 'https://a.example' } });
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://a.example');
    const refused = await server.get('/api/v1/status/flags', { headers: { origin: 'https://evil.example' } });
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
    const preflight = await server.get('/api/v1/query', {
      method: 'OPTIONS',
      headers: { origin: 'http://b.example' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-methods')).toBe('GET, POST, OPTIONS');
  });

  test('unknown paths are not found', async () => {
    expect((await server.get('/api/v1/nothing')).status).toBe(404);
  });
});

describe('pages', () => {
  test('the page runs under a strict policy and needs nothing from elsewhere', async () => {
    expect((await server.get('/')).headers.get('location')).toBe('/query');
    expect((await server.get('/graph?g0.expr=up')).headers.get('location')).toBe('/query?g0.expr=up');
    const page = await server.get('/query');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.text).not.toMatch(/https?:\/\//);
    for (const [, path] of page.text.matchAll(/(?:src|href)="(assets\/[^"]+)"/g)) {
      expect((await server.get(`/${path}`)).status).toBe(200);
    }
  });

  test('health, readiness, version, metrics', async () => {
    expect((await server.get('/-/healthy')).text).toBe('Prometheus Server is Healthy.\n');
    expect((await server.get('/-/ready')).text).toBe('Prometheus Server is Ready.\n');
    expect((await server.get('/version')).json.version).toMatch(/^3\.14/);
    const metrics = (await server.get('/metrics')).text;
    for (const name of [
      'prometheus_build_info',
      'prometheus_ready 1',
      'prometheus_tsdb_head_series',
      'prometheus_target_interval_length_seconds',
      'prometheus_http_requests_total{code="200",handler="/api/v1/query"}',
      'prometheus_engine_query_duration_seconds',
      'prometheus_config_last_reload_successful 1',
      'process_resident_memory_bytes',
    ]) {
      expect(metrics).toContain(name);
    }
    expect(metrics).not.toMatch(/^go_/m);
  });
});
