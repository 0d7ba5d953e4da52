// The database as its owner sees it: opens the folder, owns the head, and is the only one who writes.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Appendable,
  type Appender,
  CodedError,
  type Matcher,
  type Querier,
  type Queryable,
} from '@prometheus-ts/model';
import type { BlockMeta } from './block/meta.ts';
import { WAL_FOLDER, WBL_FOLDER } from './filenames.ts';
import { folderSize } from './fs/folder-size.ts';
import { type FolderLock, lockFolder } from './fs/lock.ts';
import { permissionHint } from './fs/permission-hint.ts';
import { rankCardinality } from './head/cardinality.ts';
import type { Head } from './head/head.ts';
import { HeadReader } from './head/head-reader.ts';
import { type HeadHandle, reserveHead } from './head/layout.ts';
import { openHead } from './head/open-head.ts';
import { BlockSet, removeLeftovers } from './maintenance/block-set.ts';
import { Maintainer } from './maintenance/maintainer.ts';
import { MaintenanceThread } from './maintenance/thread.ts';
import {
  type DatabaseOptions,
  type DatabaseSettings,
  type ResolvedOptions,
  resolveOptions,
} from './options.ts';
import { DatabaseReader } from './query/database-reader.ts';
import type { Cardinality, DatabaseStats } from './stats.ts';
import { HeadWal } from './wal/head-wal.ts';
import { replayLog } from './wal/open-log.ts';
import type { Tombstone } from './wal/record.ts';
import { WalWriter } from './wal/wal-writer.ts';

interface DatabaseParts {
  readonly options: ResolvedOptions;
  readonly head: Head;
  readonly lock: FolderLock | undefined;
  readonly wal: WalWriter | undefined;
  readonly lateLog: WalWriter | undefined;
  readonly headWal: HeadWal | undefined;
  readonly blocks: BlockSet;
  readonly corruptions: number;
}

export class Database implements Appendable, Queryable {
  readonly head: Head;
  readonly #lock: FolderLock | undefined;
  readonly #reader: DatabaseReader;
  readonly #wal: WalWriter | undefined;
  readonly #headWal: HeadWal | undefined;
  readonly #options: ResolvedOptions;
  #lateLog: WalWriter | undefined;
  #corruptions: number;
  readonly #blocks: BlockSet;
  readonly #maintainer: Maintainer | undefined;

