// Start-up of the log: replay what is there into the head, mend what a crash left behind.
import { truncateSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '@prometheus-ts/model';
import { HEAD_CHUNKS_FOLDER, WAL_FOLDER } from '../filenames.ts';
import { type FiledChunk, forEachChunk } from '../head/chunk-file-reader.ts';
import type { Head } from '../head/head.ts';
import { Replay, type ReplayResult } from '../head/replay.ts';
import type { ResolvedOptions } from '../options.ts';
import { segmentsToReplay } from './checkpoint.ts';
import { repairLog } from './repair.ts';
import { listSegments } from './segment-files.ts';

/** Replays the log; unless the database is read-only, also repairs it. */
export function replayLog(head: Head, options: ResolvedOptions, minValidMs: number): ReplayResult {
  const folder = join(options.folder, WAL_FOLDER);
  const { checkpoint, segments } = segmentsToReplay(folder);
  const started = performance.now();
  const filed = readChunkFiles(head, options);
  const result = new Replay(head, minValidMs, filed).run([...checkpoint, ...segments]);
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

/** The chunks in the head's chunk files, by series. A damaged file goes, and those after it: the log has their samples. */
function readChunkFiles(head: Head, options: ResolvedOptions): Map<number, FiledChunk[]> {
  const bySeries = new Map<number, FiledChunk[]>();
  const files = listSegments(join(options.folder, HEAD_CHUNKS_FOLDER));
  for (let i = 0; i < files.length; i++) {
    try {
      forEachChunk(files[i], ({ data: _data, ...chunk }) => {
        head.chunks.files?.restore(chunk.file, chunk.maxTimeMs);
        if (chunk.outOfOrder) return;
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
