// Writes the sealed out-of-order samples of the head as blocks, one for each aligned range that has any. They
// overlap other blocks; compaction merges them.
import { SampleColumns } from '@prometheus-ts/model';
import { BlockWriter } from '../block/block-writer.ts';
import type { BlockMeta } from '../block/meta.ts';
import { newUlid } from '../block/ulid.ts';
import { sortSymbols } from '../block-index/index-writer.ts';
import { ChunkEncoder } from '../chunk/encoder.ts';
import { SAMPLES_PER_CHUNK } from '../chunk/encoding.ts';
import { HeadReader, type LateSeries } from '../head/head-reader.ts';
import type { HeadHandle } from '../head/layout.ts';
import { MAINTENANCE_SLOT } from '../head/reader-slots.ts';

export interface CutLateRequest {
  readonly nowMs: number;
  /** Length of the blocks. */
  readonly rangeMs: number;
}

/** The new blocks. */
export function cutLate(handle: HeadHandle, { nowMs, rangeMs }: CutLateRequest): BlockMeta[] {
  const reader = new HeadReader(handle, MAINTENANCE_SLOT);
  const epoch = reader.pin();
  try {
    const series = reader.lateSeries();
    const ranges = new Set<number>();
    const columns = new SampleColumns();
    for (const one of series) {
      columns.clear();
      one.read(-Infinity, Infinity, columns);
      for (let i = 0; i < columns.length; i++) ranges.add(Math.floor(columns.times[i] / rangeMs) * rangeMs);
    }
    const metas: BlockMeta[] = [];
    for (const start of [...ranges].sort((a, b) => a - b)) {
      const meta = writeRange(handle.folder, series, newUlid(nowMs), start, start + rangeMs);
      if (meta) metas.push(meta);
    }
    return metas;
  } finally {
    reader.unpin(epoch);
    reader.close();
  }
}

function writeRange(
  folder: string,
  series: readonly LateSeries[],
  ulid: string,
  minTime: number,
  maxTime: number,
): BlockMeta | undefined {
  const compaction = { level: 1, sources: [ulid], hints: ['from-out-of-order'] };
  const symbols = sortSymbols(series.flatMap(({ labels }) => labels.pairs));
  const writer = new BlockWriter({ folder, ulid, minTime, maxTime, compaction }, symbols);
  const columns = new SampleColumns();
  const encoder = new ChunkEncoder();
  try {
    for (const { labels, read } of series) {
      columns.clear();
      read(minTime, maxTime - 1, columns);
      encoder.encode(columns, SAMPLES_PER_CHUNK, (encoding, min, max, data) =>
        writer.addChunk(encoding, min, max, data),
      );
      writer.endSeries(labels);
    }
    return writer.finish();
  } catch (error) {
    writer.abandon();
    throw error;
  }
}
