// What a test needs from outside the repository: the corpus and real peers. `npm test` skips, visibly, what
// is absent; with REQUIRE_PEERS=1 (in .ci/run) absence is a failure.
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'vitest';

const repositoryRoot = fileURLToPath(new URL('../../../', import.meta.url));
const required = process.env['REQUIRE_PEERS'] === '1';

/** The folder of the corpus, which may not exist: CORPUS_DIR, else beside the checkout. */
export const corpusFolder = resolve(
  process.env['CORPUS_DIR'] ?? join(repositoryRoot, '..', 'shared', 'corpus'),
);

/** Absolute path of something in the corpus. */
export function corpusPath(...parts: string[]): string {
  return join(corpusFolder, ...parts);
}

/** Absolute path of a program on PATH, or undefined. */
export function findProgram(name: string): string | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {}
  }
  return undefined;
}

type Body = () => void;

/** Like `describe`, for tests that need `missing`, which is there when `present`. */
export function describeWhen(present: boolean, missing: string, title: string, body: Body): void {
  if (present) describe(title, body);
  else if (required) throw new Error(`${title}: ${missing} is required here and absent`);
  // The body is not looked into: it may read what is absent to make its table of cases.
  else
    describe.skip(`${title} [skipped: ${missing} is absent]`, () => void test(`needs ${missing}`, () => {}));
}

/** Like `describe`, for tests that read the corpus; `part` is the folder below it that they need. */
export function describeCorpus(part: string, title: string, body: Body): void {
  describeWhen(existsSync(corpusPath(part)), `corpus/${part}`, title, body);
}

/** Like `describe`, for tests that run real programs beside ours. */
export function describePeers(programs: readonly string[], title: string, body: Body): void {
  const missing = programs.filter((name) => findProgram(name) === undefined);
  describeWhen(missing.length === 0, missing.join(', '), title, body);
}
