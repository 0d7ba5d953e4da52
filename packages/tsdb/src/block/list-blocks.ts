// The block folders of a data folder.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isUlid } from './ulid.ts';

/** Paths of the folders whose names are ULIDs, sorted by name. */
export function listBlockFolders(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && isUlid(entry.name))
    .map((entry) => join(folder, entry.name))
    .sort();
}
