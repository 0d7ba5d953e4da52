// Style rules of docs/development.md that a program can check.
import { expect, test } from 'vitest';
import { linesMatching, trackedFiles } from './tracked-files.ts';

const sources = trackedFiles(/\.(ts|tsx|mjs|js|css)$/);
const thisFile = 'test/tidy/style.test.ts';

const MAX_LINES = 600;
/** Tables and generated files may be longer. */
const LONG_FILES = /(^|[/.-])(tables?|generated|gen)([/.-])/;

test(`no source file is longer than ${MAX_LINES} lines`, () => {
  const long = sources
    .filter(({ path, text }) => !LONG_FILES.test(path) && text.split('\n').length > MAX_LINES)
    .map(({ path, text }) => `${path}: ${text.split('\n').length}`);
  expect(long).toEqual([]);
});

test('no test is narrowed or switched off without a reason in its title', () => {
  const others = sources.filter(({ path }) => path !== thisFile && !path.startsWith('packages/testkit/'));
  expect(linesMatching(others, /\b(it|test|describe)\.(only|todo)\b/)).toEqual([]);
  expect(linesMatching(others, /\b(it|test|describe)\.skip\b(?!.*\[skipped: )/)).toEqual([]);
});

test('shared memory is never growable: that costs 10 to 30 times more per access', () => {
  const code = sources.filter(({ path }) => path !== thisFile);
  expect(linesMatching(code, /maxByteLength/)).toEqual([]);
});

test('no file names an absolute path of a machine', () => {
  const files = trackedFiles().filter(({ path }) => path !== thisFile);
  expect(linesMatching(files, /(^|[^a-zA-Z0-9.\-_])\/(work|root|home\/[a-z]+)\//)).toEqual([]);
});

test('types are not silenced', () => {
  const code = sources.filter(({ path }) => path !== thisFile);
  expect(linesMatching(code, /\bas any\b|@ts-ignore|@ts-nocheck/)).toEqual([]);
});

test('file names are kebab-case', () => {
  const names = sources
    .map(({ path }) => path)
    .filter((path) => !/^(\.?[a-z0-9_.-]+\/)*[a-z0-9.-]+$/.test(path));
  expect(names).toEqual([]);
});

test('nothing is exported as default but what a tool asks for', () => {
  const code = sources.filter(
    ({ path }) => !/\.config\.(ts|js)$|scripts\/test-reporter\.ts$/.test(path) && path !== thisFile,
  );
  expect(linesMatching(code, /^export default /)).toEqual([]);
});
