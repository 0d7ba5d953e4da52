// A Prometheus server in a test, ours or the peer's: same config, same questions.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@prometheus-ts/testkit';
import { Daemon, ourCommand } from './daemon.ts';

export type Flavour = 'source' | 'binary' | 'peer';

export interface PrometheusOptions {
  readonly flavour: Flavour;
  /** Where config and data go; an existing data folder is reused. */
  readonly folder: string;
  /** The content of prometheus.yml. */
  readonly config: string;
  readonly flags?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly port?: number;
  readonly readyWithinMs?: number;
}

export interface SeriesAnswer {
  readonly metric: Record<string, string>;
  readonly value?: [number, string];
  readonly values?: [number, string][];
}

export class PrometheusUnderTest {
  readonly daemon: Daemon;
  readonly url: string;
  readonly dataFolder: string;
  readonly configFile: string;

  private constructor(daemon: Daemon, url: string, dataFolder: string, configFile: string) {
    this.daemon = daemon;
    this.url = url;
    this.dataFolder = dataFolder;
    this.configFile = configFile;
  }

  static async start(options: PrometheusOptions): Promise<PrometheusUnderTest> {
    const port = options.port ?? (await freePort());
    const configFile = join(options.folder, 'prometheus.yml');
    const dataFolder = join(options.folder, 'data');
    mkdirSync(dataFolder, { recursive: true });
    writeFileSync(configFile, options.config);
    const { command, args } =
      options.flavour === 'peer'
        ? { command: 'prometheus', args: [] }
        : ourCommand('server', options.flavour);
    const url = `http://127.0.0.1:${port}`;
    const daemon = await Daemon.start({
      command,
      args: [
        ...args,
        `--config.file=${configFile}`,
        `--storage.tsdb.path=${dataFolder}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--web.enable-lifecycle',
        ...(options.flags ?? []),
      ],
      readyUrl: `${url}/-/ready`,
      ...(options.env ? { env: options.env } : {}),
      ...(options.readyWithinMs ? { readyWithinMs: options.readyWithinMs } : {}),
    });
    return new PrometheusUnderTest(daemon, url, dataFolder, configFile);
  }

  /** `data` of an API answer; throws with the error text of one that failed. */
  async api<T>(path: string, parameters: Record<string, string> = {}): Promise<T> {
    const response = await fetch(`${this.url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const body = (await response.json()) as { status: string; data: T; error?: string };
    if (body.status !== 'success') throw new Error(`${path}: ${response.status} ${body.error}`);
    return body.data;
  }

  async query(query: string, time?: number): Promise<SeriesAnswer[]> {
    const data = await this.api<{ result: SeriesAnswer[] }>(
      'query',
      time ? { query, time: String(time) } : { query },
    );
    return data.result;
  }

  /** The value of the only series of an instant query. */
  async number(query: string): Promise<number> {
    const result = await this.query(query);
    if (result.length !== 1) throw new Error(`${query}: ${result.length} series instead of one`);
    return Number(result[0]!.value![1]);
  }

  async queryRange(query: string, start: number, end: number, step: number): Promise<SeriesAnswer[]> {
    const parameters = { query, start: String(start), end: String(end), step: String(step) };
    return (await this.api<{ result: SeriesAnswer[] }>('query_range', parameters)).result;
  }
}
