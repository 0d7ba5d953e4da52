// `npm run build`: a single executable of every app into dist/bin/, for the platform it runs on.
//
// An app's package.json says how it is built:
//   "binary": { "name": "prometheus", "main": "./src/main.ts", "workers": { "query": "./src/query/worker.ts" },
//               "assets": { "page/": "./dist/page" } }
// The main file becomes an ES module bundle, each worker a CommonJS bundle that is carried as the asset
// `worker-<name>.cjs`, and bcrypt's prebuilt addon is carried as the asset `bcrypt.node`.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { type BuildOptions, build as bundle, type Plugin } from 'esbuild';
import { root } from './root.ts';

interface Binary {
  readonly name: string;
  readonly main: string;
  readonly workers?: Readonly<Record<string, string>>;
  /** Files or folders that are carried; a folder's files are named `<key><path below it>`. */
  readonly assets?: Readonly<Record<string, string>>;
  /** `process.platform` values this app is for; all when absent. */
  readonly platforms?: readonly string[];
}

interface App {
  readonly folder: string;
  readonly binary: Binary;
}

const output = join(root, 'dist');

function findApps(wanted: readonly string[]): App[] {
  const apps: App[] = [];
  for (const name of readdirSync(join(root, 'apps'))) {
    const folder = join(root, 'apps', name);
    const manifest = join(folder, 'package.json');
    if (!existsSync(manifest)) continue;
    const { binary } = JSON.parse(readFileSync(manifest, 'utf8')) as { binary?: Binary };
    if (!binary || (binary.platforms && !binary.platforms.includes(process.platform))) continue;
    if (wanted.length === 0 || wanted.includes(binary.name)) apps.push({ folder, binary });
  }
  return apps;
}

/**
 * bcrypt finds its addon through node-gyp-build, by a path that does not exist inside an executable. There the
 * addon is an asset: written to a private folder, loaded, and removed at once where the system allows it.
 */
const bcryptAddon: Plugin = {
  name: 'bcrypt-addon',
  setup(build) {
    build.onResolve({ filter: /^node-gyp-build$/ }, () => ({ path: 'bcrypt-addon', namespace: 'addon' }));
    build.onLoad({ filter: /.*/, namespace: 'addon' }, () => ({
      contents: `
        const { mkdtempSync, rmSync, writeFileSync } = require('node:fs');
        const { tmpdir } = require('node:os');
        const { join } = require('node:path');
        const sea = require('node:sea');
        module.exports = () => {
          const parent = process.env.PROMETHEUS_NATIVE_DIR || tmpdir();
          let folder;
          try {
            folder = mkdtempSync(join(parent, 'prometheus-native-'));
            const file = join(folder, 'bcrypt.node');
            writeFileSync(file, Buffer.from(sea.getAsset('bcrypt.node')), { mode: 0o500 });
            const addon = { exports: {} };
            process.dlopen(addon, file);
            return addon.exports;
          } catch (error) {
            throw new Error('cannot load the password addon from ' + parent + ': ' + error.message +
              '; set PROMETHEUS_NATIVE_DIR to a folder that is writable and not mounted noexec', { cause: error });
          } finally {
            if (folder) rmSync(folder, { recursive: true, force: true });
          }
        };`,
      loader: 'js',
    }));
  },
};

function bcryptPrebuild(): string {
  const fromWebConfig = createRequire(join(root, 'packages/web-config/package.json'));
  const folder = join(
    dirname(fromWebConfig.resolve('bcrypt/package.json')),
    'prebuilds',
    `${process.platform}-${process.arch}`,
  );
  const libc = process.platform === 'linux' ? 'bcrypt.glibc.node' : 'bcrypt.node';
  const path = [join(folder, libc), join(folder, 'bcrypt.node')].find(existsSync);
  if (!path) throw new Error(`bcrypt has no prebuilt addon for ${process.platform}-${process.arch}`);
  return path;
}

const shared: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node26',
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [bcryptAddon],
  define: { 'process.env.NODE_ENV': '"production"' },
};

async function bundleMain(app: App, outfile: string): Promise<void> {
  await bundle({
    ...shared,
    entryPoints: [join(app.folder, app.binary.main)],
    format: 'esm',
    outfile,
    // CommonJS packages inside an ES module bundle still use the names that a CommonJS file has.
    banner: {
      js: `import { createRequire as __createRequire } from 'node:module';
const require = __createRequire(process.execPath), __filename = process.execPath, __dirname = process.cwd();`,
    },
  });
}

async function bundleWorker(app: App, source: string, outfile: string): Promise<void> {
  await bundle({
    ...shared,
    entryPoints: [join(app.folder, source)],
    format: 'cjs',
    outfile,
    define: { ...shared.define, 'import.meta.url': '__worker_url' },
    banner: { js: "const __worker_url = require('node:url').pathToFileURL(process.execPath).href;" },
  });
}

/** Names and paths of the files below `path`, which may be a file itself. */
function assetFiles(key: string, path: string): [string, string][] {
  if (!statSync(path).isDirectory()) return [[key, path]];
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => {
    const file = join(entry.parentPath, entry.name);
    return [key + relative(path, file).replaceAll('\\', '/'), file];
  });
}

async function buildApp(app: App): Promise<string> {
  const { binary } = app;
  const work = join(output, 'bundle', binary.name);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const main = join(work, 'main.mjs');
  await bundleMain(app, main);
  const assets: Record<string, string> = { 'bcrypt.node': bcryptPrebuild() };
  for (const [name, source] of Object.entries(binary.workers ?? {})) {
    const file = join(work, `worker-${name}.cjs`);
    await bundleWorker(app, source, file);
    assets[`worker-${name}.cjs`] = file;
  }
  for (const [key, path] of Object.entries(binary.assets ?? {})) {
    for (const [name, file] of assetFiles(key, join(app.folder, path))) assets[name] = file;
  }
  const executable = join(output, 'bin', process.platform === 'win32' ? `${binary.name}.exe` : binary.name);
  mkdirSync(dirname(executable), { recursive: true });
  const config = join(work, 'sea.json');
  writeFileSync(
    config,
    JSON.stringify({
      main,
      mainFormat: 'module',
      output: executable,
      executable: process.execPath,
      disableExperimentalSEAWarning: true,
      useCodeCache: false,
      useSnapshot: false,
      execArgv: ['--no-warnings'],
      execArgvExtension: 'none',
      assets,
    }),
  );
  execFileSync(process.execPath, ['--build-sea', config], { stdio: ['ignore', 'ignore', 'inherit'] });
  return executable;
}

/** Builds the named binaries, or all of this platform, and prints a line with the size of each. */
export async function build(args: string[]): Promise<number> {
  const apps = findApps(args);
  if (apps.length === 0) {
    console.error(
      `prometheus-ts: nothing to build${args.length > 0 ? ` by the name of ${args.join(', ')}` : ''}`,
    );
    return 1;
  }
  for (const app of apps) {
    const startedMs = Date.now();
    const executable = await buildApp(app);
    const megabytes = Math.round(statSync(executable).size / 1e6);
    console.log(`${relative(root, executable)}  ${megabytes} MB  ${Date.now() - startedMs} ms`);
  }
  return 0;
}
