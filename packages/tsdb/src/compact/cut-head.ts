// Writes a time range of the head as a block, in the maintenance thread: the head is read like by a query.

import { BlockWriter } from '../block/block-writer.ts';
import type { BlockMeta } from '../block/meta.ts';
import { sortSymbols } from '../block-index/index-writer.ts';
import { HeadReader } from '../head/head-reader.ts';
import type { HeadHandle } from '../head/layout.ts';
import { MAINTENANCE_SLOT } from '../head/reader-slots.ts';

export interface CutRequest {
  readonly ulid: string;
  readonly minTimeMs: number;
  /** Exclusive. No sample before it is appended any more. */
  readonly maxTimeMs: number;
}

/** The new block, undefined when the head has no samples in the range. */
export function cutHead(handle: HeadHandle, request: CutRequest): BlockMeta | undefined {
  const reader = new HeadReader(handle, MAINTENANCE_SLOT);
  const epoch = reader.pin();
  try {
    return writeRange(reader, handle.folder, request);
  } finally {
    reader.unpin(epoch);
    reader.close();
  }
}

function writeRange(reader: HeadReader, folder: string, { ulid, minTimeMs, maxTimeMs }: CutRequest) {
  const last = maxTimeMs - 1;
  const [set] = reader.select([{ matchers: [], minTimeMs, maxTimeMs: last }]);
  if (set.length === 0) return undefined;
  const writer = new BlockWriter(
    { folder, ulid, minTime: minTimeMs, maxTime: maxTimeMs, compaction: { level: 1, sources: [ulid] } },
    sortSymbols(set.texts()),
  );
  try {
    for (let i = 0; i < set.length; i++) {
      set.exportChunks(i, minTimeMs, last, (encoding, min, max, data) =>
        writer.addChunk(encoding, min, max, data),
      );
      writer.endSeries(set.labels(i));
    }
    return writer.finish();
  } catch (error) {
    writer.abandon();
    throw error;
  }
}
