import { gzipSync } from 'node:zlib';
import { eventually } from '@prometheus-ts/testkit';
import { describe, expect, test } from 'vitest';
import { TestServer } from './test-support/server.ts';
import { TestTarget } from './test-support/target.ts';

function config(targets: readonly TestTarget[], scrape = '', interval = '100ms'): string {
  return `
global:
  scrape_interval: ${interval}
scrape_configs:
  - job_name: test
    static_configs:
      - targets: [${targets.map((target) => `'${target.address}'`).join()}]
${scrape.replace(/^/gm, '    ')}
`;
}

async function scraped(server: TestServer, job = 'test'): Promise<void> {
  await eventually(async () => {
    const found = await server.values(`up{job="${job}"}`);
    expect(Object.keys(found)).not.toEqual([]);
  });
}

describe('a good scrape', () => {
  test('stores series with target labels, and reports on itself', async () => {
    const target = await TestTarget.start('# TYPE a gauge\na{x="1"} 5\na{x="2"} 7\nb 1e3\n');
    const server = await TestServer.start(config([target]));
    await scraped(server);
    expect(await server.values('a', 'x')).toEqual({ '1': '5', '2': '7' });
    const { json } = await server.api('query', { query: 'b' });
    expect(json.data.result[0].metric).toEqual({ __name__: 'b', instance: target.address, job: 'test' });
    const report = await server.values('{__name__=~"up|scrape_.+"}', '__name__');
    expect(report).toMatchObject({
      up: '1',
      scrape_samples_scraped: '3',
      scrape_samples_post_metric_relabeling: '3',
    });
    expect(Number(report['scrape_duration_seconds'])).toBeGreaterThan(0);
    expect(Object.keys(report)).toHaveLength(5);
  });

  test('asks for the formats upstream asks for', async () => {
    const target = await TestTarget.start('a 1\n');
    const server = await TestServer.start(config([target]));
    await scraped(server);
    const { headers } = target.requests[0]!;
    expect(headers.accept).toMatch(
      /^application\/openmetrics-text;version=1\.0\.0;escaping=allow-utf-8;q=0\.5,/,
    );
    expect(headers['accept-encoding']).toBe('gzip');
    expect(headers['user-agent']).toMatch(/^Prometheus\/3\.14/);
    expect(headers['x-prometheus-scrape-timeout-seconds']).toBe('0.1');
  });

  test('counts new series', async () => {
    const target = await TestTarget.start('a 1\nb 1\n');
    const server = await TestServer.start(config([target]));
    await eventually(async () => {
      expect((await server.samples('scrape_series_added')).slice(0, 2).map(([, value]) => value)).toEqual([
        '2',
        '0',
      ]);
    });
    target.body = 'a 1\nb 1\nc 1\n';
    await eventually(async () => {
      expect((await server.samples('scrape_series_added')).map(([, value]) => value)).toContain('1');
    });
  });

  test('is read when it is compressed', async () => {
    const target = await TestTarget.start();
    target.handler = (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Encoding': 'gzip' });
      response.end(gzipSync('a 42\n'));
    };
    const server = await TestServer.start(config([target]));
    await scraped(server);
    expect(await server.values('a')).toEqual({ [target.address]: '42' });
  });

  test('keeps timestamps of the target, unless told not to', async () => {
    const now = Date.now();
    const target = await TestTarget.start(`a 1 ${now - 5000}\n`);
    const honoring = await TestServer.start(config([target]));
    const ignoring = await TestServer.start(config([target], 'honor_timestamps: false'));
    await scraped(honoring);
    await scraped(ignoring);
    expect((await honoring.samples('a'))[0]![0] * 1000).toBe(now - 5000);
    expect((await ignoring.samples('a'))[0]![0] * 1000).toBeGreaterThan(now);
  });

  test('writes extra metrics when asked', async () => {
    const target = await TestTarget.start('a 1\n');
    const server = await TestServer.start(config([target], 'extra_scrape_metrics: true\nsample_limit: 9'));
    await scraped(server);
    expect(await server.values('{__name__=~"scrape_timeout.*|.*limit|.*bytes"}', '__name__')).toEqual({
      scrape_timeout_seconds: '0.1',
      scrape_sample_limit: '9',
      scrape_body_size_bytes: '4',
    });
  });
});

