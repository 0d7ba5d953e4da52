// The files that git knows (or would add), read once for all tidy tests.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/root.ts';

export interface TrackedFile {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

const BINARY = /\.(png|ico|gz|woff2?|snap)$/;

/** Every text file of the repository: tracked, or untracked and not ignored. */
export function trackedFiles(pattern = /./): TrackedFile[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  return listed
    .split('\0')
    .filter((path) => path !== '' && pattern.test(path) && !BINARY.test(path) && existsSync(join(root, path)))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** `path:line` of every line that matches. */
export function linesMatching(files: readonly TrackedFile[], pattern: RegExp): string[] {
  return files.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );
}
