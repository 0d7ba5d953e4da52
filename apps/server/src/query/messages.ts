// What the main thread and a query worker say to each other. A worker does one task at a time, to its end, and
// hands back the whole body of the answer, so that the main thread only has to send it.
import type { Format } from '@prometheus-ts/exposition';
import type { MetricType } from '@prometheus-ts/model';
import type { HeadHandle } from '@prometheus-ts/tsdb';
import type { Hint } from '../api/hint.ts';

/** Bounds that hold for every query. */
export interface QueryLimits {
  readonly lookbackMs: number;
  readonly maxSamples: number;
  readonly timeoutMs: number;
}

export interface WorkerData {
  readonly handle: HeadHandle;
  readonly limits: QueryLimits;
  /** Step of subqueries that name none. */
  readonly evaluationIntervalMs: number;
  /** Names of `--enable-feature` that are on. */
  readonly features: readonly string[];
  /** One word; non-zero stops the running query. */
  readonly cancel: Int32Array<SharedArrayBuffer>;
}

export type Encoding = 'identity' | 'gzip' | 'deflate';

/** A PromQL query; an instant one has a step of 0 and equal bounds. */
export interface QueryTask {
  readonly type: 'query';
  readonly query: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
  /** At most this many series; 0 for no limit. */
  readonly limit: number;
  /** Replaces the server's lookback when above 0. */
  readonly lookbackMs: number;
  /** '' for none, else as the parameter `stats`. */
  readonly stats: string;
  /** Added to the warnings of the answer. */
  readonly warnings: readonly string[];
  /** The longest time between scrapes of any job, for advice; undefined where there is no job. */
  readonly scrapeIntervalMs: number | undefined;
}

/** A PromQL query of which not the result is wanted but what its parts did. */
export interface ExplainTask
  extends Pick<QueryTask, 'query' | 'startMs' | 'endMs' | 'stepMs' | 'lookbackMs' | 'scrapeIntervalMs'> {
  readonly type: 'explain';
  /** Of the metrics and families that the query names, as far as they are known. */
  readonly metricTypes: ReadonlyMap<string, MetricType>;
}

/** A question about labels alone. */
export interface LabelTask {
  readonly type: 'series' | 'label-names' | 'label-values';
  /** The values of `match[]`. */
  readonly matchers: readonly string[];
  readonly startMs: number;
  readonly endMs: number;
  readonly limit: number;
  /** Of `label-values`. */
  readonly name: string;
}

/** The newest samples as an exposition. */
export interface FederateTask {
  readonly type: 'federate';
  /** The values of `match[]`. */
  readonly matchers: readonly string[];
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly format: Format;
  /** Added to series that lack them. */
  readonly externalLabels: ReadonlyMap<string, string>;
}

export type Task = QueryTask | ExplainTask | LabelTask | FederateTask;

/** What goes with a task. */
export interface TaskOptions {
  /** Time left, waiting already taken off. */
  readonly timeoutMs: number;
  readonly queuedMs: number;
  /** How the body is to be compressed. */
  readonly encoding: Encoding;
}

export type ToWorker =
  | { readonly kind: 'task'; readonly id: number; readonly task: Task; readonly options: TaskOptions }
  | { readonly kind: 'evaluation-interval'; readonly ms: number };

export interface TaskAnswer {
  /** The API's JSON, or the exposition, compressed as asked. */
  readonly body: Uint8Array<ArrayBuffer>;
  readonly encoding: Encoding;
  /** Of queries. */
  readonly timings: QueryTimings | undefined;
}

/** Seconds, and the number of samples looked at. */
export interface QueryTimings {
  readonly prepare: number;
  readonly evaluate: number;
  readonly encode: number;
  readonly samples: number;
}

export interface TaskFailure {
  readonly type: 'bad_data' | 'execution' | 'canceled' | 'timeout' | 'internal';
  readonly message: string;
  readonly hints: readonly Hint[];
}

export type FromWorker =
  | { readonly kind: 'ready'; readonly slot: number }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: TaskAnswer }
  | { readonly kind: 'failure'; readonly id: number; readonly failure: TaskFailure };
