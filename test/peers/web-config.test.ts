// Our listener and Debian's Pushgateway behind the same web.yml, asked the same things.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { createLogger } from '@prometheus-ts/log';
import {
  type Certificate,
  describePeers,
  eventually,
  freePort,
  makeCertificate,
  temporaryFolder,
} from '@prometheus-ts/testkit';
import { listen } from '@prometheus-ts/web-config';
import { expect, onTestFinished, test } from 'vitest';

const authority = makeCertificate({ commonName: 'authority', isAuthority: true });
const server = makeCertificate({ names: ['127.0.0.1'], issuer: authority });
const known = makeCertificate({ commonName: 'known', issuer: authority });
const stranger = makeCertificate({ commonName: 'stranger' });

interface Ask {
  readonly scheme: 'http' | 'https' | 'h2';
  readonly auth?: string;
  readonly authorization?: string;
  readonly as?: Certificate;
  readonly path?: string;
  readonly maxVersion?: 'TLSv1.1' | 'TLSv1.2';
}

/** What both must agree on: status, headers of the web configuration, and the text of refusals. */
type Seen = readonly unknown[];

const COMPARED_HEADERS = [
  'www-authenticate',
  'x-frame-options',
  'strict-transport-security',
  'x-content-type-options',
  'content-security-policy',
];

function seen(status: number, headers: NodeJS.Dict<string | string[]>, body: string): Seen {
  const compared = COMPARED_HEADERS.map((name) => headers[name]);
  return status < 400 ? [status, ...compared] : [status, ...compared, body];
}

async function ask(port: number, what: Ask): Promise<Seen> {
  try {
    return what.scheme === 'h2' ? await askHttp2(port, what) : await askHttp1(port, what);
  } catch {
    return ['no answer'];
  }
}

function headersOf(what: Ask): Record<string, string> {
  if (what.authorization !== undefined) return { authorization: what.authorization };
  if (what.auth === undefined) return {};
  return { authorization: `Basic ${Buffer.from(what.auth).toString('base64')}` };
}

function tlsOf(what: Ask) {
  return {
    ca: authority.cert,
    ...(what.as ? { cert: what.as.cert, key: what.as.key } : {}),
    ...(what.maxVersion
      ? { maxVersion: what.maxVersion, ciphers: 'DEFAULT@SECLEVEL=0', minVersion: 'TLSv1' as const }
      : {}),
  };
}

function askHttp1(port: number, what: Ask): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const send = what.scheme === 'https' ? httpsRequest : httpRequest;
    const options = { ...tlsOf(what), headers: headersOf(what), agent: false } as object;
    const request = send(
      `${what.scheme}://127.0.0.1:${port}${what.path ?? '/-/ready'}`,
      options,
      (response) => {
        let body = '';
        response.on('data', (chunk) => (body += chunk));
        response.on('end', () => resolve(seen(response.statusCode!, response.headers, body)));
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end();
  });
}

async function askHttp2(port: number, what: Ask): Promise<Seen> {
  const session = connectHttp2(`https://127.0.0.1:${port}`, tlsOf(what));
  try {
    return await new Promise<Seen>((resolve, reject) => {
      session.on('error', reject);
      const stream = session.request({ ':path': what.path ?? '/-/ready', ...headersOf(what) });
      let body = '';
      let headers: NodeJS.Dict<string | string[]> = {};
      stream.on('response', (received) => (headers = received as typeof headers));
      stream.on('data', (chunk) => (body += chunk));
      stream.on('end', () => {
        const status = headers[':status'];
        if (status === undefined) reject(new Error('cut off'));
        else resolve(seen(Number(status), headers, body));
      });
      stream.on('error', reject);
      stream.end();
    });
  } finally {
    session.close();
  }
}

async function startPeer(webYml: string): Promise<number> {
  const port = await freePort();
  const peer: ChildProcess = spawn(
    'prometheus-pushgateway',
    [`--web.listen-address=127.0.0.1:${port}`, `--web.config.file=${webYml}`],
    { stdio: 'ignore' },
  );
  onTestFinished(async () => {
    peer.kill();
    await once(peer, 'exit');
  });
  await eventually(async () => {
    const answers = await Promise.all([
      ask(port, { scheme: 'http' }),
      ask(port, { scheme: 'https', as: known }),
    ]);
    if (answers.every(([first]) => first === 'no answer')) throw new Error('not up yet');
  });
  return port;
}

