import { cpSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type RequestListener } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { basename, join } from 'node:path';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { createLogger } from '@prometheus-ts/log';
import {
  type Certificate,
  corpusPath,
  describeCorpus,
  makeCertificate,
  temporaryFolder,
} from '@prometheus-ts/testkit';
import { hashSync } from 'bcrypt';
import { Registry } from 'prom-client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listen } from '../listen.ts';
import { createWebApp } from '../web-app.ts';
import { loadWebSettings } from './settings.ts';

const authority = makeCertificate({ commonName: 'authority', isAuthority: true });
const server = makeCertificate({ names: ['localhost', '127.0.0.1'], issuer: authority });

/** A folder with server.crt and server.key and the given files. */
function folderWith(files: Record<string, string> = {}): string {
  const folder = temporaryFolder();
  const all = { 'server.crt': server.cert, 'server.key': server.key, 'ca.pem': authority.cert, ...files };
  for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, name), text);
  return folder;
}

const TLS = 'tls_server_config: {cert_file: server.crt, key_file: server.key}\n';

async function serve(webYml: string, folder = folderWith(), app: RequestListener = hello) {
  const file = join(folder, 'web.yml');
  writeFileSync(file, webYml);
  const lines: string[] = [];
  const log = createLogger({ level: 'debug', write: (line) => lines.push(line) });
  const listener = await listen(app, { addresses: ['127.0.0.1:0'], log, webConfigFile: file });
  onTestFinished(() => listener.close(0));
  const url = listener.urls[0]!;
  return { url, port: Number(new URL(url).port), file, folder, lines, listener };
}

const hello: RequestListener = (_request, response) => response.end('Hello World!');

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

function get(
  url: string,
  options: ConnectionOptions & { auth?: string; headers?: Record<string, string> } = {},
) {
  return new Promise<Answer>((resolve, reject) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest;
    const request = send(url, { ca: authority.cert, agent: false, ...options } as object, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end();
  });
}

async function getHttp2(url: string, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  const session = connectHttp2(url, { ca: authority.cert });
  try {
    return await new Promise<Answer>((resolve, reject) => {
      session.on('error', reject);
      const stream = session.request({ ':path': path, ...headers });
      let body = '';
      let answer: NodeJS.Dict<string | string[]> = {};
      stream.on('response', (received) => (answer = received as typeof answer));
      stream.on('data', (chunk) => (body += chunk));
      stream.on('end', () => resolve({ status: Number(answer[':status']), headers: answer, body }));
      stream.on('error', reject);
      stream.end();
    });
  } finally {
    session.close();
  }
}

/** What went wrong, or 'no error'. */
const failureOf = (act: Promise<unknown>) =>
  act.then(
    () => 'no error',
    (error: NodeJS.ErrnoException) => `${error.code} ${error.message}`,
  );

describeCorpus('web-config', 'the files of exporter-toolkit', () => {
  const files = readdirSync(corpusPath('web-config')).filter((name) => /\.ya?ml$/.test(name));
  // Named bad for what a client meets (a certificate that is not let in), not for what they say: the server starts.
  const badForClients = new Set([
    'web_config_auth_client_san.bad.yaml',
    // The same text as web_config_noAuth.good.blocking.yml.
    'web_config_auth_clientCAs_missing.bad.yml',
  ]);
  const neitherGoodNorBad: Record<string, boolean> = {
    'web_config_empty.yml': true,
    'web_config_junk.yml': false,
    'web_config_junk_key.yml': false,
    'web_config_rate_limiter_nonblocking.yaml': true,
    'web_config_rate_limiter_one_second.yaml': true,
  };

  test.each(files)('%s', (name) => {
    const folder = temporaryFolder();
    cpSync(corpusPath('web-config'), folder, { recursive: true });
    writeFileSync(join(folder, 'server.crt'), server.cert);
    writeFileSync(join(folder, 'server.key'), server.key);
    const isGood = neitherGoodNorBad[name] ?? (/\.good\./.test(name) || badForClients.has(name));
    const load = () => loadWebSettings(join(folder, name));
    if (isGood) expect(load()).toBeDefined();
    else expect(load).toThrow();
  });

  test.each([
    ['web_config_noAuth_cert_empty.bad.yml', 'missing one of cert or cert_file'],
    ['web_config_noAuth_key_empty.bad.yml', 'missing one of key or key_file'],
    ['web_config_noAuth_certPath_invalid.bad.yml', 'no such file or directory'],
    ['web_config_noAuth.bad.yml', "client CA's have been configured without a Client Auth Policy"],
    ['web_config_auth_user_list_invalid.bad.yml', 'hashedSecret too short to be a bcrypted password'],
    ['web_config_noAuth_inventedCiphers.bad.yml', 'unknown cipher'],
    ['web_config_noAuth_inventedCurves.bad.yml', 'unknown curve'],
    ['web_config_noAuth_wrongTLSVersion.bad.yml', 'unknown TLS version'],
    ['web_config_noAuth_noHTTP2Cipher.bad.yml', 'TLSConfig.CipherSuites is missing an HTTP/2-required'],
    ['web_config_headers_frame_options.bad.yml', 'invalid value for X-Frame-Options'],
    ['web_config_headers_extra_header.bad.yml', 'HTTP header "Content-Type" can not be configured'],
    ['web_config_junk_key.yml', 'field cert_filse not found in type web.TLSConfig'],
    ['nowhere.yml', 'no such file or directory'],
  ])('%s fails in upstream’s words: %s', (name, words) => {
    const folder = temporaryFolder();
    cpSync(corpusPath('web-config'), folder, { recursive: true });
    writeFileSync(join(folder, 'server.crt'), server.cert);
    writeFileSync(join(folder, 'server.key'), server.key);
    expect(() => loadWebSettings(join(folder, name))).toThrow(words);
  });
});

