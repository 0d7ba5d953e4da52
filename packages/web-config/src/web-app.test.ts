import { get } from 'node:http';
import { connect } from 'node:net';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { promClientFamilies } from '@prometheus-ts/exposition';
import { createLogger } from '@prometheus-ts/log';
import { Counter, Registry } from 'prom-client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readBody } from './body.ts';
import type { ReadyState } from './health.ts';
import { type Listener, listen } from './listen.ts';
import { metricsHandler } from './metrics-endpoint.ts';
import { createWebApp, type WebAppOptions } from './web-app.ts';

async function serve(options: Partial<WebAppOptions> = {}) {
  const lines: string[] = [];
  const log = createLogger({ write: (line) => lines.push(line) });
  const registry = options.registry ?? new Registry();
  const app = createWebApp({ name: 'Test Server', log, registry, ...options });
  const listener = await listen(app, { addresses: ['127.0.0.1:0'], log });
  onTestFinished(() => listener.close(0));
  return { url: listener.urls[0]!, listener, lines, registry };
}

describe('health', () => {
  test('says so in upstream’s words', async () => {
    const { url } = await serve();
    const healthy = await fetch(`${url}/-/healthy`);
    expect([healthy.status, await healthy.text()]).toEqual([200, 'Test Server is Healthy.\n']);
    const ready = await fetch(`${url}/-/ready`);
    expect([ready.status, await ready.text()]).toEqual([200, 'Test Server is Ready.\n']);
  });

  test.each([
    ['starting', 'false'],
    ['stopping', 'true'],
    [false, 'false'],
  ] as [ReadyState | boolean, string][])('while %s it is not ready', async (state, stopping) => {
    const { url } = await serve({ ready: () => state });
    const ready = await fetch(`${url}/-/ready`);
    expect([ready.status, ready.headers.get('x-prometheus-stopping'), await ready.text()]).toEqual([
      503,
      stopping,
      'Service Unavailable',
    ]);
    expect((await fetch(`${url}/-/healthy`)).status).toBe(200);
  });

  test('HEAD has no body', async () => {
    const { url } = await serve();
    const head = await fetch(`${url}/-/healthy`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });
});

describe('/metrics', () => {
  async function withCounters() {
    const registry = new Registry();
    for (let i = 0; i < 50; i++)
      new Counter({ name: `c${i}_total`, help: 'A counter.', registers: [registry] });
    return serve({ registry });
  }

  test('text by default', async () => {
    const { url } = await withCounters();
    const answer = await fetch(`${url}/metrics`, { headers: { 'accept-encoding': 'identity' } });
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4; charset=utf-8/);
    expect(await answer.text()).toContain('# TYPE c0_total counter\nc0_total 0\n');
  });

  test('not OpenMetrics, which would rename counters, unless the daemon offers it', async () => {
    const accept = 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5';
    const plain = await fetch(`${(await withCounters()).url}/metrics`, { headers: { accept } });
    expect(plain.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const registry = new Registry();
    const { url } = await serve({
      metricsPath: false,
      routes: (router) => {
        router.get(
          '/metrics',
          metricsHandler(() => promClientFamilies(registry), { openMetrics: true }),
        );
      },
    });
    const answer = await fetch(`${url}/metrics`, { headers: { accept } });
    expect(answer.headers.get('content-type')).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
    expect(await answer.text()).toMatch(/# EOF\n$/);
  });

  test.each([
    ['gzip', 'gzip'],
    ['deflate, gzip;q=0.5', 'gzip'],
    ['gzip;q=0', undefined],
    ['identity', undefined],
  ])('with Accept-Encoding %s the encoding is %s', async (accepted, encoding) => {
    const { url } = await withCounters();
    const { body, headers } = await rawGet(`${url}/metrics`, { 'accept-encoding': accepted });
    expect(headers['content-encoding']).toBe(encoding);
    expect(String(encoding ? gunzipSync(body) : body)).toContain('c49_total 0\n');
  });
});

function rawGet(url: string, headers: Record<string, string>) {
  return new Promise<{ body: Buffer; headers: NodeJS.Dict<string | string[]> }>((resolve, reject) => {
    get(url, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ body: Buffer.concat(chunks), headers: response.headers }));
    }).on('error', reject);
  });
}

