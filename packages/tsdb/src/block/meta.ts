// meta.json: what a block is. Times in milliseconds, maxTime exclusive.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '@prometheus-ts/model';
import { META_FILE } from '../filenames.ts';

export interface BlockStats {
  readonly numSamples?: number;
  readonly numFloatSamples?: number;
  readonly numHistogramSamples?: number;
  readonly numSeries?: number;
  readonly numChunks?: number;
  readonly numTombstones?: number;
}

export interface BlockDescription {
  readonly ulid: string;
  readonly minTime: number;
  readonly maxTime: number;
}

export interface BlockCompaction {
  readonly level: number;
  /** ULIDs of the level-1 blocks that went into this one. */
  readonly sources?: readonly string[];
  readonly parents?: readonly BlockDescription[];
  /** Set on a block whose samples are all deleted. */
  readonly deletable?: boolean;
  /** Set when compacting the block failed, so that it is not tried for ever. */
  readonly failed?: boolean;
  readonly hints?: readonly string[];
}

export interface BlockMeta extends BlockDescription {
  readonly stats: BlockStats;
  readonly compaction: BlockCompaction;
  readonly version: number;
}

/** Reads the meta file of a block's folder. Throws CodedError `block-corrupt`. */
export function readMeta(folder: string): BlockMeta {
  const path = join(folder, META_FILE);
  let meta: BlockMeta;
  try {
    meta = JSON.parse(readFileSync(path, 'utf8')) as BlockMeta;
  } catch (cause) {
    throw new CodedError('block-corrupt', `cannot read ${path}: ${(cause as Error).message}`, {
      cause,
      place: { file: path },
    });
  }
  if (meta.version !== 1) {
    throw new CodedError('block-corrupt', `unexpected meta file version ${meta.version}`, {
      place: { file: path },
    });
  }
  if (!Number.isFinite(meta.minTime) || !Number.isFinite(meta.maxTime) || typeof meta.ulid !== 'string') {
    throw new CodedError('block-corrupt', `${path} has no time range or no ULID`, { place: { file: path } });
  }
  return meta;
}