describe('certificates that cannot be used are named with the reason', () => {
  const other = makeCertificate({ names: ['localhost'] });
  test.each([
    ['of another key', { 'server.key': other.key }, 'private key does not match public key', 'server.key'],
    [
      'no PEM',
      { 'server.crt': 'nonsense' },
      'failed to find any PEM data in certificate input',
      'server.crt',
    ],
    ['no key', { 'server.key': server.cert }, 'failed to find any PEM data in key input', 'server.key'],
    [
      'damaged',
      { 'server.crt': server.cert.replace(/\nMII/, '\nAAA') },
      'malformed certificate',
      'server.crt',
    ],
  ] as [string, Record<string, string>, string, string][])('%s', (_name, files, message, file) => {
    const folder = folderWith({ ...files, 'web.yml': TLS });
    try {
      loadWebSettings(join(folder, 'web.yml'));
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({
        code: 'tls_material',
        message: expect.stringContaining(message),
        hint: expect.stringContaining(file),
      });
    }
  });

  test('expired, or with a common name only: a warning at start', async () => {
    const old = makeCertificate({
      commonName: 'localhost',
      notBefore: new Date(0),
      notAfter: new Date(86_400_000),
    });
    const { lines } = await serve(TLS, folderWith({ 'server.crt': old.cert, 'server.key': old.key }));
    expect(lines.join('')).toMatch(/level=WARN .*The certificate has a common name but no alternative name/);
    expect(lines.join('')).toMatch(/level=WARN .*The certificate expired on/);
  });
});