test('the landing page escapes what it shows and links below the prefix', async () => {
  const { url } = await serve({
    routePrefix: '/monitor',
    landing: {
      name: 'Node <Exporter>',
      version: '1 & 2',
      links: [
        { address: '/metrics', text: 'Metrics' },
        { address: 'https://example.com/x', text: 'Docs', description: 'words' },
      ],
      form: { action: '/probe', inputs: [{ label: 'Target', type: 'text', name: 'target', value: '"x"' }] },
    },
  });
  const page = await (await fetch(`${url}/monitor/`)).text();
  expect(page).toContain('<h1>Node &#60;Exporter&#62;</h1>');
  expect(page).toContain('Version: 1 &#38; 2');
  expect(page).toContain('<li><a href="/monitor/metrics">Metrics</a></li>');
  expect(page).toContain('<li><a href="https://example.com/x">Docs</a>: words</li>');
  expect(page).toContain('<form action="/monitor/probe">');
  expect(page).toContain('value="&#34;x&#34;"');
});

describe('route prefix', () => {
  test('everything lives below it, and the root leads there', async () => {
    const { url } = await serve({ routePrefix: 'a/b/', landing: { name: 'x', links: [] } });
    expect((await fetch(`${url}/a/b/-/healthy`)).status).toBe(200);
    expect((await fetch(`${url}/-/healthy`)).status).toBe(404);
    for (const path of ['/', '/a/b']) {
      const answer = await fetch(url + path, { redirect: 'manual' });
      expect([answer.status, answer.headers.get('location')]).toEqual([302, '/a/b/']);
    }
  });
});

describe('failures', () => {
  test('no route: 404 as Go writes it', async () => {
    const { url } = await serve();
    const answer = await fetch(`${url}/nowhere`);
    expect([answer.status, await answer.text()]).toEqual([404, '404 page not found\n']);
    expect(answer.headers.get('x-powered-by')).toBeNull();
  });

  test('a handler that throws: 500 without details, which go to the log', async () => {
    const { url, lines } = await serve({
      routes: (router) => {
        router.get('/boom', async () => {
          throw new Error('secret detail');
        });
      },
    });
    const answer = await fetch(`${url}/boom`);
    expect([answer.status, await answer.text()]).toEqual([500, 'Internal Server Error\n']);
    expect(lines.join('')).toMatch(/level=ERROR .*path=\/boom err="secret detail"/);
  });
});

describe('bodies', () => {
  const echo: Partial<WebAppOptions> = {
    bodyLimitBytes: 10_000,
    routes: (router) => {
      router.post('/echo', async (request, response) => {
        response.send(String((await readBody(request, 1000)).length));
      });
    },
  };
  const post = async (body: Uint8Array | ReadableStream, encoding?: string) => {
    const { url } = await serve(echo);
    const init = {
      method: 'POST',
      body,
      ...(encoding === undefined ? {} : { headers: { 'content-encoding': encoding } }),
      duplex: 'half',
    };
    const answer = await fetch(`${url}/echo`, init as RequestInit);
    return [answer.status, (await answer.text()).trim()];
  };
  const streamOf = (bytes: number) =>
    new ReadableStream({
      start(controller) {
        for (let left = bytes; left > 0; left -= 500) controller.enqueue(new Uint8Array(Math.min(500, left)));
        controller.close();
      },
    });

  test('are read and decoded', async () => {
    expect(await post(new Uint8Array(1000))).toEqual([200, '1000']);
    expect(await post(streamOf(1000))).toEqual([200, '1000']);
    expect(await post(gzipSync(new Uint8Array(900)), 'gzip')).toEqual([200, '900']);
    expect(await post(zstdCompressSync(new Uint8Array(900)), 'zstd')).toEqual([200, '900']);
  });

  test('that are too large are refused: declared, streamed, or when decoded', async () => {
    const tooLarge = [413, 'http: request body too large'];
    expect(await post(new Uint8Array(10_001))).toEqual(tooLarge);
    expect(await post(streamOf(5000))).toEqual(tooLarge);
    expect(await post(gzipSync(new Uint8Array(100_000)), 'gzip')).toEqual(tooLarge);
  });

  test('that are not what they say are refused', async () => {
    expect(await post(new Uint8Array(100), 'gzip')).toEqual([400, 'the body is not valid gzip']);
    expect(await post(new Uint8Array(100), 'br')).toEqual([415, 'unsupported content encoding "br"']);
  });
});

