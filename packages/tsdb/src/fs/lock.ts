// The lock file of the data folder. Node has no flock, so the file says who holds it: process number and, on
// Linux, when that process started, so that a number that was given out again is not mistaken. A lock that a
// real Prometheus holds by flock is seen in /proc/locks. (Such a Prometheus does not see ours.)
import { closeSync, openSync, readFileSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '@prometheus-ts/model';
import { LOCK_FILE } from '../filenames.ts';
import { permissionHint } from './permission-hint.ts';

export interface FolderLock {
  /** Whether a lock file of a process that is gone was replaced. */
  readonly replaced: boolean;
  release(): void;
}

/** Throws CodedError `folder-locked` when a live process holds the folder, `folder-access` when it cannot be written. */
export function lockFolder(folder: string): FolderLock {
  const path = join(folder, LOCK_FILE);
  let replaced = false;
  for (let attempt = 0; ; attempt++) {
    try {
      const descriptor = openSync(path, 'wx', 0o666);
      writeSync(descriptor, `${process.pid} ${startOf(process.pid)}\n`);
      closeSync(descriptor);
      return { replaced, release: () => unlinkSync(path) };
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code;
      if (code !== 'EEXIST' || attempt === 3) {
        throw new CodedError('folder-access', `cannot create the lock file ${path}: ${code}`, {
          cause,
          place: { file: path },
          hint: permissionHint(folder),
        });
      }
    }
    const holder = findHolder(path);
    if (holder !== undefined) {
      throw new CodedError('folder-locked', `the data folder is locked by process ${holder}`, {
        place: { file: path },
        hint: 'stop that process, or give this one a data folder of its own',
      });
    }
    replaced = true;
    try {
      unlinkSync(path);
    } catch {
      // Another process replaced it at the same time; the next attempt tells who won.
    }
  }
}

/** Number of the live process that holds the lock file. */
function findHolder(path: string): number | undefined {
  let text: string;
  let inode: number;
  try {
    text = readFileSync(path, 'latin1');
    inode = statSync(path).ino;
  } catch {
    return undefined;
  }
  const [pid, start] = text.trim().split(' ');
  if (/^\d+$/.test(pid)) {
    const alive = start === '' || start === undefined ? isAlive(Number(pid)) : startOf(Number(pid)) === start;
    return alive ? Number(pid) : undefined;
  }
  return flockHolder(inode);
}

function flockHolder(inode: number): number | undefined {
  try {
    for (const line of readFileSync('/proc/locks', 'latin1').split('\n')) {
      // 1: FLOCK  ADVISORY  WRITE 1234 08:01:56789 0 EOF
      const [, kind, , , pid, place] = line.split(/\s+/);
      if (kind === 'FLOCK' && place?.endsWith(`:${inode}`)) return Number(pid);
    }
  } catch {
    // Not Linux.
  }
  return undefined;
}

/** When a process started, in the system's own count; '' when it is gone or the system does not say. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
