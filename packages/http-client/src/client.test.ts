import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { decode, parseYaml } from '@prometheus-ts/config';
import { freePort, makeCertificate, temporaryFolder } from '@prometheus-ts/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createHttpClient, type FetchRequest, type HttpClient } from './client.ts';
import { type HttpClientConfig, httpClientConfigSchema } from './http-config.ts';
import { ReusableBuffer } from './reusable-buffer.ts';

function configured(yaml: string, folder = '.'): HttpClientConfig {
  return decode(httpClientConfigSchema, parseYaml(yaml, join(folder, 'http.yml')));
}

function client(yaml = '', folder = '.'): HttpClient {
  const made = createHttpClient(configured(yaml, folder));
  onTestFinished(() => made.close());
  return made;
}

async function opened(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    (server as { closeAllConnections?: () => void }).closeAllConnections?.();
  });
  return (server.address() as AddressInfo).port;
}

const serve = async (listener: RequestListener) => `http://127.0.0.1:${await opened(createServer(listener))}`;

const authority = makeCertificate({ commonName: 'authority', isAuthority: true });
const named = makeCertificate({ names: ['localhost', 'other.example.com'], issuer: authority });

async function serveTls(listener: RequestListener, options: ServerOptions = {}) {
  const server = createTlsServer({ cert: named.cert, key: named.key, ...options }, listener);
  return `https://localhost:${await opened(server)}`;
}

/** A folder with the authority as ca.pem and a client's certificate and key. */
function tlsFolder(): string {
  const folder = temporaryFolder();
  const own = makeCertificate({ commonName: 'scraper', issuer: authority });
  writeFileSync(join(folder, 'ca.pem'), authority.cert);
  writeFileSync(join(folder, 'client.crt'), own.cert);
  writeFileSync(join(folder, 'client.key'), own.key);
  return folder;
}

const ask = (url: string, more: Partial<FetchRequest> = {}): FetchRequest => ({
  url,
  timeoutMs: 5000,
  ...more,
});

async function text(from: HttpClient, url: string, more: Partial<FetchRequest> = {}): Promise<string> {
  const { status, body } = await from.fetch(ask(url, more));
  return `${status} ${Buffer.from(body).toString()}`;
}

const hello: RequestListener = (_request, response) => response.end('hello');

/** Answers with the request's own headers. */
const echoHeaders: RequestListener = (request, response) => response.end(JSON.stringify(request.headers));

async function sentHeaders(from: HttpClient, url: string): Promise<IncomingMessage['headers']> {
  return JSON.parse(Buffer.from((await from.fetch(ask(url))).body).toString());
}

async function failure(act: Promise<unknown>): Promise<{ code: string; message: string; hint?: string }> {
  try {
    await act;
  } catch (error) {
    return error as { code: string; message: string; hint?: string };
  }
  throw new Error('it did not fail');
}

