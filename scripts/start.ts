// `npm start`: the stack on this host, from source, until Ctrl-C.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './root.ts';

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 30_000;

interface Daemon {
  readonly name: string;
  readonly entry: string;
  readonly url: string;
  readonly flags: readonly string[];
}

const options = {
  config: { type: 'string', default: join(root, 'deploy/examples/prometheus.yml') },
  data: { type: 'string', default: join(root, 'data') },
  server: { type: 'string', default: '127.0.0.1:9090' },
  'node-exporter': { type: 'string', default: '127.0.0.1:9100' },
} as const;

function launch(daemon: Daemon): ChildProcess {
  return spawn(process.execPath, [join(root, daemon.entry), ...daemon.flags], {
    cwd: root,
    stdio: 'inherit',
  });
}

/** Polls `/-/ready` (or the landing page) until it answers 200; false when the process ends or time is up first. */
async function becomesReady(daemon: Daemon, child: ChildProcess): Promise<boolean> {
  const deadline = Date.now() + READY_WITHIN_MS;
  const path = daemon.name === 'prometheus' ? '/-/ready' : '/';
  while (Date.now() < deadline && child.exitCode === null && child.signalCode === null) {
    // Whoever else has the port may accept and never answer.
    const ready = await fetch(`http://${daemon.url}${path}`, { signal: AbortSignal.timeout(1_000) }).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return child.exitCode === null;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

const exited = (child: ChildProcess): Promise<number> =>
  new Promise((resolve) => {
    const done = (code: number | null, signal: string | null) => resolve(signal ? 1 : (code ?? 1));
    if (child.exitCode !== null || child.signalCode !== null) done(child.exitCode, child.signalCode);
    else child.once('exit', done);
  });

async function stopAll(children: readonly ChildProcess[]): Promise<number> {
  for (const child of children) if (child.exitCode === null) child.kill('SIGTERM');
  const timer = setTimeout(() => children.forEach((child) => void child.kill('SIGKILL')), STOP_WITHIN_MS);
  const codes = await Promise.all(children.map(exited));
  clearTimeout(timer);
  return Math.max(...codes);
}

/** Runs server and node_exporter until a signal (exit 0) or until one of them ends by itself (exit 1). */
export async function start(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options });
  mkdirSync(values.data, { recursive: true });
  const daemons: Daemon[] = [
    {
      name: 'node_exporter',
      entry: 'apps/node-exporter/src/main.ts',
      url: values['node-exporter'],
      flags: [`--web.listen-address=${values['node-exporter']}`, '--log.level=warn'],
    },
    {
      name: 'prometheus',
      entry: 'apps/server/src/main.ts',
      url: values.server,
      flags: [
        `--config.file=${values.config}`,
        `--storage.tsdb.path=${join(values.data, 'prometheus')}`,
        `--web.listen-address=${values.server}`,
        '--web.enable-lifecycle',
        '--log.level=warn',
      ],
    },
  ];
  const children = daemons.map(launch);
  const stopped = new Promise<'signal'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve('signal'));
  });
  const ready = await Promise.race([
    stopped,
    Promise.all(daemons.map((daemon, index) => becomesReady(daemon, children[index]!))),
  ]);
  if (ready !== 'signal' && ready.includes(false)) {
    const failed = daemons.filter((_, index) => !ready[index]).map(({ name }) => name);
    console.error(`prometheus-ts: ${failed.join(' and ')} did not start; the message above says why`);
    await stopAll(children);
    return 1;
  }
  if (ready !== 'signal') {
    const query = '100 - (avg by (instance) (irate(node_cpu_seconds_total{mode="idle"}[5m])) * 100)';
    console.log(`
  Prometheus      http://${values.server}/
  node_exporter   http://${values['node-exporter']}/metrics
  data            ${values.data}

  Try this query (CPU in use, percent):
    ${query}
    http://${values.server}/query?g0.expr=${encodeURIComponent(query)}&g0.tab=0

  Ctrl-C stops everything.
`);
  }
  const end = await Promise.race([stopped, ...children.map(exited)]);
  if (end !== 'signal') console.error('prometheus-ts: a daemon ended by itself; stopping the other');
  const code = await stopAll(children);
  return end === 'signal' ? code : 1;
}