async function startOurs(webYml: string): Promise<number> {
  const listener = await listen((_request, response) => response.end('OK'), {
    addresses: ['127.0.0.1:0'],
    log: createLogger({ write: () => {} }),
    webConfigFile: webYml,
  });
  onTestFinished(() => listener.close(0));
  return Number(new URL(listener.urls[0]!).port);
}

const TLS = 'cert_file: server.crt, key_file: server.key';
// dave123
const USERS = 'basic_auth_users: {dave: $2y$10$2UXri9cIDdgeKjBo4Rlpx.U3ZLDV8X1IxKmsfOvhcM5oXQt/mLmXq}';
const HEADERS = `http_server_config:
  headers:
    X-Frame-Options: deny
    Strict-Transport-Security: max-age=31536000
    X-Content-Type-Options: nosniff
    Content-Security-Policy: "default-src 'self'"
`;

const CONFIGURATIONS: Readonly<Record<string, string>> = {
  'users without TLS': USERS,
  'users and headers without TLS': `${USERS}\n${HEADERS}`,
  'TLS alone': `tls_server_config: {${TLS}}`,
  'TLS, users and headers': `tls_server_config: {${TLS}}\n${USERS}\n${HEADERS}`,
  'HTTP/2 off': `tls_server_config: {${TLS}}\nhttp_server_config: {http2: false}`,
  'TLS 1.3 only': `tls_server_config: {${TLS}, min_version: TLS13}`,
  'TLS 1.0 allowed': `tls_server_config: {${TLS}, min_version: TLS10}`,
  'any client certificate': `tls_server_config: {${TLS}, client_auth_type: RequireAnyClientCert}`,
  'client certificates verified if given': `tls_server_config: {${TLS}, client_auth_type: VerifyClientCertIfGiven, client_ca_file: ca.pem}`,
  'client certificates required': `tls_server_config: {${TLS}, client_auth_type: RequireAndVerifyClientCert, client_ca_file: ca.pem}`,
};

const REQUESTS: readonly Ask[] = [
  { scheme: 'http' },
  { scheme: 'http', auth: 'dave:dave123' },
  { scheme: 'http', auth: 'dave:wrong' },
  { scheme: 'http', auth: 'nobody:dave123' },
  { scheme: 'http', authorization: 'Basic' },
  { scheme: 'http', authorization: 'Basic ZGF2ZQ==' },
  { scheme: 'http', authorization: 'bAsIc ZGF2ZTpkYXZlMTIz' },
  { scheme: 'http', authorization: 'Basic ZGF2ZTpkYXZlMTIz=' },
  { scheme: 'http', authorization: 'Bearer ZGF2ZTpkYXZlMTIz' },
  { scheme: 'https' },
  { scheme: 'https', auth: 'dave:dave123' },
  { scheme: 'https', auth: 'dave:wrong' },
  { scheme: 'https', as: known },
  { scheme: 'https', as: stranger },
  { scheme: 'https', maxVersion: 'TLSv1.1' },
  { scheme: 'https', maxVersion: 'TLSv1.2' },
  { scheme: 'h2' },
  { scheme: 'h2', auth: 'dave:dave123' },
  { scheme: 'h2', as: known },
];

describePeers(['prometheus-pushgateway'], 'web.yml', () => {
  test.each(Object.entries(CONFIGURATIONS))('%s', async (_name, webYml) => {
    const folder = temporaryFolder();
    for (const [file, text] of [
      ['server.crt', server.cert],
      ['server.key', server.key],
      ['ca.pem', authority.cert],
      ['web.yml', webYml],
    ] as const) {
      writeFileSync(join(folder, file), text);
    }
    const peer = await startPeer(join(folder, 'web.yml'));
    const ours = await startOurs(join(folder, 'web.yml'));
    for (const what of REQUESTS) {
      const { as, ...shown } = what;
      const label = JSON.stringify({ ...shown, as: as?.commonName });
      expect([label, await ask(ours, what)]).toEqual([label, await ask(peer, what)]);
    }
  });
});
