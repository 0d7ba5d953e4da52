// Marks samples of blocks as deleted: the tombstones file of each block is written anew; the samples go when
// the block is compacted.
import { join } from 'node:path';
import { Matcher, type MatchType } from '@prometheus-ts/model';
import { Block } from '../block/block.ts';
import { selectSeries } from '../block/block-selection.ts';
import { addInterval } from '../block/intervals.ts';
import { type BlockMeta, readMeta } from '../block/meta.ts';
import { encodeTombstonesFile, type Tombstones } from '../block/tombstones.ts';
import { ChunkList } from '../block-index/index-reader.ts';
import { META_FILE, TOMBSTONES_FILE } from '../filenames.ts';
import { PageCache } from '../fs/page-cache.ts';
import { replaceFile } from '../fs/sync.ts';

const CACHE_BYTES = 8 * 2 ** 20;

export interface DeleteRequest {
  readonly folder: string;
  readonly blocks: readonly string[];
  readonly matchers: readonly { readonly type: MatchType; readonly name: string; readonly value: string }[];
  /** Both ends inclusive. */
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
}

/** The blocks that changed. Throws CodedError `block-corrupt`. */
export function deleteFromBlocks(request: DeleteRequest): BlockMeta[] {
  const cache = new PageCache(CACHE_BYTES);
  const matchers = request.matchers.map(({ type, name, value }) => new Matcher(type, name, value));
  const changed: BlockMeta[] = [];
  for (const ulid of request.blocks) {
    const folder = join(request.folder, ulid);
    const block = new Block(folder, cache);
    let tombstones: Tombstones;
    try {
      if (!block.overlaps(request.minTimeMs, request.maxTimeMs)) continue;
      tombstones = addTombstones(block, matchers, request);
    } finally {
      block.close();
    }
    if (tombstones === block.tombstones) continue;
    replaceFile(join(folder, TOMBSTONES_FILE), encodeTombstonesFile(tombstones));
    const meta = readMeta(folder);
    const numTombstones = [...tombstones.values()].reduce((sum, intervals) => sum + intervals.length, 0);
    const next = { ...meta, stats: { ...meta.stats, numTombstones } };
    replaceFile(join(folder, META_FILE), JSON.stringify(next, undefined, '\t'));
    changed.push({ ...next, ulid });
  }
  return changed;
}

/** The block's tombstones and the new ones; the same object when there are none. */
function addTombstones(block: Block, matchers: readonly Matcher[], request: DeleteRequest): Tombstones {
  const chunks = new ChunkList();
  let tombstones = block.tombstones;
  for (const series of selectSeries(block.index, matchers)) {
    block.index.chunks(series, chunks);
    if (chunks.length === 0) continue;
    const minTimeMs = Math.max(request.minTimeMs, chunks.minTimes[0]);
    const maxTimeMs = Math.min(request.maxTimeMs, chunks.maxTimes[chunks.length - 1]);
    if (minTimeMs > maxTimeMs) continue;
    if (tombstones === block.tombstones) tombstones = new Map(tombstones);
    tombstones.set(series, addInterval(tombstones.get(series) ?? [], { minTimeMs, maxTimeMs }));
  }
  return tombstones;
}
