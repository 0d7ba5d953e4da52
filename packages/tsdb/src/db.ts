// The database as its owner sees it: opens the folder, owns the head, and is the only one who writes.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Appendable,
  type Appender,
  CodedError,
  type Querier,
  type Queryable,
} from '@prometheus-ts/model';
import { listBlockFolders } from './block/list-blocks.ts';
import { type BlockMeta, readMeta } from './block/meta.ts';
import { WAL_FOLDER } from './filenames.ts';
import { type FolderLock, lockFolder } from './fs/lock.ts';
import { permissionHint } from './fs/permission-hint.ts';
import { rankCardinality } from './head/cardinality.ts';
import { Head } from './head/head.ts';
import { type HeadHandle, reserveHead } from './head/layout.ts';
import { type DatabaseOptions, type ResolvedOptions, resolveOptions } from './options.ts';
import { publishBlocks } from './query/block-list.ts';
import { DatabaseReader } from './query/database-reader.ts';
import type { Cardinality, DatabaseStats } from './stats.ts';
import { HeadWal } from './wal/head-wal.ts';
import { replayLog } from './wal/open-log.ts';
import { WalWriter } from './wal/wal-writer.ts';

interface DatabaseParts {
  readonly head: Head;
  readonly lock: FolderLock | undefined;
  readonly wal: WalWriter | undefined;
  readonly blocks: readonly BlockMeta[];
  readonly corruptions: number;
}

export class Database implements Appendable, Queryable {
  readonly head: Head;
  readonly #lock: FolderLock | undefined;
  readonly #reader: DatabaseReader;
  readonly #wal: WalWriter | undefined;
  #corruptions: number;
  #blocks: readonly BlockMeta[];

  /** Use `openDatabase`. */
  constructor(parts: DatabaseParts) {
    this.head = parts.head;
    this.#lock = parts.lock;
    this.#wal = parts.wal;
    this.#corruptions = parts.corruptions;
    this.#blocks = parts.blocks;
    const { head } = parts;
    this.#reader = new DatabaseReader(head.handle);
  }

  openLane(): number {
    return this.head.openLane();
  }

  closeLane(lane: number): void {
    this.head.closeLane(lane);
  }

  appender(lane: number): Appender {
    return this.head.appender(lane);
  }

  querier(minTimeMs: number, maxTimeMs: number): Querier {
    return this.#reader.querier(minTimeMs, maxTimeMs);
  }

  /** What `openReader` needs in another thread. Stays valid and complete as long as the database is open. */
  handle(): HeadHandle {
    return this.head.handle;
  }

  stats(): DatabaseStats {
    const wal = this.#wal && { ...this.#wal.stats(), truncations: 0, corruptions: this.#corruptions };
    return { head: this.head.stats(), wal, blockCount: this.#blocks.length, blockBytes: 0 };
  }

  /** The `limit` largest metrics, labels and label pairs of the head. */
  cardinality(limit: number): Cardinality {
    return rankCardinality(this.head.symbols, this.head.arena.words, limit);
  }

  /** Writes out what is left and gives the folder free. */
  async close(): Promise<void> {
    this.#reader.close();
    this.#wal?.close();
    this.#lock?.release();
  }
}

/**
 * Opens the database in a folder, which is created when absent, and replays what its log holds.
 * Throws CodedError `folder-locked`, `folder-access`, `head-memory`.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const resolved = resolveOptions(options);
  createFolder(resolved.folder);
  const lock = resolved.lockFile && !resolved.readOnly ? lockFolder(resolved.folder) : undefined;
  try {
    if (lock?.replaced) {
      resolved.log('warn', 'A lockfile from a previous execution already existed. It was replaced', {
        folder: resolved.folder,
      });
    }
    const head = openHead(resolved);
    const blocks = loadBlocks(resolved);
    const minValidMs = blocks.reduce((max, { maxTime }) => Math.max(max, maxTime), -Infinity);
    head.raiseMinValid(minValidMs);
    publishBlocks(
      head.handle,
      blocks.map(({ ulid }) => ({ ulid, tombstones: 0 })),
    );
    const { corruption } = replayLog(head, resolved, minValidMs);
    const wal = resolved.readOnly ? undefined : openWal(resolved);
    if (wal) head.log = new HeadWal(wal, head.handle);
    return new Database({ head, lock, wal, blocks, corruptions: corruption ? 1 : 0 });
  } catch (error) {
    lock?.release();
    throw error;
  }
}

function openHead(options: ResolvedOptions): Head {
  return new Head(reserveHead(options), { chunkRangeMs: options.minBlockMs });
}

/** The blocks in the folder that can be used; what cannot is logged and left alone. */
function loadBlocks(options: ResolvedOptions): BlockMeta[] {
  const blocks: BlockMeta[] = [];
  for (const folder of listBlockFolders(options.folder)) {
    try {
      blocks.push(readMeta(folder));
    } catch (error) {
      options.log('error', 'Failed to open a block', { block: folder, err: error });
    }
  }
  return blocks.sort((a, b) => a.minTime - b.minTime);
}

function openWal(options: ResolvedOptions): WalWriter {
  return new WalWriter({
    folder: join(options.folder, WAL_FOLDER),
    segmentBytes: options.walSegmentBytes,
    compression: options.walCompression,
    log: options.log,
  });
}

function createFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new CodedError('folder-access', `cannot create the data folder ${folder}`, {
      cause,
      place: { file: folder },
      hint: permissionHint(folder),
    });
  }
}
