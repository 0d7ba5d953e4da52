export type { HeadHandle } from './head/layout.ts';
export {
  type DatabaseOptions,
  type LogFunction,
  type LogLevel,
  WAL_COMPRESSIONS,
  type WalCompression,
} from './options.ts';
export type { Cardinality, DatabaseStats, HeadStats, RankedCount, WalStats } from './stats.ts';
