// What the head tells the write-ahead log. A commit is logged before any reader can see it; when logging
// throws, the commit has not happened.
import type { Tombstone } from '../wal/record.ts';
import type { Transaction } from './transaction.ts';

export interface HeadLog {
  /**
   * Logs series, if any, and then the samples of a transaction, if any, and hands all to the system.
   * @param newSlots slots of series that were created since the last successful call
   */
  log(newSlots: readonly number[], transaction: Transaction | undefined): void;
  /** Logs out-of-order samples; their series are logged already. */
  logLate(transaction: Transaction): void;
  /** Logs deleted time ranges, by the series' numbers in the log. */
  logTombstones(tombstones: readonly Tombstone[]): void;
}