describe('a body', () => {
  const long = 'x'.repeat(300_000);

  test('goes into the caller’s buffer, which grows and is used again', async () => {
    const url = await serve((request, response) => response.end(request.url === '/long' ? long : 'short'));
    const buffer = new ReusableBuffer();
    const from = client();
    const first = await from.fetchInto(ask(`${url}/long`), buffer);
    expect([first.status, first.length]).toEqual([200, long.length]);
    const { bytes } = buffer;
    const second = await from.fetchInto(ask(`${url}/short`), buffer);
    expect(buffer.bytes).toBe(bytes);
    expect(Buffer.from(buffer.bytes.subarray(0, second.length)).toString()).toBe('short');
  });

  test.each([
    ['gzip', (body: string) => gzipSync(body)],
    ['zstd', (body: string) => zstdCompressSync(body)],
    ['identity', (body: string) => Buffer.from(body)],
  ])('encoded as %s is decoded', async (encoding, encode) => {
    const url = await serve((request, response) => {
      response.setHeader('content-encoding', encoding);
      response.end(encode(request.url === '/long' ? long : 'short'));
    });
    const from = client();
    const headers = { 'Accept-Encoding': encoding };
    const buffer = new ReusableBuffer();
    for (const [path, body] of [
      ['/long', long],
      ['/short', 'short'],
      ['/long', long],
    ]) {
      const { length } = await from.fetchInto(ask(url + path, { headers }), buffer);
      expect(Buffer.from(buffer.bytes.subarray(0, length)).toString()).toBe(body);
    }
  });

  test('of any size above the limit is refused: declared, streamed or decoded', async () => {
    const random = Buffer.from(Array.from({ length: 60_000 }, (_, i) => (i * 7919) % 251));
    const url = await serve((request, response) => {
      if (request.url === '/declared') response.setHeader('content-length', 60_000);
      if (request.url === '/gzip') {
        response.setHeader('content-encoding', 'gzip');
        response.end(gzipSync(Buffer.alloc(100_000)));
      } else if (request.url === '/large-gzip') {
        response.setHeader('content-encoding', 'gzip');
        response.end(gzipSync(Buffer.concat([random, Buffer.alloc(1_000_000)]), { level: 0 }));
      } else {
        response.write(random.subarray(0, 30_000));
        response.end(random.subarray(30_000));
      }
    });
    for (const path of ['/declared', '/streamed', '/gzip']) {
      const act = client().fetch(
        ask(url + path, { maxBytes: 50_000, headers: { 'accept-encoding': 'gzip' } }),
      );
      expect(await failure(act)).toMatchObject({
        code: 'body-size-limit',
        message: 'body size limit exceeded',
      });
    }
  });

  test('that is not what its header says is refused', async () => {
    const url = await serve((_request, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end('plain');
    });
    expect(await failure(client().fetch(ask(url, { headers: { 'accept-encoding': 'gzip' } })))).toMatchObject(
      {
        code: 'content_encoding',
      },
    );
  });

  test('may be sent', async () => {
    const url = await serve((request, response) => request.pipe(response));
    expect(await text(client(), url, { method: 'POST', body: 'ping' })).toBe('200 ping');
  });
});

describe('credentials', () => {
  test.each([
    ['basic_auth: {username: u, password: p:w}', `Basic ${Buffer.from('u:p:w').toString('base64')}`],
    ['authorization: {credentials: tok}', 'Bearer tok'],
    ['authorization: {type: Custom, credentials: tok}', 'Custom tok'],
    ['bearer_token: tok', 'Bearer tok'],
    ['', undefined],
  ])('%s', async (yaml, authorization) => {
    expect((await sentHeaders(client(yaml), await serve(echoHeaders))).authorization).toBe(authorization);
  });

  test('in the URL are basic', async () => {
    const url = (await serve(echoHeaders)).replace('//', '//a:b%20c@');
    expect((await sentHeaders(client(), url)).authorization).toBe(
      `Basic ${Buffer.from('a:b c').toString('base64')}`,
    );
  });

  test('from files follow the files', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'secrets'));
    const file = join(folder, 'secrets', 'token');
    writeFileSync(file, 'one\n');
    const url = await serve(echoHeaders);
    const from = client('authorization: {credentials_file: secrets/token}', folder);
    expect((await sentHeaders(from, url)).authorization).toBe('Bearer one');
    writeFileSync(file, 'another\n');
    expect((await sentHeaders(from, url)).authorization).toBe('Bearer another');
  });

  test('from a file that is not there: the error names it', async () => {
    const url = await serve(hello);
    const { code, message } = await failure(client('bearer_token_file: /nope/token').fetch(ask(url)));
    expect([code, message]).toEqual([
      'secret_file',
      expect.stringMatching(
        /^unable to read authorization credentials: unable to read file \/nope\/token: ENOENT/,
      ),
    ]);
  });

  test('and headers of the configuration', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'h'), ' from-file \n');
    const from = client(
      'http_headers: {X-A: {values: [one, two]}, X-B: {secrets: [s]}, X-C: {files: [h]}}',
      folder,
    );
    expect(await sentHeaders(from, await serve(echoHeaders))).toMatchObject({
      'x-a': 'one, two',
      'x-b': 's',
      'x-c': 'from-file',
    });
    const missing = client('http_headers: {X-A: {files: [nope]}}', folder);
    expect((await failure(missing.fetch(ask(await serve(hello))))).message).toContain(
      `unable to read headers file ${join(folder, 'nope')}`,
    );
  });
});

