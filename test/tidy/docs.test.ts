// Docs name files and commands that exist.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/root.ts';
import { trackedFiles } from './tracked-files.ts';

const docs = trackedFiles(/\.md$/);
const TOP = /^(apps|packages|deploy|test|scripts|docs|\.ci|\.github)\//;
/** Made by a build or by a run, so not in the repository. */
const MADE = /^(dist|data)\//;

test('every path of this repository that a page names exists', () => {
  const missing = docs.flatMap(({ path, text }) =>
    [...text.matchAll(/`([\w@./-]+)`/g)]
      .map((match) => match[1]!)
      .filter((name) => TOP.test(name) && !MADE.test(name) && !existsSync(join(root, name)))
      .map((name) => `${path}: ${name}`),
  );
  expect(missing).toEqual([]);
});

test('every relative link leads somewhere', () => {
  const missing = docs.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\(([^)#:]+)(#[^)]*)?\)/g)]
      .map((match) => match[1]!)
      .filter((link) => !existsSync(join(root, dirname(path), link)))
      .map((link) => `${path}: ${link}`),
  );
  expect(missing).toEqual([]);
});

test('every npm script that a page names exists', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const missing = docs.flatMap(({ path, text }) =>
    [...text.matchAll(/npm run ([\w:]+)/g)]
      .filter((match) => !(match[1]! in scripts))
      .map((match) => `${path}: ${match[1]}`),
  );
  expect(missing).toEqual([]);
});
