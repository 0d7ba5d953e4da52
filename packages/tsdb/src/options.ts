// What the database can be told. Everything but the folder has a default.
import { totalmem } from 'node:os';
import { type Clock, systemClock } from '@prometheus-ts/model';
import { type StartWorker, startOwnWorker } from './maintenance/thread.ts';

export const WAL_COMPRESSIONS = ['none', 'snappy', 'zstd'] as const;
export type WalCompression = (typeof WAL_COMPRESSIONS)[number];

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFunction = (
  level: LogLevel,
  message: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;

export interface DatabaseOptions {
  /** The data folder; created when it is absent. */
  readonly folder: string;
  readonly clock?: Clock;
  readonly log?: LogFunction;
  /** Opens what is there without a lock, a WAL writer or maintenance; appending throws. */
  readonly readOnly?: boolean;
  /** Whether to take the folder's lock file, so that no second database writes there. Default true. */
  readonly lockFile?: boolean;
  /** Blocks that end longer ago than this, seen from the newest, are deleted; 0 keeps them. Default 15 d. */
  readonly retentionMs?: number;
  /** The oldest blocks are deleted while the folder is larger than this; 0 for no limit. */
  readonly retentionBytes?: number;
  readonly walCompression?: WalCompression;
  /** Size of a WAL segment file, a multiple of 32 KiB. Default 128 MiB. */
  readonly walSegmentBytes?: number;
  /** Length of the blocks that are cut from the head. Default 2 h. */
  readonly minBlockMs?: number;
  /** Length at which compaction stops. Default: a tenth of the retention, at most 31 d. */
  readonly maxBlockMs?: number;
  /** How far behind the newest sample of the head samples may come out of order; 0 for not at all. */
  readonly outOfOrderWindowMs?: number;
  /** Series that fit into the head at once. Default: by the memory of this machine. At most 2²⁴ − 2. */
  readonly seriesLimit?: number;
  /** Bytes for labels, postings and chunks of the head. Reserved at once, used as needed; at most 8 GiB. */
  readonly memoryLimitBytes?: number;
  /** Memory for full chunks that are in files too, within `memoryLimitBytes`. Default 256 MiB. */
  readonly chunkCacheBytes?: number;
  /** A log longer than this is replayed in the maintenance thread, a shorter one at once. Default 16 MiB. */
  readonly threadedReplayBytes?: number;
  /** Whether the database cuts, compacts and deletes by itself. Default true; tests call `maintain`. */
  readonly maintenance?: boolean;
  /**
   * Starts a thread that does nothing but `runMaintenanceWorker()`; for applications that bundle their workers.
   * Default: this package's own source file.
   */
  readonly startWorker?: StartWorker;
}

/** What may change while the database is open; as in DatabaseOptions. */
export type DatabaseSettings = Required<
  Pick<DatabaseOptions, 'retentionMs' | 'retentionBytes' | 'outOfOrderWindowMs'>
>;

export type ResolvedOptions = Required<DatabaseOptions>;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const GIB = 2 ** 30;

export const SERIES_LIMIT_MAX = 2 ** 24 - 2;
export const MEMORY_LIMIT_MAX = 8 * GIB;

/** Fills in the defaults. Throws RangeError on what no caller may pass. */
export function resolveOptions(options: DatabaseOptions): ResolvedOptions {
  const memory = totalmem();
  const retentionMs = options.retentionMs ?? 15 * DAY_MS;
  const minBlockMs = options.minBlockMs ?? 2 * HOUR_MS;
  const resolved: ResolvedOptions = {
    folder: options.folder,
    clock: options.clock ?? systemClock,
    log: options.log ?? (() => {}),
    readOnly: options.readOnly ?? false,
    lockFile: options.lockFile ?? true,
    retentionMs,
    retentionBytes: options.retentionBytes ?? 0,
    walCompression: options.walCompression ?? 'snappy',
    walSegmentBytes: options.walSegmentBytes ?? 128 * 2 ** 20,
    minBlockMs,
    maxBlockMs:
      options.maxBlockMs ??
      Math.max(minBlockMs, Math.min(31 * DAY_MS, retentionMs > 0 ? retentionMs / 10 : 31 * DAY_MS)),
    outOfOrderWindowMs: options.outOfOrderWindowMs ?? 0,
    seriesLimit: options.seriesLimit ?? clamp(Math.floor(memory / 1024), 2 ** 20, SERIES_LIMIT_MAX),
    memoryLimitBytes: options.memoryLimitBytes ?? clamp(Math.floor(memory / 2), GIB, MEMORY_LIMIT_MAX),
    chunkCacheBytes: options.chunkCacheBytes ?? 256 * 2 ** 20,
    threadedReplayBytes: options.threadedReplayBytes ?? 16 * 2 ** 20,
    maintenance: options.maintenance ?? true,
    startWorker: options.startWorker ?? startOwnWorker,
  };
  requireRange('seriesLimit', resolved.seriesLimit, 1, SERIES_LIMIT_MAX);
  requireRange('memoryLimitBytes', resolved.memoryLimitBytes, 2 ** 20, MEMORY_LIMIT_MAX);
  requireRange('walSegmentBytes', resolved.walSegmentBytes, 32 * 1024, 2 ** 31);
  requireRange('minBlockMs', resolved.minBlockMs, 1000, 2 ** 31 - 1);
  if (resolved.walSegmentBytes % (32 * 1024) !== 0) {
    throw new RangeError('walSegmentBytes is not a multiple of 32 KiB');
  }
  return resolved;
}

function requireRange(name: string, value: number, min: number, max: number): void {
  if (!(value >= min && value <= max)) throw new RangeError(`${name} ${value} is not in ${min}..${max}`);
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
