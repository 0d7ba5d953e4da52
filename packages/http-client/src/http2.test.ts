// HTTP/2 as scrapes meet it: many at once, slow answers, servers that go away.
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { decode, parseYaml } from '@prometheus-ts/config';
import { makeCertificate } from '@prometheus-ts/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { createHttpClient } from './client.ts';
import { httpClientConfigSchema } from './http-config.ts';

const certificate = makeCertificate({ names: ['localhost'] });

async function serve(port = 0) {
  const sessions = new Set<ServerHttp2Session>();
  const server: Http2SecureServer = createSecureServer(
    { cert: certificate.cert, key: certificate.key },
    (request, response) => {
      const { pathname } = new URL(request.url, 'http://x');
      if (pathname === '/silent') return;
      if (pathname === '/gzip') {
        response.writeHead(200, { 'content-encoding': 'gzip' });
        response.end(gzipSync('x'.repeat(200_000)));
      } else if (pathname === '/echo') {
        request.pipe(response);
      } else {
        response.end(`HTTP/${request.httpVersion} ${pathname} `.padEnd(50_000, 'x'));
      }
    },
  );
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const stop = async () => {
    for (const session of sessions) session.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(async () => {
    if (server.listening) await stop();
  });
  const bound = (server.address() as AddressInfo).port;
  return { url: `https://localhost:${bound}`, port: bound, stop };
}

function client() {
  const yaml = JSON.stringify({ tls_config: { ca: certificate.cert } });
  const made = createHttpClient(decode(httpClientConfigSchema, parseYaml(yaml, 'f.yml')));
  onTestFinished(() => made.close());
  return made;
}

const ask = (url: string, timeoutMs = 5000) => ({ url, timeoutMs });

test('many requests at once each get their own answer', async () => {
  const { url } = await serve();
  const from = client();
  const paths = Array.from({ length: 60 }, (_, i) => `/p${i}`);
  const bodies = await Promise.all(paths.map(async (path) => (await from.fetch(ask(url + path))).body));
  bodies.forEach((body, i) => {
    expect(body.length).toBe(50_000);
    expect(Buffer.from(body).toString().startsWith(`HTTP/2.0 ${paths[i]} `)).toBe(true);
  });
});

test('a request that times out does not disturb the others', async () => {
  const { url } = await serve();
  const from = client();
  for (let round = 0; round < 3; round++) {
    const silent = from.fetch(ask(`${url}/silent`, 60));
    const good = await from.fetch(ask(`${url}/good`));
    expect(good.status).toBe(200);
    await expect(silent).rejects.toMatchObject({ code: 'timeout' });
  }
  expect((await from.fetch(ask(`${url}/good`))).status).toBe(200);
});

test('bodies are decoded and sent', async () => {
  const { url } = await serve();
  const from = client();
  const { length } = await from.fetch({ ...ask(`${url}/gzip`), headers: { 'accept-encoding': 'gzip' } });
  expect(length).toBe(200_000);
  const echoed = await from.fetch({ ...ask(`${url}/echo`), method: 'POST', body: 'ping' });
  expect(Buffer.from(echoed.body).toString()).toBe('ping');
});

test('a server that comes back is found again', async () => {
  const first = await serve();
  const from = client();
  expect((await from.fetch(ask(`${first.url}/a`))).status).toBe(200);
  await first.stop();
  await expect(from.fetch(ask(`${first.url}/b`, 2000))).rejects.toMatchObject({
    code: expect.stringMatching(/refused|connection_lost/),
  });
  await serve(first.port);
  expect((await from.fetch(ask(`${first.url}/c`))).status).toBe(200);
});
