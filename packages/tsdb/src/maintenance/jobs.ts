// What the maintenance thread does: work that is heavy and needs only the handle and files.
import type { BlockMeta } from '../block/meta.ts';
import { type CompactRequest, compactBlocks } from '../compact/compact-blocks.ts';
import { type CutRequest, cutHead } from '../compact/cut-head.ts';
import { type CutLateRequest, cutLate } from '../compact/cut-late.ts';
import { type DeleteRequest, deleteFromBlocks } from '../compact/delete-from-blocks.ts';
import { Control, type HeadHandle } from '../head/layout.ts';
import { type CheckpointRequest, removeOldCheckpoints, writeCheckpoint } from '../wal/checkpoint.ts';
import { type ReplayOutcome, type ReplayRequest, runReplay } from './replay-job.ts';

export type Job =
  | ({ readonly kind: 'replay' } & ReplayRequest)
  | ({ readonly kind: 'cut' } & CutRequest)
  | ({ readonly kind: 'cut-late' } & CutLateRequest)
  | ({ readonly kind: 'compact' } & CompactRequest)
  | ({ readonly kind: 'delete' } & DeleteRequest)
  | ({
      readonly kind: 'checkpoint';
      /** Numbers of series that left the head but are still needed. */
      readonly keep: Float64Array;
    } & CheckpointRequest);

/** What a job leaves: the blocks that it wrote, and of a replay what its owner must know. */
export interface JobResult {
  readonly blocks: readonly BlockMeta[];
  readonly replay?: ReplayOutcome;
}

/** Does a job to its end. */
export function runJob(handle: HeadHandle, job: Job): JobResult {
  switch (job.kind) {
    case 'replay':
      return { blocks: [], replay: runReplay(handle, job) };
    case 'cut':
      return listOf(cutHead(handle, job));
    case 'cut-late':
      return { blocks: cutLate(handle, job) };
    case 'compact':
      return listOf(compactBlocks(job));
    case 'delete':
      return { blocks: deleteFromBlocks(job) };
    case 'checkpoint':
      writeCheckpoint(job, keepLiving(handle, job.keep));
      removeOldCheckpoints(job.folder);
      return { blocks: [] };
  }
}

function listOf(meta: BlockMeta | undefined): JobResult {
  return { blocks: meta ? [meta] : [] };
}

/** Whether a series is in the head, or among `others`, by its number in the log. */
function keepLiving(handle: HeadHandle, others: Float64Array): (ref: number) => boolean {
  const control = new Int32Array(handle.buffers.control);
  const walRefs = new Uint32Array(handle.buffers.seriesWalRefs);
  const labels = new Int32Array(handle.buffers.seriesLabels);
  const living = new Uint32Array(control[Control.seriesHigh]);
  let count = 0;
  for (let slot = 1; slot <= living.length; slot++) if (labels[slot] !== 0) living[count++] = walRefs[slot];
  const sorted = living.subarray(0, count).sort();
  const kept = new Set(others);
  return (ref) => contains(sorted, ref) || kept.has(ref);
}

function contains(sorted: Uint32Array, value: number): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low < sorted.length && sorted[low] === value;
}