describe('labels', () => {
  test('exposed labels that the target has too move aside', async () => {
    const target = await TestTarget.start('a{job="x",instance="y"} 1\n');
    const server = await TestServer.start(config([target]));
    await scraped(server);
    const { json } = await server.api('series', { 'match[]': 'a' });
    expect(json.data).toEqual([
      { __name__: 'a', exported_instance: 'y', exported_job: 'x', instance: target.address, job: 'test' },
    ]);
  });

  test('honor_labels keeps them', async () => {
    const target = await TestTarget.start('a{job="x"} 1\n');
    const server = await TestServer.start(config([target], 'honor_labels: true'));
    await scraped(server);
    const { json } = await server.api('series', { 'match[]': 'a' });
    expect(json.data).toEqual([{ __name__: 'a', instance: target.address, job: 'x' }]);
  });

  test('metric relabelling drops and renames', async () => {
    const target = await TestTarget.start('keep_me{a="1"} 1\ndrop_me 1\n');
    const rules = `
metric_relabel_configs:
  - {source_labels: [__name__], regex: drop_.*, action: drop}
  - {source_labels: [a], target_label: b, replacement: "x$1"}`;
    const server = await TestServer.start(config([target], rules));
    await scraped(server);
    expect(await server.values('{__name__=~"keep_me|drop_me"}', 'b')).toEqual({ x1: '1' });
    const counts = await server.values('{__name__=~"scrape_samples.*"}', '__name__');
    expect(counts).toEqual({ scrape_samples_scraped: '2', scrape_samples_post_metric_relabeling: '1' });
  });

  test('target relabelling sets labels, path and parameters, and drops targets', async () => {
    const target = await TestTarget.start('a 1\n');
    const other = await TestTarget.start('a 2\n');
    const rules = `
params: {module: [http]}
relabel_configs:
  - {source_labels: [__address__], regex: '.*:${other.port}', action: drop}
  - {target_label: env, replacement: prod}
  - {target_label: __metrics_path__, replacement: /other}
  - {target_label: __param_module, replacement: tcp}`;
    const server = await TestServer.start(config([target, other], rules));
    await scraped(server);
    expect(target.requests[0]!.url).toBe('/other?module=tcp');
    expect(await server.values('up', 'env')).toEqual({ prod: '1' });
    const { json } = await server.api('targets');
    expect(json.data.droppedTargetCounts).toEqual({ test: 1 });
    expect(json.data.droppedTargets[0].discoveredLabels.__address__).toBe(other.address);
  });

  test.each([
    ['utf8', { 'from_127.0': 'yes' }, { 'x_y.z': 'yes' }],
    ['legacy', {}, {}],
  ])(
    'rules make only names of the scheme %s, of targets and of metrics',
    async (scheme, ofTarget, ofMetric) => {
      const target = await TestTarget.start('a{x="y.z"} 1\n');
      const rules = `
metric_name_validation_scheme: ${scheme}
relabel_configs:
  - {source_labels: [__address__], regex: '(127\\.0).*', target_label: 'from_$1', replacement: 'yes'}
metric_relabel_configs:
  - {source_labels: [x], target_label: 'x_$1', replacement: 'yes'}`;
      const server = await TestServer.start(config([target], rules));
      await scraped(server);
      const own = { instance: target.address, job: 'test', ...ofTarget };
      const { json } = await server.api('series', { 'match[]': 'a' });
      expect(json.data).toEqual([{ __name__: 'a', x: 'y.z', ...own, ...ofMetric }]);
      const steps = await server.api('targets/relabel_steps', {
        scrapePool: 'test',
        labels: '{"__address__":"127.0.0.1:80"}',
      });
      expect(steps.json.data.steps[0].output).toEqual({ __address__: '127.0.0.1:80', ...ofTarget });
    },
  );
});

