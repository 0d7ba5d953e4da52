// What the network does to connections: it cuts answers into pieces anywhere, and ends connections at any time.
// All plain connections of a thread share one read buffer; no answer may see bytes of another.
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { Random } from '@prometheus-ts/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { createHttpClient } from './client.ts';
import { defaultHttpClientConfig } from './http-config.ts';
import { ReusableBuffer } from './reusable-buffer.ts';

/** A piece that closes the connection. */
const END = '';

/** A server that sends the pieces which `answer` gives for a path, one after another. */
async function serve(answer: (path: string) => readonly string[]): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    let received = '';
    let queue = Promise.resolve();
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      for (let end = received.indexOf('\r\n\r\n'); end >= 0; end = received.indexOf('\r\n\r\n')) {
        const path = received.split(' ', 2)[1]!;
        received = received.slice(end + 4);
        queue = queue.then(() => send(socket, answer(path)));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function send(socket: Socket, pieces: readonly string[]): Promise<void> {
  for (const piece of pieces) {
    if (piece === END) socket.end();
    else socket.write(piece, 'latin1');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function client() {
  const made = createHttpClient(defaultHttpClientConfig());
  onTestFinished(() => made.close());
  return made;
}

/** A text that only this path has, with what looks like the end of headers in it. */
function bodyOf(path: string, length: number): string {
  return `${path}\r\n\r\n`.repeat(Math.ceil(length / (path.length + 4))).slice(0, length);
}

test.each([
  [
    'with a length',
    (path: string, body: string) => `X-Path: ${path}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  ],
  [
    'in chunks with a trailer',
    (path: string, body: string) => {
      const middle = Math.floor(body.length / 2);
      const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
      const chunks = chunk(body.slice(0, middle)) + chunk(body.slice(middle));
      return `X-Path: ${path}\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n${chunks}0\r\nX-T: ${path}\r\n\r\n`;
    },
  ],
])('answers %s, cut anywhere, on many connections at once', async (_name, encode) => {
  const random = new Random(42);
  const url = await serve((path) => {
    const whole = `HTTP/1.1 200 OK\r\n${encode(path, bodyOf(path, 1 + random.below(3000)))}`;
    const pieces: string[] = [];
    for (let at = 0; at < whole.length; ) {
      // Heads are cut finely, bodies coarsely.
      const size = 1 + random.below(at < 120 ? 30 : 900);
      pieces.push(whole.slice(at, at + size));
      at += size;
    }
    return pieces;
  });
  const from = client();
  const one = async (name: string) => {
    const buffer = new ReusableBuffer();
    for (let i = 0; i < 15; i++) {
      const path = `/${name}-${i}`;
      const answer = await from.fetchInto({ url: url + path, timeoutMs: 15_000 }, buffer);
      expect(answer.headers['x-path']).toBe(path);
      const text = Buffer.from(buffer.bytes.subarray(0, answer.length)).toString('latin1');
      expect(text).toBe(bodyOf(path, answer.length));
    }
  };
  await Promise.all(Array.from({ length: 12 }, (_, i) => one(`client${i}`)));
});

test('an interim answer comes before the real one', async () => {
  const url = await serve(() => [
    'HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n',
    '\r\nHTTP/1.1 200 OK\r\nX-A: ',
    'b\r\nContent-Length: 4\r\n\r\nbo',
    'dy',
  ]);
  const { status, headers, body } = await client().fetch({ url, timeoutMs: 5000 });
  expect([status, headers['x-a'], Buffer.from(body).toString()]).toEqual([200, 'b', 'body']);
});

test('a body larger than the shared buffer arrives whole', async () => {
  const body = bodyOf('/large', 3_000_000);
  const url = await serve(() => [`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`]);
  const answer = await client().fetch({ url, timeoutMs: 15_000 });
  expect(Buffer.from(answer.body).toString('latin1') === body).toBe(true);
});

test('a body that ends with the connection', async () => {
  const url = await serve(() => ['HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nsome', ' text', END]);
  const from = client();
  for (let twice = 0; twice < 2; twice++) {
    const { body } = await from.fetch({ url, timeoutMs: 5000 });
    expect(Buffer.from(body).toString()).toBe('some text');
  }
});

test('a connection that the server closes while it is idle costs nothing', async () => {
  let requests = 0;
  const answer = ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'];
  // The second request of all meets a connection that is just being closed.
  const url = await serve(() => (++requests === 2 ? [END] : answer));
  const from = client();
  for (let i = 0; i < 3; i++) {
    expect((await from.fetch({ url, timeoutMs: 5000 })).status).toBe(200);
  }
  expect(requests).toBe(4);
});

test('a POST is not sent twice', async () => {
  let requests = 0;
  const url = await serve(() => {
    requests += 1;
    return [END];
  });
  const sent = client().fetch({ url, method: 'POST', timeoutMs: 5000 });
  await expect(sent).rejects.toMatchObject({ code: 'connection_lost', message: `Post "${url}": EOF` });
  expect(requests).toBe(1);
});