describe('TLS', () => {
  test('HTTP/2 where the client speaks it, unless it is off', async () => {
    const version: RequestListener = (request, response) => response.end(request.httpVersion);
    const on = await serve(TLS, folderWith(), version);
    expect((await get(on.url)).body).toBe('1.1');
    expect((await getHttp2(on.url, '/')).body).toBe('2.0');
    expect(on.lines.join('')).toMatch(/msg="TLS is enabled\." http2=true/);
    const off = await serve(`${TLS}http_server_config: {http2: false}\n`, folderWith(), version);
    expect(await failureOf(getHttp2(off.url, '/'))).not.toBe('no error');
    expect((await get(off.url)).body).toBe('1.1');
  });

  test('a plain request is answered with upstream’s 400', async () => {
    const { port } = await serve(TLS);
    expect(await get(`http://127.0.0.1:${port}/`)).toMatchObject({
      status: 400,
      body: 'Client sent an HTTP request to an HTTPS server.\n',
    });
  });

  test('bytes that are neither are refused', async () => {
    const { port } = await serve(TLS);
    const socket = connectTcp(port, '127.0.0.1', () => socket.end('nonsense\r\n\r\n'));
    let received = '';
    socket.on('data', (chunk) => (received += chunk.toString('latin1')));
    await new Promise((resolve) => socket.on('close', resolve));
    expect(received).not.toContain('HTTP');
  });

  test.each([
    [{ maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }, '', /NO_PROTOCOLS_AVAILABLE|EPROTO/],
    [{ maxVersion: 'TLSv1.2' }, 'min_version: TLS13', /protocol version/i],
    [{ minVersion: 'TLSv1.3' }, 'max_version: TLS12', /protocol version/i],
    [
      { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384' },
      'cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]',
      /handshake failure/i,
    ],
    [{ ecdhCurve: 'P-384' }, 'curve_preferences: [CurveP521]', /handshake failure/i],
  ] as [ConnectionOptions, string, RegExp][])(
    'a client with %j is refused under "%s"',
    async (client, option, code) => {
      const { url } = await serve(
        `tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n  ${option}\n`,
      );
      expect(await failureOf(get(url, client))).toMatch(code);
      expect((await get(url)).status).toBe(200);
    },
  );

  test('old versions work where they are allowed', async () => {
    const { url } = await serve(
      `tls_server_config: {cert_file: server.crt, key_file: server.key, min_version: TLS10}`,
    );
    const client = { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    expect((await get(url, client)).status).toBe(200);
  });

  test('the server’s order of ciphers counts, unless the client’s is preferred', async () => {
    const chosen = async (prefer: boolean) => {
      const { port } = await serve(
        `tls_server_config: {cert_file: server.crt, key_file: server.key, prefer_server_cipher_suites: ${prefer}, cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256], max_version: TLS12}`,
      );
      const ciphers = 'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384';
      const socket = connectTls({
        port,
        host: '127.0.0.1',
        ca: authority.cert,
        ciphers,
        servername: 'localhost',
      });
      await new Promise((resolve) => socket.once('secureConnect', resolve));
      const { name } = socket.getCipher();
      socket.destroy();
      return name;
    };
    expect(await chosen(true)).toBe('ECDHE-ECDSA-AES256-GCM-SHA384');
    expect(await chosen(false)).toBe('ECDHE-ECDSA-AES128-GCM-SHA256');
  });

  test('a connection limit and stopping hold for TLS and HTTP/2 too', async () => {
    const { url, listener } = await serve(TLS);
    const session = connectHttp2(url, { ca: authority.cert });
    session.on('error', () => {});
    await new Promise((resolve) => session.once('connect', resolve));
    const closed = new Promise((resolve) => session.once('close', resolve));
    await listener.close(1000);
    await closed;
  });
});

describe('client certificates', () => {
  const known = makeCertificate({
    commonName: 'known',
    names: ['scraper.example.com', '::1'],
    issuer: authority,
  });
  const unknown = makeCertificate({ commonName: 'unknown', names: ['scraper.example.com'] });
  const as = (certificate?: Certificate): ConnectionOptions =>
    certificate ? { cert: certificate.cert, key: certificate.key } : {};
  const policy = (type: string, more = '') =>
    `tls_server_config: {cert_file: server.crt, key_file: server.key, client_auth_type: ${type}${more}}`;
  const CA = ', client_ca_file: ca.pem';

  // Whether a client without a certificate, with one of the authority, and with another one is let in.
  test.each([
    ['NoClientCert', '', [true, true, true]],
    ['RequestClientCert', '', [true, true, true]],
    ['RequireAnyClientCert', '', [false, true, true]],
    ['RequireClientCert', '', [false, true, true]],
    ['VerifyClientCertIfGiven', CA, [true, true, false]],
    ['RequireAndVerifyClientCert', CA, [false, true, false]],
    [
      'RequireAndVerifyClientCert',
      `${CA}, client_allowed_sans: [other, scraper.example.com]`,
      [false, true, false],
    ],
    ['RequireAndVerifyClientCert', `${CA}, client_allowed_sans: ["0:0:0:0:0:0:0:1"]`, [false, true, false]],
    ['RequireAndVerifyClientCert', `${CA}, client_allowed_sans: [other]`, [false, false, false]],
    ['RequestClientCert', ', client_allowed_sans: [other]', [true, false, false]],
  ])('%s%s', async (type, more, expected) => {
    const { url } = await serve(policy(type, more));
    const letIn = async (certificate?: Certificate) =>
      (await failureOf(get(url, as(certificate)))) === 'no error';
    expect([await letIn(), await letIn(known), await letIn(unknown)]).toEqual(expected);
  });
});

const hashes = {
  dave: '$2y$10$2UXri9cIDdgeKjBo4Rlpx.U3ZLDV8X1IxKmsfOvhcM5oXQt/mLmXq',
  quick: hashSync('quick123', 4),
};
const USERS = `basic_auth_users:\n  dave: ${hashes.dave}\n  quick: ${hashes.quick}\n`;

describe('basic authentication', () => {
  test.each([
    ['nobody', undefined, 401],
    ['a hash as htpasswd prints it', 'dave:dave123', 200],
    ['another hash', 'quick:quick123', 200],
    ['a wrong password', 'quick:wrong', 401],
    ['an unknown name', 'nonexistent:quick123', 401],
    ['no name', ':quick123', 401],
  ])('%s', async (_name, auth, status) => {
    const { url } = await serve(USERS);
    for (let twice = 0; twice < 2; twice++) {
      const answer = await get(url, auth === undefined ? {} : { auth });
      expect(answer.status).toBe(status);
      if (status === 401) {
        expect(answer).toMatchObject({
          body: 'Unauthorized\n',
          headers: { 'www-authenticate': 'Basic', 'content-type': 'text/plain; charset=utf-8' },
        });
      }
    }
  });

  test.each(['Basic', 'Basic !!!', 'Basic YQ==', 'Bearer cXVpY2s6cXVpY2sxMjM=', 'Basic cXVpY2s6cXVpY2sxMjM'])(
    'a header "%s" is nobody’s',
    async (authorization) => {
      const { url } = await serve(USERS);
      expect((await get(url, { headers: { authorization } })).status).toBe(401);
    },
  );

  test('over TLS, HTTP/1.1 and HTTP/2', async () => {
    const { url } = await serve(TLS + USERS);
    const authorization = `Basic ${Buffer.from('quick:quick123').toString('base64')}`;
    expect((await get(url)).status).toBe(401);
    expect((await get(url, { auth: 'quick:quick123' })).status).toBe(200);
    expect((await getHttp2(url, '/')).status).toBe(401);
    expect((await getHttp2(url, '/', { authorization })).status).toBe(200);
  });

  /** Processor time of all threads, bcrypt's included, that some requests take. */
  async function work(url: string, credentials: readonly string[]): Promise<number> {
    const before = process.cpuUsage();
    for (const auth of credentials) await get(url, { auth });
    const { user, system } = process.cpuUsage(before);
    return user + system;
  }

  test('names that do not exist cost as much as those that do', async () => {
    const { url } = await serve(`basic_auth_users: {dave: ${hashes.dave}}`);
    const guesses = (name: string) => Array.from({ length: 5 }, (_, i) => `${name}:guess-${name}-${i}`);
    await work(url, ['dave:warm-up']);
    const known = await work(url, guesses('dave'));
    const unknown = await work(url, guesses('nobody'));
    expect(unknown / known).toBeGreaterThan(0.5);
    expect(unknown / known).toBeLessThan(2);
  });

  test('an outcome is remembered: the second time costs nothing', async () => {
    const { url } = await serve(USERS);
    const first = await work(url, ['dave:dave123', 'dave:wrong']);
    const again = await work(url, ['dave:dave123', 'dave:wrong']);
    expect(again).toBeLessThan(first / 2);
  });
});

describe('headers and rate limit', () => {
  test('configured headers are on every answer, refusals included', async () => {
    const { url } = await serve(`http_server_config: {headers: {X-Frame-Options: deny}}\n${USERS}`);
    expect((await get(url)).headers).toMatchObject({ 'x-frame-options': 'deny' });
    expect((await get(url, { auth: 'quick:quick123' })).headers).toMatchObject({ 'x-frame-options': 'deny' });
  });

  test.each([
    ['{interval: 0, burst: 0}', [200, 200, 200]],
    ['{interval: 1s, burst: 0}', [429, 429, 429]],
    ['{interval: 1h, burst: 2}', [200, 200, 429]],
  ])('rate_limit: %s', async (limit, statuses) => {
    const { url } = await serve(`rate_limit: ${limit}`);
    const answers = [await get(url), await get(url), await get(url)];
    expect(answers.map(({ status }) => status)).toEqual(statuses);
    for (const { status, body } of answers) if (status === 429) expect(body).toBe('Too Many Requests\n');
  });
});

describe('changes without a restart', () => {
  const replace = (file: string, text: string) => {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  };

  test('of users', async () => {
    const { url, file, lines } = await serve(USERS);
    expect((await get(url, { auth: 'quick:quick123' })).status).toBe(200);
    replace(file, `basic_auth_users: {quick: ${hashSync('changed', 4)}}`);
    expect((await get(url, { auth: 'quick:quick123' })).status).toBe(401);
    expect((await get(url, { auth: 'quick:changed' })).status).toBe(200);
    expect(lines.join('')).toContain('Web configuration reloaded');
  });

  test('that cannot be used are logged, and the settings before stay', async () => {
    const { url, file, lines } = await serve(USERS);
    for (const broken of ['basic_auth_users: {quick: plain}', 'junk', '', TLS]) {
      replace(file, broken);
      expect((await get(url)).status).toBe(401);
      expect((await get(url, { auth: 'quick:quick123' })).status).toBe(200);
    }
    rmSync(file);
    expect((await get(url)).status).toBe(401);
    expect(lines.filter((line) => line.includes('Unable to parse configuration'))).toHaveLength(5);
    expect(lines.join('')).toContain('the file is empty');
    expect(lines.join('')).toContain('restart it for this change');
  });

  test('of certificates; connections that are open go on', async () => {
    const { url, folder } = await serve(TLS);
    const session = connectHttp2(url, { ca: authority.cert });
    onTestFinished(() => session.destroy());
    await new Promise((resolve) => session.once('connect', resolve));
    const renewed = makeCertificate({ commonName: 'renewed', names: ['127.0.0.1'], issuer: authority });
    replace(join(folder, 'server.key'), renewed.key);
    replace(join(folder, 'server.crt'), renewed.cert);
    const port = Number(new URL(url).port);
    const socket = connectTls({ port, host: '127.0.0.1', ca: authority.cert });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    expect(socket.getPeerCertificate().subject.CN).toBe('renewed');
    socket.destroy();
    const stream = session.request({ ':path': '/' });
    const status = await new Promise((resolve) =>
      stream.once('response', (headers) => resolve(headers[':status'])),
    );
    expect(status).toBe(200);
  });
});

describe('the app over both protocols', () => {
  const registry = new Registry();
  const app = createWebApp({
    name: 'Test',
    log: createLogger({ write: () => {} }),
    registry,
    routePrefix: '/p',
    requestMetricsNamespace: 'test',
    landing: { name: 'Test', links: [{ address: 'metrics', text: 'Metrics' }] },
    routes: (router) => {
      router.get('/json', (_request, response) => response.status(201).json({ a: [1] }));
      router.get('/send', (request, response) => {
        response
          .set('X-Host', request.get('host'))
          .type('txt')
          .send(`${request.hostname} ${request.protocol}`);
      });
      router.get('/redirect', (_request, response) => response.redirect('/p/json'));
      router.get('/query', (request, response) => response.send(String(request.query['q'])));
      router.get('/status', (_request, response) => response.sendStatus(204));
      router.get('/boom', () => {
        throw new Error('boom');
      });
      router.get('/stream', (_request, response) => {
        for (let i = 0; i < 100; i++) response.write('x'.repeat(1000));
        response.end();
      });
      router.get('/cookie', (_request, response) => response.cookie('a', 'b').attachment('f.txt').end('c'));
    },
  });

  test.each([
    '/p/-/healthy',
    '/p/-/ready',
    '/p/metrics',
    '/p/',
    '/',
    '/p/json',
    '/p/send',
    '/p/redirect',
    '/p/query?q=a%20b',
    '/p/status',
    '/p/boom',
    '/p/stream',
    '/p/cookie',
    '/nowhere',
  ])('%s is answered alike', async (path) => {
    const { url } = await serve(TLS, folderWith(), app);
    const pick = ({ status, headers, body }: Answer) => {
      const names = [
        'content-type',
        'location',
        'x-host',
        'set-cookie',
        'content-disposition',
        'x-content-type-options',
      ];
      // Counters move between two scrapes.
      const text = path === '/p/metrics' ? body.replace(/ \d\S*$/gm, '') : body;
      return [status, text.length > 2000 ? text.length : text, ...names.map((name) => String(headers[name]))];
    };
    if (path === '/p/metrics') await get(url + path);
    const first = await get(url + path);
    expect(pick(await getHttp2(url, path))).toEqual(pick(first));
    expect(first.status).toBeLessThan(600);
  });
});

test('the web configuration is named in errors by its path', async () => {
  const folder = folderWith();
  await expect(serve('nonsense_key: 1', folder)).rejects.toThrow(
    `${join(folder, 'web.yml')}:1:1: field nonsense_key not found in type web.Config`,
  );
  expect(basename(folder)).toMatch(/^prometheus-ts-/);
});
