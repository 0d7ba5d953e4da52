// The tasks behind the npm scripts, run by scripts/bootstrap.mjs under the pinned Node with everything installed.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { bench } from './bench.ts';
import { build } from './build.ts';
import { root } from './root.ts';
import { start } from './start.ts';

/** Runs a program of the workspace to its end and returns its exit code. */
function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

const vitest = (args: readonly string[], env?: NodeJS.ProcessEnv) =>
  run(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...args], env);

const tasks: Record<string, (args: string[]) => Promise<number>> = {
  start,
  build,
  bench,
  test: (args) => vitest(args),
  'test:long': (args) => vitest(args, { LONG: '1' }),
  check: (args) =>
    run('pnpm', ['exec', 'turbo', 'run', 'check:types', 'check:biome', 'check:tidy', ...args], {
      TURBO_TELEMETRY_DISABLED: '1',
      DO_NOT_TRACK: '1',
    }),
  format: (args) => run('pnpm', ['exec', 'biome', 'check', '--write', ...args]),
};

const [name = '', ...args] = process.argv.slice(2);
const task = tasks[name];
if (!task) {
  console.error(`prometheus-ts: unknown task '${name}'; there are ${Object.keys(tasks).join(', ')}`);
  process.exit(2);
}
process.exitCode = await task(args);
