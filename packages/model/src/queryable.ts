// The only door between queries and storage. promql reads through it, tsdb (and remote read, and the tests'
// in-memory series) implement it; neither knows the other.
import type { LabelSet } from './label-set.ts';
import type { Matcher } from './matcher.ts';
import type { SampleColumns } from './sample-columns.ts';

/** What a query will do with a selection; storage may use it to skip work, never to change the answer. */
export interface SelectHints {
  /** The function or aggregation around the selector, '' where there is none; 'series' for metadata queries. */
  readonly func: string;
  /** Width of the range selector, 0 for instant selectors. */
  readonly rangeMs: number;
  readonly stepMs: number;
  /** Labels of the aggregation around the selector, and whether they are `by` or `without`. */
  readonly grouping: readonly string[];
  readonly by: boolean;
  /** At most this many series; 0 for no limit. */
  readonly limit: number;
}

export interface SelectRequest {
  readonly matchers: readonly Matcher[];
  /** Both bounds inclusive, milliseconds. */
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly hints?: SelectHints;
}

/**
 * The series that one selection found, sorted by label set, without duplicates. Which samples are visible was
 * fixed when `select` returned. Read from one thread; rows may be read in any order and more than once.
 */
export interface SeriesSet {
  readonly length: number;
  labels(index: number): LabelSet;
  /**
   * Replaces the content of `into` with the samples of series `index` in [minTimeMs, maxTimeMs], staleness
   * markers included. The range lies within the request's. Throws CodedError on corrupt data.
   */
  read(index: number, minTimeMs: number, maxTimeMs: number, into: SampleColumns): void;
  /** Things the reader should know although there is an answer (a remote store that did not answer). */
  readonly warnings: readonly string[];
}

export interface LabelRequest {
  readonly matchers: readonly Matcher[];
  /** At most this many answers; 0 for no limit. */
  readonly limit: number;
}

export interface LabelAnswer {
  /** Sorted by UTF-8 bytes. */
  readonly names: readonly string[];
  readonly warnings: readonly string[];
}

/** A consistent view of the storage over a time range. Close it: it holds back the reuse of freed memory. */
export interface Querier {
  /**
   * Resolves all selections of a query at once, so that they see the same scrapes. Answers in the order of
   * the requests. Storage on this host answers at once; only remote storage returns a promise.
   */
  select(requests: readonly SelectRequest[]): SeriesSet[] | Promise<SeriesSet[]>;
  labelNames(request: LabelRequest): LabelAnswer | Promise<LabelAnswer>;
  labelValues(name: string, request: LabelRequest): LabelAnswer | Promise<LabelAnswer>;
  close(): void;
}

export interface Queryable {
  /** Both bounds inclusive, milliseconds. */
  querier(minTimeMs: number, maxTimeMs: number): Querier;
}
