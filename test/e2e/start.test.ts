// `npm start` as the bootstrap runs it, on ports of the test's own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { eventually, freePort, temporaryFolder } from '@prometheus-ts/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { root } from '../../scripts/root.ts';

async function startStack() {
  const folder = temporaryFolder();
  const [serverPort, exporterPort] = [await freePort(), await freePort()];
  const config = join(folder, 'prometheus.yml');
  writeFileSync(
    config,
    `
global: { scrape_interval: 1s }
scrape_configs:
  - job_name: prometheus
    static_configs: [{ targets: ['127.0.0.1:${serverPort}'] }]
  - job_name: node
    static_configs: [{ targets: ['127.0.0.1:${exporterPort}'] }]
`,
  );
  const args = [
    join(root, 'scripts/bootstrap.mjs'),
    'start',
    `--config=${config}`,
    `--data=${join(folder, 'data')}`,
    `--server=127.0.0.1:${serverPort}`,
    `--node-exporter=127.0.0.1:${exporterPort}`,
  ];
  const launch = () => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const output: string[] = [];
    child.stdout.on('data', (data) => output.push(String(data)));
    child.stderr.on('data', (data) => output.push(String(data)));
    onTestFinished(() => void child.kill('SIGKILL'));
    return { child, output: () => output.join('') };
  };
  return { launch, serverPort, exporterPort };
}

test('npm start scrapes this host, prints the URLs and a query, and stops on a signal', {
  timeout: 60_000,
}, async () => {
  const { launch, serverPort, exporterPort } = await startStack();
  const { child, output } = launch();
  await eventually(() => expect(output()).toContain('Ctrl-C'), 40_000);
  expect(output()).toContain(`http://127.0.0.1:${serverPort}/`);
  expect(output()).toContain(`http://127.0.0.1:${exporterPort}/metrics`);
  expect(output()).toContain('node_cpu_seconds_total');
  await eventually(async () => {
    const answer = await fetch(`http://127.0.0.1:${serverPort}/api/v1/query?query=sum(up)`);
    const body = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
    expect(body.data.result[0]!.value[1]).toBe('2');
  }, 20_000);
  const exit = once(child, 'exit');
  child.kill('SIGINT');
  expect((await exit)[0]).toBe(0);
});

test('a taken port stops the start with address, port and the process that has it', {
  timeout: 60_000,
}, async () => {
  const { launch, serverPort } = await startStack();
  const blocker = createServer();
  onTestFinished(() => void blocker.close());
  await new Promise<void>((resolve) => blocker.listen(serverPort, '127.0.0.1', resolve));
  const { child, output } = launch();
  const [code] = await once(child, 'exit');
  expect(code).toBe(1);
  expect(output()).toContain(`127.0.0.1:${serverPort}`);
  expect(output()).toContain(String(process.pid));
});
