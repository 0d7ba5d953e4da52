// Checkpoints: what is still needed of old segments, written as a log of its own in the folder
// `checkpoint.<number of the last segment it replaces>`.
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '@prometheus-ts/model';
import { syncFolder } from '../fs/sync.ts';
import type { WalCompression } from '../options.ts';
import { RecordFilter } from './record-filter.ts';
import { listSegments, type SegmentFile } from './segment-files.ts';
import { SegmentReader } from './segment-reader.ts';
import { WalWriter } from './wal-writer.ts';

const PREFIX = 'checkpoint.';
const TEMPORARY = '.tmp';
const SEGMENT_BYTES = 128 * 2 ** 20;
/** Records are written in pieces of about this size. */
const FLUSH_BYTES = 1024 * 1024;

export interface Checkpoint {
  readonly folder: string;
  /** The last segment that it replaces. */
  readonly sequence: number;
}

export interface CheckpointRequest {
  /** The log's folder. */
  readonly folder: string;
  /** The segments to replace, both ends included. */
  readonly from: number;
  readonly to: number;
  /** Samples before this are dropped. */
  readonly minTimeMs: number;
  readonly compression: WalCompression;
}

/** Finished checkpoints in the log's folder, the oldest first. */
export function listCheckpoints(folder: string): Checkpoint[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.startsWith(PREFIX) && /^\d+$/.test(name.slice(PREFIX.length)))
    .map((name) => ({ folder: join(folder, name), sequence: Number(name.slice(PREFIX.length)) }))
    .sort((a, b) => a.sequence - b.sequence);
}

/** The segments to replay: those of the newest checkpoint, then those after it. */
export function segmentsToReplay(folder: string): { checkpoint: SegmentFile[]; segments: SegmentFile[] } {
  const newest = listCheckpoints(folder).at(-1);
  return {
    checkpoint: newest ? listSegments(newest.folder) : [],
    segments: listSegments(folder).filter(({ sequence }) => sequence > (newest?.sequence ?? -1)),
  };
}

/**
 * Writes the checkpoint of segments `from` to `to` and of the checkpoint before them.
 * @param keepSeries whether a series is still needed, by its number in the log
 * Throws CodedError `wal-corrupt` when a segment is damaged; nothing has changed then.
 */
export function writeCheckpoint(request: CheckpointRequest, keepSeries: (ref: number) => boolean): void {
  const { folder, to, minTimeMs, compression } = request;
  const target = join(folder, PREFIX + String(to).padStart(8, '0'));
  const temporary = target + TEMPORARY;
  removeTemporary(folder);
  const output = new WalWriter({
    folder: temporary,
    segmentBytes: SEGMENT_BYTES,
    compression,
    log: () => {},
  });
  try {
    const filter = new RecordFilter(keepSeries, minTimeMs);
    for (const segment of sources(request)) copySegment(segment, filter, output);
    const rest = filter.finish();
    if (rest) output.write(rest);
    output.close();
    syncFolder(temporary);
    renameSync(temporary, target);
    syncFolder(folder);
  } catch (error) {
    output.close();
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** Removes all but the newest checkpoint, and what is left of unfinished ones. */
export function removeOldCheckpoints(folder: string): void {
  for (const { folder: old } of listCheckpoints(folder).slice(0, -1))
    rmSync(old, { recursive: true, force: true });
  removeTemporary(folder);
}

function removeTemporary(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (name.startsWith(PREFIX) && name.endsWith(TEMPORARY)) rmSync(join(folder, name), { recursive: true });
  }
}

function sources({ folder, from, to }: CheckpointRequest): SegmentFile[] {
  const newest = listCheckpoints(folder).at(-1);
  if (newest && from > newest.sequence + 1) {
    throw new CodedError(
      'wal-gap',
      `segments ${newest.sequence + 1} to ${from - 1} of ${folder} are missing`,
    );
  }
  const first = newest ? newest.sequence + 1 : from;
  const segments = listSegments(folder).filter(({ sequence }) => sequence >= first && sequence <= to);
  return newest ? [...listSegments(newest.folder), ...segments] : segments;
}

function copySegment({ path, sequence }: SegmentFile, filter: RecordFilter, output: WalWriter): void {
  const reader = new SegmentReader(path, sequence);
  let pending = 0;
  try {
    for (let record = reader.next(); record !== undefined; record = reader.next()) {
      const kept = filter.apply(record);
      if (!kept) continue;
      output.write(kept);
      pending += kept.length;
      if (pending < FLUSH_BYTES) continue;
      output.flush();
      pending = 0;
    }
    output.flush();
  } finally {
    reader.close();
  }
}
