import { generateKeyPairSync, verify } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { decode, parseYaml } from '@prometheus-ts/config';
import { temporaryFolder } from '@prometheus-ts/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createHttpClient } from './client.ts';
import { httpClientConfigSchema } from './http-config.ts';
import { oauth2Authenticator } from './oauth2.ts';

interface TokenRequest {
  readonly form: Record<string, string>;
  readonly headers: IncomingHttpHeaders;
}

type Reply = string | { status?: number; type?: string; body: string };

/** A token endpoint that answers by `reply` and keeps what it was asked. */
async function tokenServer(reply: (request: TokenRequest, count: number) => Reply) {
  const requests: TokenRequest[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const asked = { form: Object.fromEntries(new URLSearchParams(body)), headers: request.headers };
      requests.push(asked);
      const made = reply(asked, requests.length);
      const {
        status = 200,
        type = 'application/json',
        body: text,
      } = typeof made === 'string' ? { body: made } : made;
      response.writeHead(status, { 'content-type': type });
      response.end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { requests, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token` };
}

function oauth2(yaml: string, folder = '.') {
  const config = decode(
    httpClientConfigSchema,
    parseYaml(`oauth2:\n${yaml.replace(/^/gm, '  ')}`, join(folder, 'f.yml')),
  );
  return config.oauth2!;
}

function source(yaml: string, options: { folder?: string; nowMs?: () => number } = {}) {
  const made = oauth2Authenticator(
    oauth2(yaml, options.folder),
    options.nowMs ? { nowMs: options.nowMs } : {},
  );
  onTestFinished(() => made.close());
  return made;
}

const token = (value: string, more = {}) =>
  JSON.stringify({ access_token: value, token_type: 'bearer', ...more });
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('client credentials', () => {
  test('are sent in the header, with scopes and parameters', async () => {
    const { url, requests } = await tokenServer(() => token('t1'));
    const from = source(
      `client_id: a b\nclient_secret: c:d*\nscopes: [x, y]\nendpoint_params: {p: q}\ntoken_url: ${url}`,
    );
    expect(await from.authorization()).toBe('Bearer t1');
    expect(requests[0]!.headers.authorization).toBe(basic('a+b:c%3Ad%2A'));
    expect(requests[0]!.form).toEqual({ grant_type: 'client_credentials', scope: 'x y', p: 'q' });
  });

  test('are sent as parameters to servers that want them so, which is remembered', async () => {
    const { url, requests } = await tokenServer(({ form }) =>
      form['client_id'] ? token('t', { expires_in: 5 }) : { status: 401, body: '{"error":"invalid_client"}' },
    );
    const from = source(`client_id: id\nclient_secret: s\ntoken_url: ${url}`);
    await from.authorization();
    await from.authorization();
    expect(requests.map(({ form }) => form['client_secret'])).toEqual([undefined, 's', 's']);
  });

  test('a token is used until shortly before its end, and fetched once for all who wait', async () => {
    let now = 1_000_000;
    const { url, requests } = await tokenServer((_request, count) =>
      token(`t${count}`, { expires_in: '60' }),
    );
    const from = source(`client_id: id\ntoken_url: ${url}`, { nowMs: () => now });
    expect(await Promise.all([from.authorization(), from.authorization()])).toEqual([
      'Bearer t1',
      'Bearer t1',
    ]);
    now += 49_000;
    expect(await from.authorization()).toBe('Bearer t1');
    now += 2_000;
    expect(await from.authorization()).toBe('Bearer t2');
    expect(requests).toHaveLength(2);
  });

  test('a changed secret file fetches a new token', async () => {
    const folder = temporaryFolder();
    const { url, requests } = await tokenServer((_request, count) => token(`t${count}`));
    const file = join(folder, 'secret');
    writeFileSync(file, 'one');
    const from = source(`client_id: id\nclient_secret_file: secret\ntoken_url: ${url}`, { folder });
    expect(await from.authorization()).toBe('Bearer t1');
    writeFileSync(file, 'another');
    expect(await from.authorization()).toBe('Bearer t2');
    expect(requests[1]!.headers.authorization).toBe(basic('id:another'));
  });

  test('answers as forms, and other token types', async () => {
    const { url } = await tokenServer(() => ({
      type: 'application/x-www-form-urlencoded',
      body: 'access_token=t&token_type=mac',
    }));
    expect(await source(`client_id: id\ntoken_url: ${url}`).authorization()).toBe('MAC t');
  });

  test.each([
    [
      '{"error":"invalid_scope","error_description":"no such scope"}',
      200,
      'oauth2: "invalid_scope" "no such scope"',
    ],
    ['nope', 500, 'oauth2: cannot fetch token: 500\nResponse: nope'],
    ['<html>', 200, 'oauth2: cannot parse json'],
    ['{}', 200, 'oauth2: server response missing access_token'],
  ])('the answer %s with %d fails: %s', async (body, status, message) => {
    const { url } = await tokenServer(() => ({ status, body }));
    await expect(source(`client_id: id\ntoken_url: ${url}`).authorization()).rejects.toMatchObject({
      code: 'oauth2',
      message,
    });
  });

  test('a parameter cannot replace one of the grant', async () => {
    const { url } = await tokenServer(() => token('t'));
    const from = source(`client_id: id\nscopes: [a]\nendpoint_params: {scope: b}\ntoken_url: ${url}`);
    await expect(from.authorization()).rejects.toThrow('oauth2: cannot overwrite parameter "scope"');
  });
});

describe('JWT assertions', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const parts = (assertion: string) => assertion.split('.').map((part) => Buffer.from(part, 'base64url'));

  test.each([
    ['', 'RS256', 'sha256'],
    ['RS512', 'RS512', 'sha512'],
  ])('signed with %s', async (configured, algorithm, digest) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'key.pem'), pem);
    const { url, requests } = await tokenServer(() => token('t'));
    const from = source(
      [
        'grant_type: urn:ietf:params:oauth:grant-type:jwt-bearer',
        'client_id: me',
        'client_certificate_key_file: key.pem',
        'client_certificate_key_id: k1',
        'audience: them',
        'scopes: [a, b]',
        'claims: {n: 1, flag: yes, list: [x, ~], deep: {a: b}}',
        'endpoint_params: {extra: e}',
        configured === '' ? '' : `signature_algorithm: ${configured}`,
        `token_url: ${url}`,
      ].join('\n'),
      { folder, nowMs: () => 1_700_000_000_500 },
    );
    expect(await from.authorization()).toBe('Bearer t');
    const { assertion, ...form } = requests[0]!.form;
    expect(form).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      scope: 'a b',
      extra: 'e',
    });
    const [header, claims, signature] = parts(assertion!);
    expect(JSON.parse(String(header))).toEqual({ alg: algorithm, kid: 'k1', typ: 'JWT' });
    expect(JSON.parse(String(claims))).toEqual({
      iss: 'me',
      sub: 'me',
      aud: 'them',
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      iat: 1_700_000_000,
      exp: 1_700_000_600,
      scope: 'a b',
      n: 1,
      flag: true,
      list: ['x', null],
      deep: { a: 'b' },
    });
    const content = Buffer.from(assertion!.slice(0, assertion!.lastIndexOf('.')));
    expect(verify(digest, content, publicKey, signature!)).toBe(true);
  });

  test('a key that cannot be used is said so', async () => {
    const { url } = await tokenServer(() => token('t'));
    const yaml = `grant_type: urn:ietf:params:oauth:grant-type:jwt-bearer\nclient_id: me\nclient_certificate_key: nonsense\ntoken_url: ${url}`;
    await expect(source(yaml).authorization()).rejects.toThrow('is not an RSA private key in PEM');
  });
});

test('the client sends the token, and waits for it no longer than the request may take', async () => {
  const target = createServer((request, response) => response.end(String(request.headers.authorization)));
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void target.close());
  const url = `http://127.0.0.1:${(target.address() as AddressInfo).port}/`;
  const good = await tokenServer(() => token('t'));
  const configured = (tokenUrl: string) => {
    const client = createHttpClient(
      decode(httpClientConfigSchema, parseYaml(`oauth2: {client_id: id, token_url: "${tokenUrl}"}`, 'f.yml')),
    );
    onTestFinished(() => client.close());
    return client;
  };
  const answer = await configured(good.url).fetch({ url, timeoutMs: 5000 });
  expect(Buffer.from(answer.body).toString()).toBe('Bearer t');
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    silent.closeAllConnections();
    silent.close();
  });
  const slow = configured(`http://127.0.0.1:${(silent.address() as AddressInfo).port}/`);
  const failing = slow.fetch({ url, timeoutMs: 50 });
  await expect(failing).rejects.toMatchObject({ code: 'timeout' });
});
