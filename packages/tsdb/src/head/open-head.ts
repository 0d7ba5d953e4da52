// Puts a head together over its shared memory, on the thread that is going to write it.
import { join } from 'node:path';
import { HEAD_CHUNKS_FOLDER } from '../filenames.ts';
import type { LogFunction } from '../options.ts';
import { ChunkFiles } from './chunk-files.ts';
import { Head } from './head.ts';
import type { HeadHandle } from './layout.ts';

export interface HeadSettings {
  readonly minBlockMs: number;
  readonly outOfOrderWindowMs: number;
  readonly chunkCacheBytes: number;
  readonly readOnly: boolean;
}

export function openHead(handle: HeadHandle, settings: HeadSettings, log: LogFunction): Head {
  const { minBlockMs, outOfOrderWindowMs, chunkCacheBytes, readOnly } = settings;
  const head = new Head(handle, { chunkRangeMs: minBlockMs, outOfOrderWindowMs });
  if (!readOnly) {
    head.chunks.files = new ChunkFiles(handle, head.arena, head.quarantine, {
      folder: join(handle.folder, HEAD_CHUNKS_FOLDER),
      memoryBytes: chunkCacheBytes,
      log,
    });
  }
  return head;
}