  /** Use `openDatabase`. */
  constructor(parts: DatabaseParts) {
    this.head = parts.head;
    this.#lock = parts.lock;
    this.#wal = parts.wal;
    this.#corruptions = parts.corruptions;
    this.#blocks = parts.blocks;
    const { options, head, wal, lateLog, blocks } = parts;
    this.#lateLog = lateLog;
    this.#headWal = parts.headWal;
    this.#options = options;
    if (wal) {
      const thread = new MaintenanceThread(head.handle, options.startWorker);
      this.#maintainer = new Maintainer({
        options,
        head,
        wal,
        lateLog: () => this.#lateLog,
        blocks,
        thread,
      });
      if (options.maintenance) this.#maintainer.start();
    }
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
    const counts = this.#maintainer?.counts;
    const wal = this.#wal && {
      ...this.#wal.stats(),
      truncations: counts?.walTruncations ?? 0,
      corruptions: this.#corruptions,
    };
    return {
      head: this.head.stats(),
      wal,
      blockCount: this.#blocks.metas.length,
      blockBytes: this.#blocks.sizeBytes,
      compactions: counts?.compactions ?? 0,
      compactionsFailed: counts?.compactionsFailed ?? 0,
      timeRetentions: counts?.timeRetentions ?? 0,
      sizeRetentions: counts?.sizeRetentions ?? 0,
    };
  }

  /** The `limit` largest metrics, labels and label pairs of the head. */
  cardinality(limit: number): Cardinality {
    return rankCardinality(this.head.symbols, this.head.arena.words, limit);
  }

  /**
   * Does the maintenance that is due: cuts the head, shortens the log, compacts, deletes what is too old. Runs
   * by itself every minute unless the options say otherwise. A failure is logged, not thrown.
   */
  async maintain(): Promise<void> {
    await this.#maintainer?.run();
  }

  /**
   * Deletes the samples of matching series in a time range, both ends inclusive: queries see them no more from
   * the answer on, the disk has them until their blocks are compacted. Throws CodedError `read-only`,
   * `block-corrupt`, `wal-write`.
   */
  async deleteSeries(matchers: readonly Matcher[], minTimeMs: number, maxTimeMs: number): Promise<void> {
    if (!this.#maintainer) throw readOnly();
    this.#deleteFromHead(matchers, minTimeMs, maxTimeMs);
    await this.#maintainer.deleteFromBlocks(matchers, minTimeMs, maxTimeMs);
  }

  /** Writes blocks with deleted samples anew, without them. Throws CodedError `read-only`, `block-corrupt`. */
  async cleanTombstones(): Promise<void> {
    if (!this.#maintainer) throw readOnly();
    await this.#maintainer.cleanTombstones();
  }

  /** Changes what a configuration may change while the database is open; holds from the next commit and maintenance on. */
  reconfigure(settings: DatabaseSettings): void {
    const { outOfOrderWindowMs } = settings;
    if (!this.#maintainer) throw readOnly();
    this.#maintainer.retention = settings;
    if (outOfOrderWindowMs > 0 && !this.#lateLog) {
      this.#lateLog = openWal(this.#options, WBL_FOLDER);
      this.#headWal?.setLateWriter(this.#lateLog);
    }
    this.head.setOutOfOrderWindow(outOfOrderWindowMs);
  }

  /** The blocks in use, in order of their times. */
  blocks(): readonly BlockMeta[] {
    return this.#blocks.metas;
  }

  #deleteFromHead(matchers: readonly Matcher[], minTimeMs: number, maxTimeMs: number): void {
    const { head } = this;
    const reader = new HeadReader(head.handle);
    const epoch = reader.pin();
    try {
      const tombstones: Tombstone[] = [];
      const deleted: number[] = [];
      const slots = reader.find(matchers);
      for (let i = 0; i < slots.length; i++) {
        // Samples that come later are not meant, even where the range has no end.
        const from = Math.max(minTimeMs, head.minTimeMs);
        const to = Math.min(maxTimeMs, head.lastTimeMs(slots[i]));
        if (from > to) continue;
        tombstones.push({ ref: head.table.walRef(slots[i]), minTimeMs: from, maxTimeMs: to });
        deleted.push(slots[i]);
      }
      if (tombstones.length > 0) head.log?.logTombstones(tombstones);
      for (let i = 0; i < deleted.length; i++) head.addTombstone(deleted[i], tombstones[i]);
    } finally {
      reader.unpin(epoch);
      reader.close();
    }
  }

  /** Writes out what is left and gives the folder free. */
  async close(): Promise<void> {
    await this.#maintainer?.stop();
    this.#reader.close();
    this.head.chunks.files?.close();
    this.#wal?.close();
    this.#lateLog?.close();
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
    const handle = reserveHead(resolved);
    if (!resolved.readOnly) removeLeftovers(resolved.folder);
    const blocks = new BlockSet(handle, resolved.log);
    blocks.load();
    blocks.publish(blocks.superseded());
    const { head, corrupted } = await fillHead(handle, resolved, inOrderEnd(blocks.metas));
    const wal = resolved.readOnly ? undefined : openWal(resolved, WAL_FOLDER);
    const lateLog = wal && resolved.outOfOrderWindowMs > 0 ? openWal(resolved, WBL_FOLDER) : undefined;
    const headWal = wal && new HeadWal(wal, lateLog, head.handle);
    head.log = headWal;
    return new Database({
      options: resolved,
      head,
      lock,
      wal,
      lateLog,
      headWal,
      blocks,
      corruptions: corrupted ? 1 : 0,
    });
  } catch (error) {
    lock?.release();
    throw error;
  }
}

/** The head with what its log has: a short log is replayed here, a long one in the maintenance thread. */
async function fillHead(
  handle: HeadHandle,
  options: ResolvedOptions,
  minValidMs: number,
): Promise<{ head: Head; corrupted: boolean }> {
  const { folder, readOnly, log } = options;
  if (folderSize(join(folder, WAL_FOLDER)) <= options.threadedReplayBytes) {
    const head = openHead(handle, options, log);
    head.raiseMinValid(minValidMs);
    const { corruption } = replayLog(head, { folder, readOnly, minValidMs, log });
    return { head, corrupted: corruption !== undefined };
  }
  const thread = new MaintenanceThread(handle, options.startWorker);
  const { minBlockMs, outOfOrderWindowMs, chunkCacheBytes } = options;
  const settings = { minBlockMs, outOfOrderWindowMs, chunkCacheBytes, readOnly };
  try {
    const { replay } = await thread.run({ kind: 'replay', minValidMs, settings });
    for (const [level, message, fields] of replay!.messages) log(level, message, fields);
    const head = openHead(handle, options, log);
    head.raiseMinValid(minValidMs);
    head.addUnlogged(replay!.unlogged);
    for (const [file, maxTimeMs] of replay!.fileTimes) head.chunks.files?.restore(file, maxTimeMs);
    return { head, corrupted: replay!.corrupted };
  } finally {
    await thread.stop();
  }
}

/** End of the newest block that has everything before it; blocks of late or partial samples do not count. */
function inOrderEnd(blocks: readonly BlockMeta[]): number {
  let end = -Infinity;
  for (const { maxTime, compaction } of blocks) if (!compaction.hints?.length && maxTime > end) end = maxTime;
  return end;
}

function openWal(options: ResolvedOptions, name: string): WalWriter {
  return new WalWriter({
    folder: join(options.folder, name),
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

function readOnly(): CodedError {
  return new CodedError('read-only', 'the database is open for reading only');
}
