export type { BlockMeta } from './block/meta.ts';
export { Database, openDatabase } from './db.ts';
export type { HeadHandle } from './head/layout.ts';
export { releaseReader } from './head/reader-slots.ts';
export { runMaintenanceWorker } from './maintenance/worker-main.ts';
export {
  type DatabaseOptions,
  type DatabaseSettings,
  type LogFunction,
  type LogLevel,
  WAL_COMPRESSIONS,
  type WalCompression,
} from './options.ts';
export { type DatabaseReader, openReader } from './query/database-reader.ts';
export type { Cardinality, DatabaseStats, HeadStats, RankedCount, WalStats } from './stats.ts';
