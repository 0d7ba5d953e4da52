// What the database counts of itself, for its metrics and the status page.

export interface HeadStats {
  readonly seriesCount: number;
  readonly seriesLimit: number;
  readonly chunkCount: number;
  /** Undefined while the head is empty. */
  readonly minTimeMs: number | undefined;
  readonly maxTimeMs: number | undefined;
  readonly labelNameCount: number;
  readonly labelPairCount: number;
  readonly samplesAppended: number;
  readonly samplesOutOfOrder: number;
  readonly samplesDuplicate: number;
  readonly samplesOutOfBounds: number;
  readonly samplesTooOld: number;
  /** Out-of-order samples that were accepted; they count among `samplesAppended` too. */
  readonly lateSamplesAppended: number;
  readonly seriesCreated: number;
  readonly seriesRemoved: number;
  readonly chunksCreated: number;
  readonly chunksRemoved: number;
  /** Bytes of the label, postings and chunk arena in use, and its limit. */
  readonly arenaBytes: number;
  readonly arenaLimitBytes: number;
}

export interface WalStats {
  readonly segment: number;
  readonly sizeBytes: number;
  readonly bytesWritten: number;
  readonly recordsWritten: number;
  readonly pageFlushes: number;
  readonly pageCompletions: number;
  readonly truncations: number;
  readonly corruptions: number;
  readonly writesFailed: number;
}

export interface DatabaseStats {
  readonly head: HeadStats;
  /** Undefined for a read-only database. */
  readonly wal: WalStats | undefined;
  readonly blockCount: number;
  readonly blockBytes: number;
  /** Blocks written: cut from the head, or merged. */
  readonly compactions: number;
  readonly compactionsFailed: number;
  /** Runs that deleted blocks because of their age, or because of the size of all. */
  readonly timeRetentions: number;
  readonly sizeRetentions: number;
}

/** One line of a ranking on the status page. */
export interface RankedCount {
  readonly name: string;
  readonly value: number;
}

export interface Cardinality {
  readonly seriesByMetricName: readonly RankedCount[];
  readonly valuesByLabelName: readonly RankedCount[];
  readonly bytesByLabelName: readonly RankedCount[];
  /** `name` is `label=value`. */
  readonly seriesByLabelPair: readonly RankedCount[];
}
