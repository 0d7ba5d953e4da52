// Names of what lies in the data folder. Upstream's, so that both find each other's files.

export const WAL_FOLDER = 'wal';
export const WBL_FOLDER = 'wbl';
export const HEAD_CHUNKS_FOLDER = 'chunks_head';
export const LOCK_FILE = 'lock';
export const META_FILE = 'meta.json';
export const INDEX_FILE = 'index';
export const TOMBSTONES_FILE = 'tombstones';
export const CHUNKS_FOLDER = 'chunks';
export const SNAPSHOTS_FOLDER = 'snapshots';
/** A block that is being written. */
export const BEING_CREATED = '.tmp-for-creation';
/** A block that is being deleted. */
export const BEING_DELETED = '.tmp-for-deletion';

/** The number of a segment or chunk file from its name, undefined when it is something else. */
export function sequenceOf(name: string): number | undefined {
  return /^\d{6,15}$/.test(name) ? Number(name) : undefined;
}

export function sequenceName(sequence: number, digits = 6): string {
  return String(sequence).padStart(digits, '0');
}
