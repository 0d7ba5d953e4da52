// Start-up of the log: replay what is there into the head, mend what a crash left behind.
import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { WAL_FOLDER } from '../filenames.ts';
import type { Head } from '../head/head.ts';
import { Replay, type ReplayResult } from '../head/replay.ts';
import type { ResolvedOptions } from '../options.ts';
import { segmentsToReplay } from './checkpoint.ts';
import { repairLog } from './repair.ts';

/** Replays the log; unless the database is read-only, also repairs it. */
export function replayLog(head: Head, options: ResolvedOptions, minValidMs: number): ReplayResult {
  const folder = join(options.folder, WAL_FOLDER);
  const { checkpoint, segments } = segmentsToReplay(folder);
  const started = performance.now();
  const result = new Replay(head, minValidMs).run([...checkpoint, ...segments]);
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
