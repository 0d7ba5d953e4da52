// A whole server inside a test: real sockets on the loopback, a temporary folder, ended with the test.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseFlags } from '@prometheus-ts/cli';
import { createLogger } from '@prometheus-ts/log';
import { makeTemporaryFolder } from '@prometheus-ts/testkit';
import { createApp, type ServerApp } from '../app.ts';
import { FLAGS } from '../flags/flags.ts';
import { serverOptions } from '../options.ts';
import { atEndOf, type Scope } from './scope.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Decoded when the body is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into by their expected shape
  readonly json: any;
  readonly text: string;
}

export interface StartOptions {
  /** Used instead of a new one, and kept. */
  readonly folder?: string;
  /** When the server ends; default: with the test. */
  readonly scope?: Scope;
}

export class TestServer {
  readonly app: ServerApp;
  readonly folder: string;
  readonly configFile: string;
  /** Everything logged so far. */
  readonly log: string[];

  private constructor(app: ServerApp, folder: string, configFile: string, log: string[]) {
    this.app = app;
    this.folder = folder;
    this.configFile = configFile;
    this.log = log;
  }

  /** Starts a server with the content of prometheus.yml and further flags. */
  static async start(config: string, flags: readonly string[] = [], options: StartOptions = {}) {
    const folder = options.folder ?? makeTemporaryFolder();
    const configFile = join(folder, 'prometheus.yml');
    writeFileSync(configFile, config);
    const outcome = parseFlags(FLAGS, [
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      '--web.listen-address=127.0.0.1:0',
      ...flags,
    ]);
    if (outcome.exit !== undefined) throw new Error(outcome.text);
    const log: string[] = [];
    const logger = createLogger({ level: 'debug', write: (line) => log.push(line), source: () => '' });
    const app = createApp(serverOptions(outcome), logger);
    atEndOf(options.scope ?? 'test', async () => {
      await app.stop();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    });
    await app.start();
    return new TestServer(app, folder, configFile, log);
  }

  get url(): string {
    return this.app.urls[0]!;
  }

  /** Writes another configuration and reloads. */
  async reload(config: string): Promise<void> {
    writeFileSync(this.configFile, config);
    await this.app.reload();
  }

  async get(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(this.url + path, { redirect: 'manual', ...init });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? JSON.parse(text) : undefined,
    };
  }

  /** GET below /api/v1 with parameters. */
  api(path: string, parameters: Record<string, string> = {}): Promise<Answer> {
    return this.get(`/api/v1/${path}?${new URLSearchParams(parameters)}`);
  }

  /** The values of an instant query by `label` (or as one under ''), numbers as text. */
  async values(query: string, label = 'instance'): Promise<Record<string, string>> {
    const { json } = await this.api('query', { query });
    if (json.status !== 'success') throw new Error(json.error);
    const found: Record<string, string> = {};
    for (const { metric, value } of json.data.result) found[metric[label] ?? ''] = value[1];
    return found;
  }

  /** All raw samples of the series that a selector matches: `[seconds, value]`, staleness markers left out. */
  async samples(selector: string): Promise<[number, string][]> {
    const { json } = await this.api('query', { query: `${selector}[1h]` });
    if (json.status !== 'success') throw new Error(json.error);
    return json.data.result.flatMap((series: { values: [number, string][] }) => series.values);
  }
}
