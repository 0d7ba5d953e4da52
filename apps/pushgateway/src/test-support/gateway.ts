// A Pushgateway inside the test, on a free port of the loopback, with a clock that the test moves.
import { request as httpRequest } from 'node:http';
import { parseFlags } from '@prometheus-ts/cli';
import { createLogger } from '@prometheus-ts/log';
import { ManualClock } from '@prometheus-ts/testkit';
import { onTestFinished } from 'vitest';
import { createApp } from '../app.ts';
import { FLAGS } from '../flags.ts';

export interface Answer {
  readonly status: number;
  readonly text: string;
}

export interface Sent {
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export class TestGateway {
  readonly clock: ManualClock;
  readonly #url: string;
  readonly #log: readonly string[];
  readonly #quits: { count: number };
  readonly #stop: () => Promise<void>;

  private constructor(
    clock: ManualClock,
    url: string,
    log: readonly string[],
    quits: { count: number },
    stop: () => Promise<void>,
  ) {
    this.clock = clock;
    this.#url = url;
    this.#log = log;
    this.#quits = quits;
    this.#stop = stop;
  }

  /** Stops when the test ends. Rejects as the start of the program does. */
  static async start(args: readonly string[] = [], clock = new ManualClock()): Promise<TestGateway> {
    const outcome = parseFlags(FLAGS, ['--web.listen-address=127.0.0.1:0', ...args]);
    if (outcome.exit !== undefined) throw new Error(outcome.text);
    const lines: string[] = [];
    const quits = { count: 0 };
    const app = createApp({
      flags: outcome.values,
      listing: outcome.listing,
      log: createLogger({ style: 'gokit', write: (line) => void lines.push(line), source: () => '' }),
      clock,
      onQuit: () => void quits.count++,
    });
    let stopped = false;
    const stop = async (): Promise<void> => {
      if (stopped) return;
      stopped = true;
      await app.stop();
    };
    onTestFinished(stop);
    await app.start();
    return new TestGateway(clock, app.urls[0]!, lines, quits, stop);
  }

  get log(): string {
    return this.#log.join('');
  }

  get quitRequests(): number {
    return this.#quits.count;
  }

  /** Sends the path as it is, which fetch would normalise. */
  send(method: string, path: string, { body, headers = {} }: Sent = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
      const { hostname, port } = new URL(this.#url);
      const options = { host: hostname, port, method, path, headers: { ...length, ...headers } };
      const request = httpRequest(options, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode!, text }));
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  push(path: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.send('POST', `/metrics${path}`, { body, headers });
  }

  /** The samples of a scrape whose lines begin with one of these names. */
  async samples(...names: readonly string[]): Promise<string[]> {
    const { text } = await this.send('GET', '/metrics');
    return text.split('\n').filter((line) => names.some((name) => new RegExp(`^${name}(\\{| )`).test(line)));
  }

  /** `/api/v1/metrics`: the groups. */
  async groups(): Promise<Record<string, unknown>[]> {
    return JSON.parse((await this.send('GET', '/api/v1/metrics')).text).data;
  }

  stop(): Promise<void> {
    return this.#stop();
  }
}
