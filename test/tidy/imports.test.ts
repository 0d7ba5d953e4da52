// Arrows point down only: apps import packages, packages import packages without cycles, nobody imports an app
// (but test/, which starts them). What a package imports, its package.json declares.
import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/root.ts';
import { trackedFiles } from './tracked-files.ts';

const SCOPE = '@prometheus-ts/';
const TESTS = /\.(test|bench|fuzz|case)\.tsx?$|\.test-support\.ts$|(^|\/)test-support\//;

interface Import {
  readonly from: string;
  readonly room: string;
  readonly specifier: string;
}

const imports: Import[] = trackedFiles(/^(apps|packages|test)\/.*\.(ts|tsx)$/).flatMap(({ path, text }) => {
  const room = path.startsWith('test/') ? 'test' : path.split('/').slice(0, 2).join('/');
  const statements = text.matchAll(
    /^\s*(?:import|export)\b[^'";]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm,
  );
  return [...statements].map((match) => ({
    from: path,
    room,
    specifier: (match[1] ?? match[2] ?? match[3])!,
  }));
});

const packageName = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

function manifest(room: string): { name: string; dependencies: string[]; devDependencies: string[] } {
  const content = JSON.parse(readFileSync(join(root, room, 'package.json'), 'utf8'));
  return {
    name: content.name,
    dependencies: Object.keys(content.dependencies ?? {}),
    devDependencies: Object.keys(content.devDependencies ?? {}),
  };
}

const rooms = [...new Set(imports.map(({ room }) => room))];
const roomOfName = new Map(rooms.map((room) => [manifest(room).name, room]));

test('no package imports an app, and no app another app', () => {
  const wrong = imports.filter(({ room, specifier }) => {
    const target = roomOfName.get(packageName(specifier));
    return target?.startsWith('apps/') && room !== 'test' && target !== room;
  });
  expect(wrong).toEqual([]);
});

test('promql and tsdb know each other only through model', () => {
  const wrong = imports.filter(({ from, room, specifier }) => {
    if (TESTS.test(from)) return false;
    const other = { 'packages/promql': 'tsdb', 'packages/tsdb': 'promql' }[room];
    return other !== undefined && specifier.startsWith(SCOPE + other);
  });
  expect(wrong).toEqual([]);
});

test('relative imports stay inside their package', () => {
  const wrong = imports.filter(({ from, room, specifier }) => {
    if (!specifier.startsWith('.') || room === 'test') return false;
    return !join(dirname(from), specifier).replaceAll('\\', '/').startsWith(`${room}/`);
  });
  expect(wrong).toEqual([]);
});

test('relative imports name a file that exists', () => {
  const wrong = imports.filter(
    ({ from, specifier }) =>
      specifier.startsWith('.') && !existsSync(join(root, dirname(from), specifier.replace(/\?.*$/, ''))),
  );
  expect(wrong).toEqual([]);
});

test('every imported package is declared where it is imported', () => {
  const rootTools = new Set(['vitest', 'vite', 'fast-check', 'esbuild', 'playwright-core']);
  const wrong = imports.filter(({ from, room, specifier }) => {
    if (specifier.startsWith('.') || specifier.startsWith('node:') || isBuiltin(specifier)) return false;
    const name = packageName(specifier);
    const { name: own, dependencies, devDependencies } = manifest(room);
    if (name === own || dependencies.includes(name)) return false;
    const testCode = TESTS.test(from) || room === 'test' || room === 'packages/testkit';
    const typesOnly = devDependencies.includes(`@types/${name}`);
    return !(testCode && (rootTools.has(name) || devDependencies.includes(name))) && !typesOnly;
  });
  expect(wrong).toEqual([]);
});

test('there is no cycle between packages', () => {
  const edges = new Map<string, Set<string>>();
  for (const { from, room, specifier } of imports) {
    const target = roomOfName.get(packageName(specifier));
    if (!target || target === room || TESTS.test(from)) continue;
    edges.set(room, (edges.get(room) ?? new Set()).add(target));
  }
  const cycles: string[] = [];
  const visit = (room: string, path: readonly string[]): void => {
    if (path.includes(room)) cycles.push([...path.slice(path.indexOf(room)), room].join(' → '));
    else for (const next of edges.get(room) ?? []) visit(next, [...path, room]);
  };
  for (const room of edges.keys()) visit(room, []);
  expect(cycles).toEqual([]);
});
