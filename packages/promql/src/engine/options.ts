// How an engine is set up, and what a single query may ask for.
import type { ParseOptions } from '../parse/options.ts';

/** Upstream's feature flags that change how queries are evaluated. */
export interface EngineFeatures {
  /** promql-delayed-name-removal: names are dropped when the query ends, not where functions drop them. */
  readonly delayedNameRemoval: boolean;
  /** type-and-unit-labels: decisions look at __type__ rather than at the name's ending. */
  readonly typeAndUnitLabels: boolean;
  /** use-start-timestamps: rate and its kin take resets from start timestamps. */
  readonly useStartTimestamps: boolean;
}

export interface EngineOptions {
  /** How far back an instant selector looks for a sample. Default 5 minutes. */
  readonly lookbackMs?: number;
  /** Default 50,000,000 as upstream's flag; 0 for no limit. */
  readonly maxSamples?: number;
  /** Default 2 minutes. */
  readonly timeoutMs?: number;
  /** Bytes of columns that one query may hold; default 0, no limit. */
  readonly maxBytes?: number;
  /** The step of subqueries that name none; default 1 minute. */
  readonly defaultSubqueryStepMs?: number | ((rangeMs: number) => number);
  /** Whether a query may have statistics per step (promql-per-step-stats). Default false. */
  readonly perStepStats?: boolean;
  readonly features?: Partial<EngineFeatures>;
  /** Which parts of the language are switched on. Default: what upstream accepts without flags. */
  readonly parse?: ParseOptions;
}

/** What one query brings with it. */
export interface QueryContext {
  /** Overrides the engine's lookback; undefined or 0 keeps it. */
  readonly lookbackMs?: number;
  /** Element 0 turns non-zero to stop the query; may be shared memory. */
  readonly cancel?: Int32Array;
  /** Overrides the engine's timeout where it is shorter. */
  readonly timeoutMs?: number;
  /** Asks for statistics per step, where the engine allows them. */
  readonly perStepStats?: boolean;
  /** At most so many warnings and so many infos are printed; 0 for all. */
  readonly annotationLimit?: number;
  /** Time spent in a queue before, milliseconds; only reported. */
  readonly queuedMs?: number;
}
