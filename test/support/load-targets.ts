import { fileURLToPath } from 'node:url';
import { freePort } from '@prometheus-ts/testkit';
import { Daemon } from './daemon.ts';

export interface LoadOptions {
  readonly targets: number;
  readonly series: number;
  readonly mode: 'sequence' | 'mixed';
  readonly gzip?: boolean;
}

/** Many scrape targets in a process of their own. */
export class LoadTargets {
  readonly ports: readonly number[];
  readonly daemon: Daemon;

  private constructor(ports: readonly number[], daemon: Daemon) {
    this.ports = ports;
    this.daemon = daemon;
  }

  static async start(options: LoadOptions): Promise<LoadTargets> {
    const ports: number[] = [];
    while (ports.length < options.targets) {
      const port = await freePort();
      if (!ports.includes(port)) ports.push(port);
    }
    const daemon = await Daemon.start({
      command: process.execPath,
      args: [
        fileURLToPath(new URL('./load-targets-main.ts', import.meta.url)),
        `--ports=${ports.join(',')}`,
        `--series=${options.series}`,
        `--mode=${options.mode}`,
        ...(options.gzip ? ['--gzip'] : []),
      ],
      readyUrl: `http://127.0.0.1:${ports.at(-1)}/served`,
    });
    return new LoadTargets(ports, daemon);
  }

  /** A scrape configuration for all of them. */
  config(interval: string): string {
    const targets = this.ports.map((port) => `'127.0.0.1:${port}'`).join(', ');
    return `
global: { scrape_interval: ${interval}, scrape_timeout: ${interval} }
scrape_configs:
  - job_name: load
    static_configs:
      - targets: [${targets}]
`;
  }

  /** Bodies sent whole so far, by port. */
  async served(): Promise<Record<string, number>> {
    return (await fetch(`http://127.0.0.1:${this.ports[0]}/served`)).json() as Promise<
      Record<string, number>
    >;
  }

  stop(): Promise<unknown> {
    return this.daemon.kill();
  }
}
