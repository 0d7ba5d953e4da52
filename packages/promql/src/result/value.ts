// What a query answers with.
import type { FloatHistogram, LabelSet } from '@prometheus-ts/model';

export type ResultValue = MatrixResult | VectorResult | ScalarResult | StringResult;

export interface MatrixResult {
  readonly type: 'matrix';
  /** Sorted by labels, none of them without points. */
  readonly series: MatrixSeries[];
}

/**
 * Points in columns. Row i is a point where `kinds[i]` says so (see Kind): absent rows are holes. The series of
 * a range query share one `times` column.
 */
export interface MatrixSeries {
  readonly labels: LabelSet;
  /** Integer milliseconds, rising. */
  readonly times: Float64Array;
  readonly kinds: Uint8Array;
  readonly values: Float64Array;
  /** Undefined where no row is a histogram. */
  readonly histograms: readonly (FloatHistogram | undefined)[] | undefined;
}

export interface VectorResult {
  readonly type: 'vector';
  readonly timeMs: number;
  readonly samples: readonly VectorSample[];
}

export interface VectorSample {
  readonly labels: LabelSet;
  readonly value: number;
  /** Set instead of the value for a histogram sample. */
  readonly histogram: FloatHistogram | undefined;
}

export interface ScalarResult {
  readonly type: 'scalar';
  readonly timeMs: number;
  readonly value: number;
}

export interface StringResult {
  readonly type: 'string';
  readonly timeMs: number;
  readonly value: string;
}

/** A query's statistics, shaped and named as the HTTP API has them. Times in seconds. */
export interface QueryStats {
  readonly timings: {
    readonly evalTotalTime: number;
    readonly resultSortTime: number;
    readonly queryPreparationTime: number;
    readonly innerEvalTime: number;
    readonly execQueueTime: number;
    readonly execTotalTime: number;
  };
  readonly samples: {
    /** [seconds, count] per step, only where asked for. */
    readonly totalQueryableSamplesPerStep?: readonly (readonly [number, number])[];
    readonly totalQueryableSamples: number;
    readonly samplesReadPerStep?: readonly (readonly [number, number])[];
    readonly samplesRead: number;
    readonly peakSamples: number;
  };
}

export interface QueryResult {
  readonly value: ResultValue;
  /** Printed with positions, as the HTTP API has them. */
  readonly annotations: { readonly warnings: readonly string[]; readonly infos: readonly string[] };
  readonly stats: QueryStats;
}
