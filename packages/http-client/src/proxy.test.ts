import { writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import { join } from 'node:path';
import { decode, parseYaml } from '@prometheus-ts/config';
import { makeCertificate, temporaryFolder } from '@prometheus-ts/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createHttpClient } from './client.ts';
import { httpClientConfigSchema } from './http-config.ts';
import { usesProxy } from './no-proxy.ts';
import { chooseProxy } from './proxy.ts';

async function opened(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    (server as { closeAllConnections?: () => void }).closeAllConnections?.();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A forward proxy that keeps what it was asked. */
async function proxyServer() {
  const seen: { readonly line: string; readonly headers: IncomingHttpHeaders }[] = [];
  const server = createServer((request, response) => {
    seen.push({ line: `${request.method} ${request.url}`, headers: request.headers });
    const target = new URL(request.url!);
    request.pipe(
      httpRequest(target, { method: request.method!, headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      }),
    );
  });
  server.on('connect', (request, socket) => {
    seen.push({ line: `CONNECT ${request.url}`, headers: request.headers });
    const { port } = new URL(`http://${request.url}`);
    const upstream = connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
    onTestFinished(() => void upstream.destroy());
  });
  return { seen, port: await opened(server) };
}

function client(yaml: string, folder = '.') {
  const made = createHttpClient(decode(httpClientConfigSchema, parseYaml(yaml, join(folder, 'f.yml'))));
  onTestFinished(() => made.close());
  return made;
}

const text = async (from: ReturnType<typeof client>, url: string) =>
  Buffer.from((await from.fetch({ url, timeoutMs: 5000 })).body).toString();

describe('a proxy', () => {
  test('gets plain requests whole, with its own credentials and without the headers for CONNECT', async () => {
    const target = await opened(
      createServer((request, response) => response.end(`target ${request.headers.host}`)),
    );
    const { seen, port } = await proxyServer();
    const from = client(`{proxy_url: "http://u:p@127.0.0.1:${port}", proxy_connect_header: {X-Secret: [s]}}`);
    expect(await text(from, `http://127.0.0.1:${target}/path?q=1`)).toBe(`target 127.0.0.1:${target}`);
    expect(seen[0]).toMatchObject({
      line: `GET http://127.0.0.1:${target}/path?q=1`,
      headers: { 'proxy-authorization': `Basic ${Buffer.from('u:p').toString('base64')}` },
    });
    expect(seen[0]!.headers['x-secret']).toBeUndefined();
  });

  test('gets a tunnel for TLS, with the headers for CONNECT', async () => {
    const folder = temporaryFolder();
    const certificate = makeCertificate({ names: ['localhost'] });
    writeFileSync(join(folder, 'ca.pem'), certificate.cert);
    const target = await opened(
      createTlsServer({ cert: certificate.cert, key: certificate.key }, (_request, response) =>
        response.end('secure'),
      ),
    );
    const { seen, port } = await proxyServer();
    const from = client(
      `{tls_config: {ca_file: ca.pem}, proxy_url: "http://127.0.0.1:${port}", proxy_connect_header: {X-Secret: [a, b]}}`,
      folder,
    );
    expect(await text(from, `https://localhost:${target}/`)).toBe('secure');
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ line: `CONNECT localhost:${target}`, headers: { 'x-secret': 'a, b' } });
  });

  test('is left out where no_proxy says so', async () => {
    const target = await opened(createServer((_request, response) => response.end('direct')));
    const { seen, port } = await proxyServer();
    const from = client(`{proxy_url: "http://127.0.0.1:${port}", no_proxy: example.com}`);
    expect(await text(from, `http://127.0.0.1:${target}/`)).toBe('direct');
    expect(seen).toEqual([]);
  });

  test('that is not there is said so', async () => {
    const from = client('{proxy_url: "http://127.0.0.1:1"}');
    await expect(text(from, 'http://127.0.0.1:2/')).rejects.toThrow('connection refused');
  });
});

// What golang.org/x/net/http/httpproxy answers for the same lists.
describe('no_proxy', () => {
  test.each([
    ['', 'http://example.com', true],
    ['', 'http://localhost:9090', false],
    ['', 'http://127.0.0.5', false],
    ['', 'http://[::1]:80', false],
    ['*', 'http://example.com', false],
    ['example.com', 'http://example.com', false],
    ['example.com', 'http://a.example.com', false],
    ['example.com', 'http://notexample.com', true],
    ['.example.com', 'http://example.com', true],
    ['.example.com', 'http://a.example.com', false],
    ['*.example.com', 'http://a.b.example.com', false],
    ['EXAMPLE.com', 'http://example.COM', false],
    ['example.com:8080', 'http://example.com:8080', false],
    ['example.com:8080', 'http://example.com', true],
    ['example.com:443', 'https://example.com', false],
    ['10.0.0.0/8', 'http://10.1.2.3', false],
    ['10.0.0.0/8', 'http://11.1.2.3', true],
    ['10.0.0.0/8', 'http://ten.example.com', true],
    ['10.1.2.3', 'http://10.1.2.3:99', false],
    ['10.1.2.3:98', 'http://10.1.2.3:99', true],
    ['fd00::/8', 'http://[fd12::1]', false],
    ['[fd12::1]:80', 'http://[fd12:0::1]', false],
    [' a.com , b.com ', 'http://b.com', false],
    ['10.0.0.0/99,/8,:80,', 'http://10.1.2.3', true],
  ])('%j and %s: proxy %s', (noProxy, url, expected) => {
    expect(usesProxy(noProxy, new URL(url))).toBe(expected);
  });
});

describe('the environment', () => {
  const config = decode(httpClientConfigSchema, parseYaml('proxy_from_environment: true', 'f.yml'));
  const chosen = (env: Record<string, string>, url: string) => chooseProxy(config, env)(new URL(url))?.href;

  test('names a proxy for each scheme', () => {
    const env = { HTTP_PROXY: 'plain:3128', https_proxy: 'https://secure:1', NO_PROXY: 'inner' };
    expect(chosen(env, 'http://example.com')).toBe('http://plain:3128/');
    expect(chosen(env, 'https://example.com')).toBe('https://secure:1/');
    expect(chosen(env, 'http://a.inner')).toBeUndefined();
    expect(chosen({}, 'http://example.com')).toBeUndefined();
  });

  test('a proxy of an unknown kind is refused', () => {
    expect(() => chosen({ HTTP_PROXY: 'ftp://x' }, 'http://example.com')).toThrow(
      'invalid proxy address "ftp://x"',
    );
  });
});
