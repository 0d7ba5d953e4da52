// Replay in the maintenance thread: it owns the head while it fills it, then hands it over. All of the head is
// in shared memory but for what the answer carries.

import type { HeadHandle } from '../head/layout.ts';
import { type HeadSettings, openHead } from '../head/open-head.ts';
import type { LogLevel } from '../options.ts';
import { replayLog } from '../wal/open-log.ts';

export interface ReplayRequest {
  readonly minValidMs: number;
  readonly settings: HeadSettings;
}

export interface ReplayOutcome {
  readonly corrupted: boolean;
  /** Series that the log must name anew. */
  readonly unlogged: readonly number[];
  /** Newest time in each head chunk file. */
  readonly fileTimes: readonly (readonly [file: number, maxTimeMs: number])[];
  readonly messages: readonly (readonly [LogLevel, string, Readonly<Record<string, unknown>> | undefined])[];
}

/** Fills the head behind the handle. */
export function runReplay(handle: HeadHandle, { minValidMs, settings }: ReplayRequest): ReplayOutcome {
  const messages: [LogLevel, string, Readonly<Record<string, unknown>> | undefined][] = [];
  const log = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) =>
    void messages.push([level, message, fields]);
  const head = openHead(handle, settings, log);
  const result = replayLog(head, { folder: handle.folder, readOnly: settings.readOnly, minValidMs, log });
  const fileTimes = head.chunks.files?.handOver() ?? [];
  head.settle();
  return { corrupted: result.corruption !== undefined, unlogged: head.takeUnlogged(), fileTimes, messages };
}