describe('redirects', () => {
  const redirectTo = (location: string, status = 302): RequestListener => {
    return (_request, response) => {
      response.writeHead(status, { location });
      response.end();
    };
  };

  test('are followed, unless told otherwise', async () => {
    const target = await serve((request, response) => response.end(`${request.method} ${request.url}`));
    const url = await serve(redirectTo(`${target}/end?x=1`));
    expect(await text(client(), url)).toBe('200 GET /end?x=1');
    expect(await text(client('follow_redirects: false'), url)).toBe('302 ');
  });

  test.each([
    [302, '200 GET '],
    [307, '200 POST body'],
    [308, '200 POST body'],
  ])('of a POST with %d arrive as %s', async (status, arrived) => {
    const target = await serve((request, response) => {
      response.write(`${request.method} `);
      request.pipe(response);
    });
    const url = await serve(redirectTo(target, status));
    expect(await text(client(), url, { method: 'POST', body: 'body' })).toBe(arrived);
  });

  test('leave credentials behind when they lead to another host, for good', async () => {
    const port = await freePort();
    const seen: (string | undefined)[] = [];
    const record = (request: IncomingMessage) =>
      seen.push(`${request.headers.authorization} ${request.headers.cookie}`);
    const server = createServer((request: IncomingMessage, response: ServerResponse) => {
      record(request);
      if (request.url === '/start') response.writeHead(302, { location: `http://localhost:${port}/away` });
      else if (request.url === '/away')
        response.writeHead(302, { location: `http://127.0.0.1:${port}/back` });
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    await client('bearer_token: tok').fetch(
      ask(`http://127.0.0.1:${port}/start`, { headers: { Cookie: 'c' } }),
    );
    expect(seen).toEqual(['Bearer tok c', 'undefined undefined', 'undefined undefined']);
  });

  test('in a circle end', async () => {
    const url = await serve(redirectTo('/again'));
    expect((await failure(client().fetch(ask(url)))).message).toContain('stopped after 10 redirects');
  });
});

describe('TLS', () => {
  test('with the authority from a file, over HTTP/1.1 and HTTP/2', async () => {
    const folder = tlsFolder();
    const from = client('tls_config: {ca_file: ca.pem}', folder);
    expect(await text(from, await serveTls(hello))).toBe('200 hello');
    const h2 = createSecureServer(
      { cert: named.cert, key: named.key, allowHTTP1: true },
      (request, response) => {
        response.end(`HTTP/${request.httpVersion}`);
      },
    );
    const url = `https://localhost:${await opened(h2)}`;
    expect(await text(from, url)).toBe('200 HTTP/2.0');
    expect(await text(client('{tls_config: {ca_file: ca.pem}, enable_http2: false}', folder), url)).toBe(
      '200 HTTP/1.1',
    );
  });

  test('without knowing the authority', async () => {
    const url = await serveTls(hello);
    expect(await failure(client().fetch(ask(url)))).toMatchObject({
      code: 'certificate_authority',
      message: `Get "${url}": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
      hint: expect.stringContaining('ca_file'),
    });
    expect(await text(client('tls_config: {insecure_skip_verify: true}'), url)).toBe('200 hello');
  });

  test('with a certificate for another name', async () => {
    const folder = tlsFolder();
    const url = (await serveTls(hello)).replace('localhost', '127.0.0.1');
    expect(await failure(client('tls_config: {ca_file: ca.pem}', folder).fetch(ask(url)))).toMatchObject({
      code: 'certificate_name',
      message: expect.stringContaining(
        'certificate is valid for localhost, other.example.com, not 127.0.0.1',
      ),
      hint: expect.stringContaining('server_name'),
    });
    const told = client('tls_config: {ca_file: ca.pem, server_name: other.example.com}', folder);
    expect(await text(told, url)).toBe('200 hello');
  });

  test('with a certificate that has only a common name, as Go refuses it', async () => {
    const folder = tlsFolder();
    const bare = makeCertificate({ commonName: 'localhost', issuer: authority });
    const url = await serveTls(hello, { cert: bare.cert, key: bare.key });
    expect(await failure(client('tls_config: {ca_file: ca.pem}', folder).fetch(ask(url)))).toMatchObject({
      message: expect.stringContaining('certificate relies on legacy Common Name field, use SANs instead'),
      hint: expect.stringContaining('-addext'),
    });
  });

  test('with an expired certificate', async () => {
    const folder = tlsFolder();
    const old = makeCertificate({
      names: ['localhost'],
      issuer: authority,
      notBefore: new Date(0),
      notAfter: new Date(86_400_000),
    });
    const url = await serveTls(hello, { cert: old.cert, key: old.key });
    expect((await failure(client('tls_config: {ca_file: ca.pem}', folder).fetch(ask(url)))).code).toBe(
      'certificate_time',
    );
  });

  test('with a client certificate, from files that may change', async () => {
    const folder = tlsFolder();
    const url = await serveTls(
      (request, response) => {
        const peer = (
          request.socket as unknown as { getPeerCertificate(): { subject: { CN: string } } }
        ).getPeerCertificate();
        response.end(peer.subject.CN);
      },
      { requestCert: true, rejectUnauthorized: true, ca: authority.cert },
    );
    const yaml = 'tls_config: {ca_file: ca.pem, cert_file: client.crt, key_file: client.key}';
    const from = client(yaml, folder);
    expect(await text(from, url)).toBe('200 scraper');
    const renewed = makeCertificate({ commonName: 'renewed', issuer: authority });
    writeFileSync(join(folder, 'client.crt'), renewed.cert);
    writeFileSync(join(folder, 'client.key'), renewed.key);
    expect(await text(from, url)).toBe('200 renewed');
    expect((await failure(client('tls_config: {ca_file: ca.pem}', folder).fetch(ask(url)))).code).toMatch(
      /certificate_required|connection_lost/,
    );
  });

  test('with a key that does not fit: the files are named', async () => {
    const folder = tlsFolder();
    writeFileSync(join(folder, 'client.key'), named.key);
    const from = client('tls_config: {cert_file: client.crt, key_file: client.key}', folder);
    expect((await failure(from.fetch(ask('https://127.0.0.1:1')))).message).toContain(
      `unable to use specified client cert (file ${folder}/client.crt) & key (file ${folder}/client.key)`,
    );
  });

  test('with no version in common', async () => {
    const url = await serveTls(hello, { minVersion: 'TLSv1.3' });
    const { code } = await failure(client('tls_config: {max_version: TLS12}').fetch(ask(url)));
    expect(code).toBe('tls_version');
  });
});

describe('failures are told in plain words', () => {
  test('refused', async () => {
    const port = await freePort();
    expect(await failure(client().fetch(ask(`http://127.0.0.1:${port}/metrics`)))).toMatchObject({
      code: 'refused',
      message: `Get "http://127.0.0.1:${port}/metrics": dial tcp 127.0.0.1:${port}: connect: connection refused`,
      hint: 'nothing listens there, or a firewall rejects the connection',
    });
  });

  test('no such host', async () => {
    const { message } = await failure(client().fetch(ask('http://does-not-exist.invalid/')));
    expect(message).toMatch(/lookup does-not-exist\.invalid: (no such host|server misbehaving)/);
  });

  test('too slow: before the headers, and within the body', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/body') response.write('partly');
    });
    for (const path of ['/headers', '/body']) {
      expect(await failure(client().fetch(ask(url + path, { timeoutMs: 50 })))).toMatchObject({
        code: 'timeout',
        message: `Get "${url}${path}": context deadline exceeded`,
      });
    }
  });

  test('canceled', async () => {
    const stop = new AbortController();
    const url = await serve(() => stop.abort());
    expect((await failure(client().fetch(ask(url, { signal: stop.signal })))).message).toContain(
      'context canceled',
    );
    expect((await failure(client().fetch(ask(url, { signal: stop.signal })))).code).toBe('canceled');
  });

  test('plain HTTP spoken to a TLS port, and the other way round', async () => {
    const plain = (await serve(hello)).replace('http:', 'https:');
    expect(await failure(client().fetch(ask(plain)))).toMatchObject({
      message: `Get "${plain}": http: server gave HTTP response to HTTPS client`,
      hint: expect.stringContaining('scheme: http'),
    });
    const tls = (await serveTls(hello)).replace('https:', 'http:');
    expect((await failure(client().fetch(ask(tls)))).hint).toContain('scheme: https');
  });

  test('something that is not HTTP', async () => {
    const port = await opened(createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n')));
    expect((await failure(client().fetch(ask(`http://127.0.0.1:${port}`)))).code).toBe('malformed');
  });

  test('a password in the URL is not repeated', async () => {
    const port = await freePort();
    const { message } = await failure(client().fetch(ask(`http://u:hunter2@127.0.0.1:${port}/`)));
    expect(message).toContain('http://u:xxxxx@127.0.0.1');
    expect(message).not.toContain('hunter2');
  });
});
