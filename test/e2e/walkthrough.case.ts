// The walkthrough that newcomers follow, on a server and an exporter from source or as binaries.

import { rmSync } from 'node:fs';
import { describeWhen, eventually, freePort, makeTemporaryFolder } from '@prometheus-ts/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Daemon, ourCommand } from '../support/daemon.ts';
import { PrometheusUnderTest } from '../support/prometheus.ts';
import { pythonClientPresent, startPythonProgram } from '../support/python-client.ts';

const CPU_IN_USE = '100 - (avg by (instance) (irate(node_cpu_seconds_total{mode="idle"}[5m])) * 100)';

interface TargetsAnswer {
  activeTargets: { scrapePool: string; health: string; lastError: string; labels: Record<string, string> }[];
}

export function describeWalkthrough(flavour: 'source' | 'binary', present: boolean): void {
  const needs = present ? 'python3-prometheus-client' : 'dist/bin (npm run build)';
  describeWhen(present && pythonClientPresent(), needs, `the newcomer's walkthrough, from ${flavour}`, () => {
    const folder = makeTemporaryFolder();
    let exporter: Daemon;
    let python: Daemon;
    let server: PrometheusUnderTest;
    let appPort: number;
    const startedSeconds = Date.now() / 1000;

    beforeAll(async () => {
      const exporterPort = await freePort();
      const metricsPort = await freePort();
      appPort = await freePort();
      const { command, args } = ourCommand('node-exporter', flavour);
      exporter = await Daemon.start({
        command,
        args: [...args, `--web.listen-address=127.0.0.1:${exporterPort}`],
        cwd: folder,
        readyUrl: `http://127.0.0.1:${exporterPort}/metrics`,
      });
      python = await startPythonProgram(metricsPort, appPort);
      server = await PrometheusUnderTest.start({
        flavour,
        folder,
        config: `
global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:
  - job_name: node
    static_configs: [{ targets: ['127.0.0.1:${exporterPort}'] }]
  - job_name: hello
    static_configs: [{ targets: ['127.0.0.1:${metricsPort}'] }]
`,
      });
    });

    afterAll(async () => {
      await Promise.all([exporter?.kill(), python?.kill(), server?.daemon.kill()]);
      rmSync(folder, { recursive: true, force: true });
    });

    test('both targets come up', async () => {
      await eventually(async () => expect(await server.number('sum(up)')).toBe(2), 15_000);
    });

    test('hello_world_total grows with every request', async () => {
      await eventually(async () => expect(await server.number('hello_world_total')).toBe(0));
      for (let i = 0; i < 25; i++)
        await fetch(`http://127.0.0.1:${appPort}/`).then((response) => response.text());
      await eventually(async () => expect(await server.number('hello_world_total')).toBe(25));
      const rate = await eventually(() => server.number('rate(hello_world_total[1m])'));
      expect(rate).toBeGreaterThan(0);
    });

    test('the CPU query draws a line of percentages', async () => {
      const lines = await eventually(async () => {
        const end = Date.now() / 1000;
        const answer = await server.queryRange(CPU_IN_USE, startedSeconds, end, 1);
        expect(answer[0]!.values!.length).toBeGreaterThanOrEqual(3);
        return answer;
      });
      expect(lines).toHaveLength(1);
      for (const [, value] of lines[0]!.values!) {
        expect(Number(value)).toBeGreaterThanOrEqual(-1);
        expect(Number(value)).toBeLessThanOrEqual(100);
      }
    });

    test('a killed target turns up to 0 with a last error that says why', async () => {
      await python.kill();
      await eventually(async () => expect(await server.number('up{job="hello"}')).toBe(0));
      const { activeTargets } = await server.api<TargetsAnswer>('targets');
      const hello = activeTargets.find(({ scrapePool }) => scrapePool === 'hello')!;
      expect(hello.health).toBe('down');
      expect(hello.lastError).toMatch(/refused/);
      expect(await server.number('up{job="node"}')).toBe(1);
    });

    test('the vanished target goes stale at once', async () => {
      await eventually(async () => expect(await server.query('hello_world_total')).toEqual([]));
    });

    test('SIGTERM ends both with exit code 0', async () => {
      expect(await exporter.stop()).toBe(0);
      expect(await server.daemon.stop()).toBe(0);
    });
  });
}
