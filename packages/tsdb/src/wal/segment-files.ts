// The segment files of a log's folder.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sequenceName, sequenceOf } from '../filenames.ts';

export interface SegmentFile {
  readonly sequence: number;
  readonly path: string;
}

/** In order; empty when the folder is absent. */
export function listSegments(folder: string): SegmentFile[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return names
    .map((name) => ({ sequence: sequenceOf(name) ?? -1, path: join(folder, name) }))
    .filter(({ sequence }) => sequence >= 0)
    .sort((a, b) => a.sequence - b.sequence);
}

export function segmentPath(folder: string, sequence: number): string {
  return join(folder, sequenceName(sequence, 8));
}

export function fileSize(path: string): number {
  return statSync(path).size;
}
