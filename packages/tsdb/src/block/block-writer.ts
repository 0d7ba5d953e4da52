// Writes a block: into a folder of another name first, which is renamed when everything in it is on the disk.
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LabelSet } from '@prometheus-ts/model';
import { ChunkList } from '../block-index/index-reader.ts';
import { IndexWriter } from '../block-index/index-writer.ts';
import { viewOf } from '../bytes/crc32c.ts';
import { Encoding } from '../chunk/encoding.ts';
import { BEING_CREATED, INDEX_FILE, META_FILE, TOMBSTONES_FILE } from '../filenames.ts';
import { syncFolder, writeSynced } from '../fs/sync.ts';
import { ChunkSegmentWriter } from './chunk-segment-writer.ts';
import type { BlockCompaction, BlockMeta } from './meta.ts';
import { encodeTombstonesFile } from './tombstones.ts';

export interface BlockPlan {
  /** The data folder. */
  readonly folder: string;
  readonly ulid: string;
  readonly minTime: number;
  /** Exclusive. */
  readonly maxTime: number;
  readonly compaction: BlockCompaction;
}

export class BlockWriter {
  readonly #plan: BlockPlan;
  readonly #temporary: string;
  readonly #index: IndexWriter;
  readonly #chunks: ChunkSegmentWriter;
  readonly #list = new ChunkList();
  readonly #counts = { samples: 0, floats: 0, histograms: 0, series: 0, chunks: 0 };

  /** @param symbols every name and value that a series will have, sorted */
  constructor(plan: BlockPlan, symbols: readonly string[]) {
    this.#plan = plan;
    this.#temporary = join(plan.folder, plan.ulid + BEING_CREATED);
    rmSync(this.#temporary, { recursive: true, force: true });
    mkdirSync(this.#temporary, { recursive: true });
    this.#chunks = new ChunkSegmentWriter(this.#temporary);
    this.#index = new IndexWriter(join(this.#temporary, INDEX_FILE));
    this.#index.addSymbols(symbols);
  }

  /** Adds a chunk to the series that `endSeries` will name; in time order. */
  addChunk(encoding: number, minTimeMs: number, maxTimeMs: number, data: Uint8Array): void {
    this.#chunks.write(encoding, data);
    this.#list.add(minTimeMs, maxTimeMs, this.#chunks.segment, this.#chunks.offset);
    const samples = viewOf(data).getUint16(0);
    this.#counts.samples += samples;
    if (encoding === Encoding.xor) this.#counts.floats += samples;
    else this.#counts.histograms += samples;
    this.#counts.chunks++;
  }

  /** Names the series that the chunks added since the last call belong to; without chunks it is left out. */
  endSeries(labels: LabelSet): void {
    if (this.#list.length === 0) return;
    this.#index.addSeries(labels, this.#list);
    this.#list.length = 0;
    this.#counts.series++;
  }

  /** Makes the block visible under its name; undefined when it would have no samples. */
  finish(): BlockMeta | undefined {
    this.#chunks.close();
    this.#index.close();
    if (this.#counts.samples === 0) {
      rmSync(this.#temporary, { recursive: true, force: true });
      return undefined;
    }
    const { samples, floats, histograms, series, chunks } = this.#counts;
    const { ulid, minTime, maxTime, compaction, folder } = this.#plan;
    const meta: BlockMeta = {
      ulid,
      minTime,
      maxTime,
      stats: {
        numSamples: samples,
        numFloatSamples: floats,
        ...(histograms > 0 && { numHistogramSamples: histograms }),
        numSeries: series,
        numChunks: chunks,
      },
      compaction,
      version: 1,
    };
    writeSynced(join(this.#temporary, TOMBSTONES_FILE), encodeTombstonesFile(new Map()));
    writeSynced(join(this.#temporary, META_FILE), JSON.stringify(meta, undefined, '\t'));
    syncFolder(this.#temporary);
    renameSync(this.#temporary, join(folder, ulid));
    syncFolder(folder);
    return meta;
  }

  /** Removes what was written. */
  abandon(): void {
    try {
      this.#chunks.abandon();
      this.#index.abandon();
    } finally {
      rmSync(this.#temporary, { recursive: true, force: true });
    }
  }
}
