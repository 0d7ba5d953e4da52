// `npm run bench`: ours beside the real peer, in one run on this machine, as ratios.
// Names choose suites of test/bench; any other word chooses *.bench.ts files of the packages.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { root } from './root.ts';

interface Suite {
  /** Measures and prints. */
  run(): Promise<void>;
}

const suiteFolder = join(root, 'test/bench');
const DEFAULT_SUITES = ['ingest', 'memory', 'queries'];

function suiteNames(): string[] {
  return readdirSync(suiteFolder)
    .filter((name) => name.endsWith('-suite.ts'))
    .map((name) => name.replace('-suite.ts', ''));
}

/** Runs the suites and bench files that `args` names, or the default suites. */
export async function bench(args: string[]): Promise<number> {
  const known = suiteNames();
  const suites = args.length === 0 ? DEFAULT_SUITES : args.filter((name) => known.includes(name));
  const files = args.filter((name) => !known.includes(name));
  console.log(
    `${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`,
  );
  for (const name of suites) {
    const suite = (await import(join(suiteFolder, `${name}-suite.ts`))) as Suite;
    console.log(`\n== ${name}`);
    await suite.run();
  }
  if (files.length === 0) return 0;
  const config = join(root, 'test/bench/vitest.config.ts');
  const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', config, ...files];
  return spawnSync(process.execPath, vitest, { cwd: root, stdio: 'inherit' }).status ?? 1;
}
