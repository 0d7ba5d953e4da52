// Clients that misbehave: the listener survives, cuts them off, and goes on serving others.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { createLogger } from '@prometheus-ts/log';
import { eventually, makeCertificate, Random, temporaryFolder } from '@prometheus-ts/testkit';
import { Registry } from 'prom-client';
import { expect, onTestFinished, test } from 'vitest';
import { type ListenOptions, listen } from './listen.ts';
import { systemdDescriptors } from './systemd-sockets.ts';
import { createWebApp } from './web-app.ts';

const log = createLogger({ write: () => {} });
const app = createWebApp({ name: 'Test', log, registry: new Registry() });

async function serve(options: Partial<ListenOptions> = {}) {
  const listener = await listen(app, { addresses: ['127.0.0.1:0'], log, ...options });
  onTestFinished(() => listener.close(0));
  return { url: listener.urls[0]!, port: Number(new URL(listener.urls[0]!).port) };
}

function webYml(): string {
  const folder = temporaryFolder();
  const { cert, key } = makeCertificate({ names: ['127.0.0.1'] });
  const tls_server_config = { cert, key };
  writeFileSync(join(folder, 'web.yml'), JSON.stringify({ tls_server_config }));
  return join(folder, 'web.yml');
}

function closed(socket: Socket): Promise<unknown> {
  socket.on('error', () => {});
  socket.resume();
  return socket.destroyed ? Promise.resolve() : new Promise((resolve) => socket.once('close', resolve));
}

test('headers that trickle in are cut off', async () => {
  const { url, port } = await serve({ readTimeoutMs: 200 });
  const socket = connect(port, '127.0.0.1');
  socket.write('GET /-/healthy HTTP/1.1\r\nHost: x\r\n');
  const trickle = setInterval(() => socket.write('X-A: b\r\n'), 50);
  await closed(socket);
  clearInterval(trickle);
  expect((await fetch(`${url}/-/healthy`)).status).toBe(200);
});

test('a connection without a request is closed when its time is over', async () => {
  const { port } = await serve({ readTimeoutMs: 200 });
  await closed(connect(port, '127.0.0.1'));
});

test.each([
  ['no HTTP at all', 'nonsense\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['headers that are too long', `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
  [
    'two lengths',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
    /^HTTP\/1\.1 400 /,
  ],
  [
    'a length and chunks',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    /^HTTP\/1\.1 400 /,
  ],
  [
    'a path outside',
    'GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    /^HTTP\/1\.1 404 /,
  ],
])('%s is refused', async (_name, sent, answer) => {
  const { port } = await serve();
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk) => (received += chunk.toString('latin1')));
  socket.write(sent);
  await closed(socket);
  expect(received).toMatch(answer);
});

test.each([false, true])('random bytes harm nobody (TLS: %s)', async (withTls) => {
  const { port } = await serve(withTls ? { webConfigFile: webYml() } : {});
  const random = new Random(20260805);
  const beginnings = ['', 'GET / HTTP/1.1\r\n', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '\x16\x03\x01'];
  const bytes = () => Buffer.from(Array.from({ length: 1 + random.below(400) }, () => random.below(256)));
  const rounds = Array.from({ length: 100 }, async () => {
    const secure = withTls && random.below(2) === 0;
    const ALPNProtocols = [random.pick(['h2', 'http/1.1'])];
    const socket = secure
      ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols })
      : connect(port, '127.0.0.1');
    socket.write(Buffer.concat([Buffer.from(random.pick(beginnings), 'latin1'), bytes()]));
    socket.end();
    await closed(socket);
  });
  await Promise.all(rounds);
  const alive = withTls
    ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
    : connect(port, '127.0.0.1');
  alive.write('GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  let received = '';
  alive.on('data', (chunk) => (received += chunk));
  await once(alive, 'close');
  expect(received).toMatch(/^HTTP\/1\.1 200 OK/);
});

test('a thousand connections that say nothing leave room for others, up to the limit', async () => {
  const { url, port } = await serve({ maxConnections: 1100 });
  const silent = Array.from({ length: 1000 }, () => connect(port, '127.0.0.1'));
  await Promise.all(silent.map((socket) => once(socket, 'connect')));
  expect((await fetch(`${url}/-/healthy`)).status).toBe(200);
  for (const socket of silent) socket.destroy();
});

test('sockets from systemd are for the process that they name', () => {
  expect(systemdDescriptors({ LISTEN_FDS: '2', LISTEN_PID: '7' }, 7)).toEqual([3, 4]);
  for (const env of [{}, { LISTEN_FDS: '1', LISTEN_PID: '8' }, { LISTEN_FDS: '0', LISTEN_PID: '7' }]) {
    expect(() => systemdDescriptors(env, 7)).toThrow('no socket activation file descriptors found');
  }
});

test.runIf(process.platform === 'linux')('a socket that was handed over is served', async () => {
  const inherited = createServer();
  await new Promise<void>((resolve) => inherited.listen(0, '127.0.0.1', resolve));
  const { port } = inherited.address() as AddressInfo;
  const { fd } = (inherited as unknown as { _handle: { fd: number } })._handle;
  const program = `
    import { listen } from ${JSON.stringify(new URL('./listen.ts', import.meta.url).href)};
    import { createLogger } from '@prometheus-ts/log';
    await listen((request, response) => response.end('inherited'), {
      addresses: [], systemdSocket: true, log: createLogger({ write: () => {} }),
    });`;
  const child: ChildProcess = spawn(
    '/bin/sh',
    [
      '-c',
      `LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" --input-type=module-typescript -e "$1"`,
      process.execPath,
      program,
    ],
    { stdio: ['ignore', 'ignore', 'ignore', fd], cwd: import.meta.dirname },
  );
  onTestFinished(async () => {
    child.kill();
    await once(child, 'exit');
  });
  inherited.close();
  const body = await eventually(async () =>
    (await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(500) })).text(),
  );
  expect(body).toBe('inherited');
});