describe('a failed scrape', () => {
  test.each([
    ['status', 'server returned HTTP status 404 Not Found', 'metrics_path'],
    ['html', 'received unsupported Content-Type "text/html" and no fallback_scrape_protocol', 'HTML page'],
    ['hang', 'context deadline exceeded', 'firewall'],
  ])('%s: up is 0, and the last error says why', async (kind, message, hint) => {
    const target = await TestTarget.start();
    target.handler = (_request, response) => {
      if (kind === 'status') response.writeHead(404).end();
      if (kind === 'html') response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html></html>');
    };
    const server = await TestServer.start(config([target]));
    await scraped(server);
    expect(await server.values('up')).toEqual({ [target.address]: '0' });
    const { json } = await server.api('targets');
    const [shown] = json.data.activeTargets;
    expect(shown.health).toBe('down');
    expect(shown.lastError).toContain(message);
    expect(shown.hints[0].text).toContain(hint);
  });

  test('a refused connection says so', async () => {
    const target = await TestTarget.start();
    const { address } = target;
    await target.stop();
    const server = await TestServer.start(
      `scrape_configs: [{job_name: test, scrape_interval: 100ms, static_configs: [{targets: ['${address}']}]}]`,
    );
    await scraped(server);
    const { json } = await server.api('targets');
    expect(json.data.activeTargets[0].lastError).toBe(
      `Get "http://${address}/metrics": dial tcp ${address}: connect: connection refused`,
    );
    expect(json.data.activeTargets[0].hints[0].text).toContain('nothing listens there');
  });

  test('https to a plain port names the line to change', async () => {
    const target = await TestTarget.start('a 1\n');
    const server = await TestServer.start(config([target], 'scheme: https'));
    await scraped(server);
    const { json } = await server.api('targets');
    expect(json.data.activeTargets[0].lastError).toContain('server gave HTTP response to HTTPS client');
    expect(json.data.activeTargets[0].hints[0].text).toContain('scheme: http');
  });

  test('a broken body is refused as a whole', async () => {
    const target = await TestTarget.start('a 1\nb{ 2\n');
    const server = await TestServer.start(config([target]));
    await scraped(server);
    expect(await server.values('up')).toEqual({ [target.address]: '0' });
    expect(await server.values('a')).toEqual({});
  });

  test.each([
    ['sample_limit: 2', 'sample limit exceeded'],
    ['body_size_limit: 10B', 'body size limit exceeded'],
    ['label_limit: 2', 'label_limit exceeded (metric: a, number of labels: 3, limit: 2)'],
    ['label_name_length_limit: 7', 'label_name_length_limit exceeded (metric: a, label name: __name__'],
    ['label_value_length_limit: 3', 'label_value_length_limit exceeded (metric: a, label name: instance'],
    ['target_limit: 1', 'target_limit exceeded (number of targets: 2, limit: 1)'],
  ])('%s refuses what passes it', async (limit, message) => {
    const targets = [await TestTarget.start('a 1\nb 1\nc 1\n'), await TestTarget.start('a 1\nb 1\nc 1\n')];
    const server = await TestServer.start(config(targets, limit));
    await eventually(async () => {
      expect(Object.values(await server.values('up'))).toEqual(['0', '0']);
    });
    const { json } = await server.api('targets');
    expect(json.data.activeTargets[0].lastError).toContain(message);
    expect(await server.values('a')).toEqual({});
  });
});

describe('staleness', () => {
  test('a series that disappears ends at once', async () => {
    const target = await TestTarget.start('a 1\nb 1\n');
    const server = await TestServer.start(config([target]));
    await scraped(server);
    expect(await server.values('b')).toEqual({ [target.address]: '1' });
    target.body = 'a 1\n';
    await eventually(async () => expect(await server.values('b')).toEqual({}));
    expect(await server.values('a')).toEqual({ [target.address]: '1' });
  });

  test('all series of a failing target end', async () => {
    const target = await TestTarget.start('a 1\n');
    const server = await TestServer.start(config([target]));
    await scraped(server);
    target.handler = (_request, response) => void response.writeHead(500).end();
    await eventually(async () => expect(await server.values('a')).toEqual({}));
    expect(await server.values('up')).toEqual({ [target.address]: '0' });
  });

  test('series with explicit timestamps do not end, unless they are tracked', async () => {
    const target = await TestTarget.start(`a 1 ${Date.now()}\n`);
    const plain = await TestServer.start(config([target]));
    const tracking = await TestServer.start(config([target], 'track_timestamps_staleness: true'));
    await scraped(plain);
    await scraped(tracking);
    target.body = 'other 1\n';
    await eventually(async () => expect(await tracking.values('a')).toEqual({}));
    await eventually(async () => expect(await plain.values('other')).toEqual({ [target.address]: '1' }));
    expect(await plain.values('a')).toEqual({ [target.address]: '1' });
  });

  test('series of a target that is removed end after a while, and up with them', async () => {
    const target = await TestTarget.start('a 1\n');
    const server = await TestServer.start(config([target]));
    await scraped(server);
    await server.reload('scrape_configs: []');
    await eventually(async () => expect(await server.values('{__name__=~"a|up"}')).toEqual({}));
  });
});

