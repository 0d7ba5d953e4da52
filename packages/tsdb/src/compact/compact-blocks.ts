// Merges blocks into one. Chunks that overlap nothing and have nothing deleted are copied as they are; the
// others are decoded, merged and written anew.
import { join } from 'node:path';
import { type LabelSet, SampleColumns } from '@prometheus-ts/model';
import { Block } from '../block/block.ts';
import { BlockWriter } from '../block/block-writer.ts';
import { type Interval, isAllDeleted } from '../block/intervals.ts';
import type { BlockCompaction, BlockMeta } from '../block/meta.ts';
import { ChunkList } from '../block-index/index-reader.ts';
import { sortSymbols } from '../block-index/index-writer.ts';
import { ChunkEncoder } from '../chunk/encoder.ts';
import { SAMPLES_PER_CHUNK } from '../chunk/encoding.ts';
import { PageCache } from '../fs/page-cache.ts';
import { mergeColumns } from '../query/merge.ts';

const CACHE_BYTES = 16 * 2 ** 20;

export interface CompactRequest {
  readonly folder: string;
  readonly ulid: string;
  /** Names of the blocks, those with older samples first. */
  readonly parents: readonly string[];
}

/** The merged block, undefined when all samples are deleted. Throws CodedError `block-corrupt`. */
export function compactBlocks(request: CompactRequest): BlockMeta | undefined {
  const cache = new PageCache(CACHE_BYTES);
  const blocks: Block[] = [];
  try {
    for (const ulid of request.parents) blocks.push(new Block(join(request.folder, ulid), cache));
    return merge(blocks, request);
  } finally {
    for (const block of blocks) block.close();
  }
}

function merge(blocks: readonly Block[], { folder, ulid }: CompactRequest): BlockMeta | undefined {
  const symbols: string[] = [];
  for (const block of blocks) block.index.symbols.forEach((symbol) => void symbols.push(symbol));
  const metas = blocks.map(({ meta }) => meta);
  const writer = new BlockWriter(
    {
      folder,
      ulid,
      minTime: Math.min(...metas.map(({ minTime }) => minTime)),
      maxTime: Math.max(...metas.map(({ maxTime }) => maxTime)),
      compaction: mergedCompaction(metas),
    },
    sortSymbols(symbols),
  );
  try {
    const merger = new SeriesMerger(writer);
    forEachSeries(blocks, (labels, parts) => {
      merger.write(parts);
      writer.endSeries(labels);
    });
    return writer.finish();
  } catch (error) {
    writer.abandon();
    throw error;
  }
}

/** What the new block says about where it comes from. */
export function mergedCompaction(parents: readonly BlockMeta[]): BlockCompaction {
  const hints = new Set<string>();
  for (const hint of ['from-stale-series', 'from-selected-series']) {
    if (parents.some(({ compaction }) => compaction.hints?.includes(hint))) hints.add(hint);
  }
  if (parents.every(({ compaction }) => compaction.hints?.includes('from-out-of-order')))
    hints.add('from-out-of-order');
  return {
    level: Math.max(...parents.map(({ compaction }) => compaction.level)) + 1,
    sources: [...new Set(parents.flatMap(({ compaction }) => compaction.sources ?? []))].sort(),
    parents: parents.map(({ ulid, minTime, maxTime }) => ({ ulid, minTime, maxTime })),
    ...(hints.size > 0 && { hints: [...hints] }),
  };
}

interface Part {
  readonly block: Block;
  readonly series: number;
}

/** Calls back with every label set in order and where its samples are. */
function forEachSeries(blocks: readonly Block[], visit: (labels: LabelSet, parts: Part[]) => void): void {
  const cursors = blocks.map((block) => {
    const all = block.index.series('', '');
    return { block, all, at: 0, labels: all.length > 0 ? block.labels(all[0]) : undefined };
  });
  for (;;) {
    let least: LabelSet | undefined;
    for (const { labels } of cursors) if (labels && (!least || labels.compare(least) < 0)) least = labels;
    if (!least) return;
    const parts: Part[] = [];
    for (const cursor of cursors) {
      if (cursor.labels?.compare(least) !== 0) continue;
      parts.push({ block: cursor.block, series: cursor.all[cursor.at] });
      cursor.at++;
      cursor.labels = cursor.at < cursor.all.length ? cursor.block.labels(cursor.all[cursor.at]) : undefined;
    }
    visit(least, parts);
  }
}

interface ChunkPlace {
  readonly block: Block;
  readonly segment: number;
  readonly offset: number;
  readonly minTime: number;
  readonly maxTime: number;
  readonly deleted: readonly Interval[];
}

/** Writes the chunks of one series after the other. */
class SeriesMerger {
  readonly #writer: BlockWriter;
  readonly #list = new ChunkList();
  readonly #merged = new SampleColumns();
  readonly #part = new SampleColumns();
  readonly #scratch = new SampleColumns();
  readonly #encoder = new ChunkEncoder();

  constructor(writer: BlockWriter) {
    this.#writer = writer;
  }

  write(parts: readonly Part[]): void {
    const places = this.#places(parts);
    for (let i = 0; i < places.length; ) {
      let end = i + 1;
      let maxTime = places[i].maxTime;
      while (end < places.length && places[end].minTime <= maxTime) {
        maxTime = Math.max(maxTime, places[end].maxTime);
        end++;
      }
      if (end === i + 1 && places[i].deleted.length === 0) this.#copy(places[i]);
      else this.#rewrite(places.slice(i, end));
      i = end;
    }
  }

  /** The chunks that still have samples, in time order. */
  #places(parts: readonly Part[]): ChunkPlace[] {
    const places: ChunkPlace[] = [];
    const list = this.#list;
    for (const { block, series } of parts) {
      block.index.chunks(series, list);
      const tombstones = block.tombstones.get(series) ?? [];
      for (let k = 0; k < list.length; k++) {
        const minTime = list.minTimes[k];
        const maxTime = list.maxTimes[k];
        if (isAllDeleted(tombstones, minTime, maxTime)) continue;
        const deleted = tombstones.filter((t) => t.minTimeMs <= maxTime && t.maxTimeMs >= minTime);
        places.push({ block, segment: list.segments[k], offset: list.offsets[k], minTime, maxTime, deleted });
      }
    }
    return places.sort((a, b) => a.minTime - b.minTime || a.maxTime - b.maxTime);
  }

  #copy({ block, segment, offset, minTime, maxTime }: ChunkPlace): void {
    const data = block.chunks.load(segment, offset);
    this.#writer.addChunk(block.chunks.encoding, minTime, maxTime, data.bytes.subarray(data.at, data.end));
  }

  #rewrite(places: readonly ChunkPlace[]): void {
    this.#merged.clear();
    for (const { block, segment, offset, deleted } of places) {
      this.#part.clear();
      block.readChunk(segment, offset, deleted, this.#part);
      mergeColumns(this.#merged, this.#part, this.#scratch);
    }
    this.#encoder.encode(this.#merged, SAMPLES_PER_CHUNK, (encoding, minTime, maxTime, data) =>
      this.#writer.addChunk(encoding, minTime, maxTime, data),
    );
  }
}