test('requests are counted by route pattern, and unknown paths not at all', async () => {
  const { url, registry } = await serve({
    requestMetricsNamespace: 'prometheus',
    routePrefix: '/p',
    routes: (router) => {
      router.get('/label/:name/values', (_request, response) => {
        response.write('abc');
        response.end('de');
      });
    },
  });
  await (await fetch(`${url}/p/label/job/values`)).text();
  await (await fetch(`${url}/p/label/instance/values`)).text();
  await (await fetch(`${url}/p/nowhere`)).text();
  const text = await registry.metrics();
  expect(text).toContain('prometheus_http_requests_total{handler="/label/:name/values",code="200"} 2');
  expect(text).toContain('prometheus_http_request_duration_seconds_count{handler="/label/:name/values"} 2');
  expect(text).toContain('prometheus_http_response_size_bytes_sum{handler="/label/:name/values"} 10');
  expect(text).not.toContain('nowhere');
});

describe('listening', () => {
  const log = createLogger({ write: () => {} });
  const app = createWebApp({ name: 'x', log, registry: new Registry() });
  const open = async (options: Partial<Parameters<typeof listen>[1]> = {}): Promise<Listener> => {
    const listener = await listen(app, { addresses: ['127.0.0.1:0'], log, ...options });
    onTestFinished(() => listener.close(0));
    return listener;
  };

  test('on several addresses at once', async () => {
    const { urls } = await open({ addresses: ['127.0.0.1:0', 'localhost:0'] });
    for (const url of urls) expect((await fetch(`${url}/-/healthy`)).status).toBe(200);
  });

  test('a port in use is named with the process that has it', async () => {
    const { addresses } = await open();
    await expect(open({ addresses })).rejects.toMatchObject({
      code: 'address_in_use',
      message: `listen tcp ${addresses[0]}: bind: address already in use`,
      hint:
        process.platform === 'linux'
          ? expect.stringMatching(new RegExp(`^process ${process.pid} \\(.+\\) has it: stop it`))
          : expect.stringContaining('another process has it'),
    });
  });

  test('when one address fails the others are closed', async () => {
    const { addresses } = await open();
    const probe = await open();
    const free = probe.addresses[0]!;
    await probe.close(0);
    await expect(open({ addresses: [free, addresses[0]!] })).rejects.toThrow('already in use');
    await open({ addresses: [free] });
  });

  test.each([
    ['9090', 'listen tcp: address 9090: missing port in address'],
    ['127.0.0.1:x', 'listen tcp: address 127.0.0.1:x: unknown port'],
    ['127.0.0.1:99999', 'listen tcp: address 127.0.0.1:99999: invalid port'],
    ['::1:9090', 'listen tcp: address ::1:9090: too many colons in address'],
    ['192.0.2.1:0', 'cannot assign requested address'],
  ])('%s is refused: %s', async (address, message) => {
    await expect(open({ addresses: [address] })).rejects.toThrow(message);
  });

  test('connections above the limit wait for their turn', async () => {
    const { urls } = await open({ maxConnections: 1 });
    const port = Number(new URL(urls[0]!).port);
    const first = connect(port, '127.0.0.1');
    await new Promise((resolve) => first.once('connect', resolve));
    first.write('GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => first.once('data', resolve));
    let answered = false;
    const second = fetch(`${urls[0]}/-/healthy`).then((answer) => {
      answered = true;
      return answer.status;
    });
    const third = connect(port, '127.0.0.1');
    await new Promise((resolve) => third.once('connect', resolve));
    third.destroy();
    expect(answered).toBe(false);
    first.destroy();
    expect(await second).toBe(200);
  });

  test('closing lets a request under way finish and takes no new connection', async () => {
    let release: () => void = () => {};
    const slow = createWebApp({
      name: 'x',
      log,
      registry: new Registry(),
      routes: (router) => {
        router.get('/slow', (_request, response) => {
          release = () => response.end('done');
          response.flushHeaders();
        });
      },
    });
    const listener = await listen(slow, { addresses: ['127.0.0.1:0'], log });
    const idle = connect(Number(new URL(listener.urls[0]!).port), '127.0.0.1');
    const idleClosed = new Promise((resolve) => idle.once('close', resolve));
    const answer = await fetch(`${listener.urls[0]}/slow`);
    const closed = listener.close(10_000);
    await expect(fetch(`${listener.urls[0]}/-/healthy`)).rejects.toThrow();
    await idleClosed;
    release();
    expect(await answer.text()).toBe('done');
    await closed;
  });

  test('closing cuts what does not finish in time', async () => {
    const listener = await listen((_request, response) => response.flushHeaders(), {
      addresses: ['127.0.0.1:0'],
      log,
    });
    const answer = await fetch(listener.urls[0]!);
    await listener.close(20);
    await expect(answer.text()).rejects.toThrow();
  });
});