describe('reload', () => {
  test('an unchanged job keeps its loop; a changed one is restarted with its series', async () => {
    const kept = await TestTarget.start('a 1\n');
    const changed = await TestTarget.start('a 1\n');
    const jobs = (extra: string) => `
scrape_configs:
  - {job_name: kept, scrape_interval: 100ms, static_configs: [{targets: ['${kept.address}']}]}
  - {job_name: changed, scrape_interval: 100ms, static_configs: [{targets: ['${changed.address}']}]${extra}}`;
    const server = await TestServer.start(jobs(''));
    await scraped(server, 'changed');
    await scraped(server, 'kept');
    await server.reload(jobs(', metrics_path: /new'));
    await eventually(() => expect(changed.requests.at(-1)!.url).toBe('/new'));
    expect((await server.get('/metrics')).text).toContain('prometheus_target_scrape_pool_reloads_total 1');
    expect(kept.requests.every((request) => request.url === '/metrics')).toBe(true);
  });

  test('a configuration with a mistake changes nothing, and says where the mistake is', async () => {
    const target = await TestTarget.start('a 1\n');
    const server = await TestServer.start(config([target]), ['--web.enable-lifecycle']);
    await scraped(server);
    await expect(server.reload('scrape_configs:\n  - job_nam: x\n')).rejects.toThrow(
      'field job_nam not found in type config.ScrapeConfig',
    );
    const answer = await server.get('/-/reload', { method: 'POST' });
    expect(answer.status).toBe(500);
    expect(answer.text).toContain('failed to reload config: ');
    const metrics = (await server.get('/metrics')).text;
    expect(metrics).toContain('prometheus_config_last_reload_successful 0');
    const { json } = await server.api('status/config');
    expect(json.data.yaml).toContain(target.address);
    expect(json.hints.map((hint: { code: string }) => hint.code)).toEqual([
      'config-reload-failed',
      'config-file-newer',
    ]);
    const before = target.requests.length;
    await eventually(() => expect(target.requests.length).toBeGreaterThan(before + 2));
  });

  test('the window for late samples opens and closes', async () => {
    const now = Date.now();
    const target = await TestTarget.start(`a 1 ${now}\n`);
    const withWindow = (window: string) =>
      `${config([target])}storage: {tsdb: {out_of_order_time_window: ${window}}}`;
    const server = await TestServer.start(config([target]));
    const values = async () => (await server.samples('a')).map(([, value]) => value);
    const expose = async (value: number, timeMs: number) => {
      target.body = `a ${value} ${timeMs}\n`;
      const served = target.requests.length;
      await eventually(() => expect(target.requests.length).toBeGreaterThan(served + 2));
    };
    await eventually(async () => expect(await values()).toEqual(['1']));
    await expose(2, now - 60_000);
    expect(await values()).toEqual(['1']);
    await server.reload(withWindow('10m'));
    await eventually(async () => expect(await values()).toEqual(['2', '1']));
    await server.reload(withWindow('0s'));
    await expose(3, now - 30_000);
    expect(await values()).toEqual(['2', '1']);
  });

  test('POST /-/reload takes a good configuration over', async () => {
    const target = await TestTarget.start('a 1\n');
    const server = await TestServer.start('scrape_configs: []', ['--web.enable-lifecycle']);
    const { writeFileSync } = await import('node:fs');
    writeFileSync(server.configFile, config([target]));
    expect((await server.get('/-/reload', { method: 'POST' })).status).toBe(200);
    await scraped(server);
  });
});
