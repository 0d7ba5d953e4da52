// Start-up of the log: replay what is there into the head, mend what a crash left behind.
import { truncateSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError, SampleColumns } from '@prometheus-ts/model';
import type { Decoder } from '../bytes/decoder.ts';
import { decodeChunk } from '../chunk/decode.ts';
import { HEAD_CHUNKS_FOLDER, WAL_FOLDER, WBL_FOLDER } from '../filenames.ts';
import { type FiledChunk, forEachChunk } from '../head/chunk-file-reader.ts';
import type { Head } from '../head/head.ts';
import { Replay, type ReplayResult } from '../head/replay.ts';
import type { LogFunction } from '../options.ts';
import { segmentsToReplay } from './checkpoint.ts';
import { repairLog } from './repair.ts';
import { listSegments } from './segment-files.ts';

/** What a replay needs to know; structured-cloneable but for `log`. */
export interface ReplaySettings {
  readonly folder: string;
  readonly readOnly: boolean;
  /** Samples before this are in blocks. */
  readonly minValidMs: number;
  readonly log: LogFunction;
}

/** Replays the log into an empty head; unless the database is read-only, also repairs it. */
export function replayLog(head: Head, options: ReplaySettings): ReplayResult {
  const { minValidMs } = options;
  const folder = join(options.folder, WAL_FOLDER);
  const { checkpoint, segments } = segmentsToReplay(folder);
  const started = performance.now();
  const filed = readChunkFiles(head, options);
  const replay = new Replay(head, minValidMs, filed);
  const result = replay.run([...checkpoint, ...segments]);
  replayLateLog(replay, options);
  if (!options.readOnly) {
    const last = segments.at(-1);
    if (result.corruption) repairLog(folder, result.corruption, options.log);
    else if (last && result.tornAt !== undefined) {
      options.log('warn', 'The log ends inside a record; cutting it', {
        file: last.path,
        offset: result.tornAt,
      });
      truncateSync(last.path, result.tornAt);
    }
  }
  if (result.unknownRefs > 0) {
    options.log('warn', 'Unknown series references', { samples: result.unknownRefs });
  }
  options.log('info', 'WAL replay completed', {
    segments: segments.length,
    samples: result.samples,
    duration: `${Math.round(performance.now() - started)}ms`,
  });
  return result;
}

/** Replays the log of out-of-order samples, when there is one; damage there costs what comes after it. */
function replayLateLog(replay: Replay, options: ReplaySettings): void {
  const folder = join(options.folder, WBL_FOLDER);
  const segments = listSegments(folder);
  if (segments.length === 0) return;
  const { corruption, tornAt } = replay.runLate(segments);
  if (options.readOnly) return;
  if (corruption) repairLog(folder, corruption, options.log);
  else if (tornAt !== undefined) truncateSync(segments[segments.length - 1].path, tornAt);
}

function decodeWhole(encoding: number, data: Decoder): SampleColumns {
  const columns = new SampleColumns();
  decodeChunk(encoding, data, -Infinity, Infinity, columns);
  return columns;
}

/** The chunks in the head's chunk files, by series. A damaged file goes, and those after it: the log has their samples. */
function readChunkFiles(head: Head, options: ReplaySettings): Map<number, FiledChunk[]> {
  const bySeries = new Map<number, FiledChunk[]>();
  const files = listSegments(join(options.folder, HEAD_CHUNKS_FOLDER));
  for (let i = 0; i < files.length; i++) {
    try {
      forEachChunk(files[i], ({ data, ...rest }) => {
        head.chunks.files?.restore(rest.file, rest.maxTimeMs);
        const chunk = rest.outOfOrder ? { ...rest, late: decodeWhole(rest.encoding, data) } : rest;
        const chunks = bySeries.get(chunk.walRef);
        if (chunks) chunks.push(chunk);
        else bySeries.set(chunk.walRef, [chunk]);
      });
    } catch (error) {
      if (!(error instanceof CodedError) || error.code !== 'chunk-file-corrupt') throw error;
      options.log('error', 'Removing corrupted head chunk files', { file: files[i].path, err: error });
      const gone = new Set(files.slice(i).map(({ sequence }) => sequence));
      if (!options.readOnly) for (const { path } of files.slice(i)) unlinkSync(path);
      for (const [ref, chunks] of bySeries) {
        bySeries.set(
          ref,
          chunks.filter(({ file }) => !gone.has(file)),
        );
      }
      break;
    }
  }
  return bySeries;
}
