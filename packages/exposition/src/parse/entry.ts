// The face of every exposition parser: bytes in, one entry at a time out. A line that was there last time costs
// no allocation: it is recognised by its bytes and answered with the number the caller stored for it.
import type { FloatHistogram, IntegerHistogram, LabelSet, MetricType } from '@prometheus-ts/model';

/** What `next` found. */
export const EntryKind = {
  /** The body has been read to its end. */
  end: 0,
  /** One sample with a float value. */
  series: 1,
  type: 2,
  help: 3,
  unit: 4,
  comment: 5,
  /** One sample with a native histogram as its value. */
  histogram: 6,
} as const;
export type EntryKind = (typeof EntryKind)[keyof typeof EntryKind];

/**
 * Reads one body after the other. Order of calls: `start`, then `next` until `end` or an error; the other members
 * speak of the entry that `next` returned last and are valid until the next call of `next`.
 */
export interface ExpositionParser {
  /**
   * Begins a body. The parser reads `body` in place, so it must not change before `next` returned `end`. The byte
   * at `length`, where there is one, is overwritten; a buffer without that byte is copied.
   */
  start(body: Uint8Array, length: number): void;
  /** Lets go of the body, so that its buffer can be used again or collected. Nothing is valid afterwards. */
  release(): void;
  /** Throws CodedError `exposition-syntax` with upstream's message and line and column in its place. */
  next(): EntryKind;

  /** The number stored by `remember` for exactly these bytes, -1 where there is none. */
  readonly known: number;
  /** The value of a series entry as the two words of its float; every NaN has the payload 1. */
  readonly valueLow: number;
  readonly valueHigh: number;
  readonly hasTimestamp: boolean;
  /** Integer milliseconds; only valid with `hasTimestamp`. */
  readonly timestampMs: number;
  readonly hasExemplars: boolean;

  /** Stores a number of at least 0 beside the bytes of this entry. Does nothing where that cannot be done. */
  remember(payload: number): void;
  /** A view of the bytes that name the series, up to the value. */
  seriesBytes(): Uint8Array;
  /**
   * The labels of the series, metric name included, as upstream understands them: `le` and `quantile` values
   * are written as OpenMetrics floats where the family is a histogram or summary. Allocates.
   */
  labels(): LabelSet;
  /** Of a type, help or unit entry. Allocates. */
  familyName(): string;
  /** The type that the last type entry gave. */
  metricType(): MetricType;
  /** Help text, unit or comment. Allocates. */
  text(): string;
  /** The value of a histogram entry, compact. Allocates. */
  histogram(): ParsedHistogram;
  /**
   * When the counter, histogram or summary began, integer milliseconds; 0 where the exposition does not say. For
   * OpenMetrics only with `skipCreatedSeries`.
   */
  startTimestampMs(): number;
  /** The exemplars of the sample, in the order of the body. Allocates. */
  exemplars(): ParsedExemplar[];
}

/** A native histogram as exposed: with integer counts, or with floats. */
export type ParsedHistogram =
  | { readonly kind: 'integer'; readonly histogram: IntegerHistogram }
  | { readonly kind: 'float'; readonly histogram: FloatHistogram };

export interface ParsedExemplar {
  readonly labels: LabelSet;
  readonly value: number;
  /** Integer milliseconds; absent where the exposition gives none. */
  readonly timestampMs?: number;
}

export interface ParserOptions {
  /** For TextParser; the classic text format unless said otherwise. */
  readonly format?: 'text' | 'openmetrics';
  /** OpenMetrics: `_created` lines are no samples but give start times. */
  readonly skipCreatedSeries?: boolean;
  /** Adds `__type__` and `__unit__` labels (feature type-and-unit-labels). */
  readonly typeAndUnitLabels?: boolean;
  /** Histograms are read as if they had no native part. Protobuf only. */
  readonly ignoreNativeHistograms?: boolean;
  /** Classic histograms become native ones with custom buckets. */
  readonly convertClassicHistograms?: boolean;
  /** The classic series of histograms that are native or were converted are samples too. */
  readonly keepClassicHistograms?: boolean;
}
