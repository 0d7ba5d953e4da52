// Cuts a damaged log back to its last good record, as upstream does: what comes after the damage cannot be
// trusted, for records refer to earlier ones.
import { truncateSync, unlinkSync } from 'node:fs';
import type { CodedError } from '@prometheus-ts/model';
import type { LogFunction } from '../options.ts';
import { listSegments } from './segment-files.ts';

/** @param corruption a `wal-corrupt` error that says segment and offset */
export function repairLog(folder: string, corruption: CodedError, log: LogFunction): void {
  const { segment, offset } = corruption.place;
  if (segment === undefined || offset === undefined) throw corruption;
  log('warn', 'Starting corruption repair', { segment, offset, err: corruption.message });
  for (const { path, sequence } of listSegments(folder)) {
    if (sequence > segment) {
      log('warn', 'Deleting segment behind the corrupted one', { segment: sequence });
      unlinkSync(path);
    } else if (sequence === segment) {
      log('warn', 'Cutting corrupted segment', { segment, offset });
      truncateSync(path, offset);
    }
  }
}
