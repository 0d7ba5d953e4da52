// One block on disk, opened for reading. Every thread opens its own.
import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { LabelSet, Matcher, SampleColumns } from '@prometheus-ts/model';
import { ChunkList, IndexReader } from '../block-index/index-reader.ts';
import { decodeChunk } from '../chunk/decode.ts';
import { INDEX_FILE, TOMBSTONES_FILE } from '../filenames.ts';
import type { PageCache } from '../fs/page-cache.ts';
import { BlockChunks } from './block-chunks.ts';
import { selectSeries } from './block-selection.ts';
import { dropDeleted, type Interval, isAllDeleted } from './intervals.ts';
import { type BlockMeta, readMeta } from './meta.ts';
import { readTombstones, type Tombstones } from './tombstones.ts';

const NO_INTERVALS: readonly Interval[] = [];

export class Block {
  readonly folder: string;
  readonly meta: BlockMeta;
  readonly index: IndexReader;
  readonly chunks: BlockChunks;
  readonly tombstones: Tombstones;
  readonly #list = new ChunkList();

  /** Throws CodedError `block-corrupt`, or what the system says when files are missing. */
  constructor(folder: string, cache: PageCache) {
    this.folder = folder;
    this.meta = readMeta(folder);
    this.tombstones = readTombstones(folder);
    this.index = new IndexReader(join(folder, INDEX_FILE), cache);
    try {
      this.chunks = new BlockChunks(folder, cache);
    } catch (error) {
      this.index.close();
      throw error;
    }
  }

  get ulid(): string {
    return basename(this.folder);
  }

  get sizeBytes(): number {
    const tombstones = statSync(join(this.folder, TOMBSTONES_FILE), { throwIfNoEntry: false })?.size ?? 0;
    return this.index.sizeBytes + this.chunks.sizeBytes + tombstones;
  }

  overlaps(minTimeMs: number, maxTimeMs: number): boolean {
    return this.meta.minTime <= maxTimeMs && this.meta.maxTime > minTimeMs;
  }

  /** Matching series with samples that are not deleted in the time range, in label order. */
  select(matchers: readonly Matcher[], minTimeMs: number, maxTimeMs: number): Uint32Array {
    const found = selectSeries(this.index, matchers);
    return found.filter((series) => this.#hasSamples(series, minTimeMs, maxTimeMs));
  }

  labels(series: number): LabelSet {
    return this.index.labels(series);
  }

  /** Appends to `into` the samples of a series in the time range, deleted ones left out. */
  read(series: number, minTimeMs: number, maxTimeMs: number, into: SampleColumns): void {
    const list = this.#list;
    this.index.chunks(series, list);
    const deleted = this.tombstones.get(series) ?? NO_INTERVALS;
    const first = into.length;
    for (let k = 0; k < list.length; k++) {
      if (list.maxTimes[k] < minTimeMs || list.minTimes[k] > maxTimeMs) continue;
      if (isAllDeleted(deleted, list.minTimes[k], list.maxTimes[k])) continue;
      const data = this.chunks.load(list.segments[k], list.offsets[k]);
      decodeChunk(this.chunks.encoding, data, minTimeMs, maxTimeMs, into);
    }
    if (deleted.length > 0) dropDeleted(deleted, first, into);
  }

  /** Appends to `into` the samples of one chunk that are not in `deleted`. */
  readChunk(segment: number, offset: number, deleted: readonly Interval[], into: SampleColumns): void {
    const first = into.length;
    const data = this.chunks.load(segment, offset);
    decodeChunk(this.chunks.encoding, data, -Infinity, Infinity, into);
    if (deleted.length > 0) dropDeleted(deleted, first, into);
  }

  close(): void {
    this.index.close();
    this.chunks.close();
  }

  #hasSamples(series: number, minTimeMs: number, maxTimeMs: number): boolean {
    const list = this.#list;
    this.index.chunks(series, list);
    const deleted = this.tombstones.get(series) ?? NO_INTERVALS;
    for (let k = 0; k < list.length; k++) {
      if (list.maxTimes[k] < minTimeMs || list.minTimes[k] > maxTimeMs) continue;
      if (!isAllDeleted(deleted, list.minTimes[k], list.maxTimes[k])) return true;
    }
    return false;
  }
}
