// Finds and reads the *.prom files. Folders on file systems inside the kernel are read at once; all others
// through the probe, since they may never answer. Only regular files are opened: a FIFO would wait for a writer.
import { closeSync, constants, fstatSync, globSync, openSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { CodedError } from '@prometheus-ts/model';
import type { CollectorContext } from '../collector.ts';
import { listFolder, readText } from '../files.ts';
import { type Mount, parseMountinfo } from '../proc/mountinfo.ts';
import { isLocalPath } from '../sys/filesystem-types.ts';

/** How long a folder or file on a network mount may take. */
const DEADLINE_MS = 3000;
const FILE_LIMIT_BYTES = 16 << 20;

export interface TextFile {
  /** As the folder was given, joined with the name. */
  readonly path: string;
  readonly body: Buffer;
  readonly mtimeMs: number;
}

export interface FolderResult {
  readonly files: readonly TextFile[];
  readonly failures: readonly { readonly path: string; readonly error: unknown }[];
}

/** Reads all *.prom files of all folders, which may be patterns. Rejects for nothing; failures are listed. */
export async function readFolders(
  patterns: readonly string[],
  context: CollectorContext,
): Promise<FolderResult> {
  const files: TextFile[] = [];
  const failures: { path: string; error: unknown }[] = [];
  const mounts = patterns.length === 0 ? [] : parseMountinfo(readText('/proc/self/mountinfo'));
  const attempt = async (path: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      failures.push({ path, error });
    }
  };
  for (const folder of patterns.flatMap(expand)) {
    await attempt(folder, async () => {
      for (const name of await list(folder, mounts, context)) {
        if (!name.endsWith('.prom')) continue;
        const path = `${folder.replace(/\/+$/, '')}/${name}`;
        await attempt(path, async () => {
          files.push({ path, ...(await read(path, mounts, context)) });
        });
      }
    });
  }
  return { files, failures };
}

/** A pattern that matches nothing stands for itself, so that a missing folder is told. */
function expand(pattern: string): string[] {
  if (!/[*?[]/.test(pattern)) return [pattern];
  const found = globSync(pattern).sort();
  return found.length === 0 ? [pattern] : found;
}

async function list(
  folder: string,
  mounts: readonly Mount[],
  { probe }: CollectorContext,
): Promise<string[]> {
  if (isLocal(folder, mounts)) return listFolder(folder);
  return (await probe.list(folder, DEADLINE_MS)).sort();
}

async function read(
  path: string,
  mounts: readonly Mount[],
  { probe }: CollectorContext,
): Promise<{ body: Buffer; mtimeMs: number }> {
  if (!isLocal(path, mounts)) {
    const { text, mtimeMs } = await probe.read(path, DEADLINE_MS);
    return { body: Buffer.from(text), mtimeMs };
  }
  if (!statSync(path).isFile()) throw notRegular(path);
  const handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const about = fstatSync(handle);
    if (!about.isFile()) throw notRegular(path);
    if (about.size > FILE_LIMIT_BYTES) {
      throw new CodedError('file_too_large', `${path} holds more than ${FILE_LIMIT_BYTES} bytes`);
    }
    return { body: readFileSync(handle), mtimeMs: about.mtimeMs };
  } finally {
    closeSync(handle);
  }
}

function isLocal(path: string, mounts: readonly Mount[]): boolean {
  return process.platform !== 'linux' || isLocalPath(resolve(path), mounts);
}

function notRegular(path: string): CodedError {
  return new CodedError('not_a_file', `${path} is not a regular file`, {
    hint: 'only regular files are read; a pipe or a folder of that name is left out',
  });
}
