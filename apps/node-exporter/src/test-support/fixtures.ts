// Upstream's fixtures as a folder of their own: a copy of the corpus with its archive unpacked.
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { corpusPath, makeTemporaryFolder } from '@prometheus-ts/testkit';

/** A new folder with `proc`, `sys`, `udev` and the rest; the caller removes it. */
export function unpackFixtures(): string {
  const folder = makeTemporaryFolder();
  cpSync(corpusPath('node_exporter'), folder, { recursive: true, verbatimSymlinks: true });
  execFileSync('tar', ['-xzf', join(folder, 'sys-udev.tar.gz'), '-C', folder]);
  // A link to a process in the kernel's file system, a file with its number in the corpus.
  rmSync(join(folder, 'proc/self'));
  symlinkSync('10', join(folder, 'proc/self'));
  return folder;
}
