// What all operators of one running query share: the selections, the limits, the annotations, the counters.
import type { SeriesSet } from '@prometheus-ts/model';
import type { Grid } from '../plan/grid.ts';
import { Annotations } from './annotations.ts';
import type { EngineFeatures } from './options.ts';
import { QueryError, QueryErrorCode } from './query-error.ts';
import type { SampleAccount } from './sample-account.ts';

/** The clock is read once per so many polls; the cancel word at every one. */
const POLLS_PER_CLOCK = 64;

export interface QueryStateOptions {
  readonly grid: Grid;
  readonly lookbackMs: number;
  readonly features: EngineFeatures;
  readonly samples: SampleAccount;
  /** In order of the plan's selections. */
  readonly seriesSets: readonly SeriesSet[];
  /** Element 0 turns non-zero to stop the query; may be shared memory. */
  readonly cancel: Int32Array | undefined;
  /** On the clock of `performance.now()`. */
  readonly deadlineMs: number;
  /** At most so many bytes of columns; 0 for no limit. */
  readonly maxBytes: number;
}

export class QueryState {
  /** Read it when something is to be noted; it may be another object later. */
  annotations = new Annotations();
  readonly grid: Grid;
  readonly lookbackMs: number;
  readonly features: EngineFeatures;
  readonly samples: SampleAccount;
  readonly seriesSets: readonly SeriesSet[];
  readonly #cancel: Int32Array | undefined;
  readonly #deadlineMs: number;
  readonly #maxBytes: number;
  #bytes = 0;
  #polls = 0;

  constructor(options: QueryStateOptions) {
    this.grid = options.grid;
    this.lookbackMs = options.lookbackMs;
    this.features = options.features;
    this.samples = options.samples;
    this.seriesSets = options.seriesSets;
    this.#cancel = options.cancel;
    this.#deadlineMs = options.deadlineMs;
    this.#maxBytes = options.maxBytes;
  }

  /** Called once per series by whatever loops over many: throws when the query is to stop. */
  poll(): void {
    if (this.#cancel !== undefined && Atomics.load(this.#cancel, 0) !== 0) {
      throw new QueryError(QueryErrorCode.canceled, 'query was canceled in expression evaluation');
    }
    if (this.#polls++ % POLLS_PER_CLOCK === 0 && performance.now() > this.#deadlineMs) {
      throw new QueryError(QueryErrorCode.timeout, 'query timed out in expression evaluation', {
        hint: 'ask for a shorter range or a longer step, or raise --query.timeout',
      });
    }
  }

  /** Runs something now and adds what it annotates when `release` is called. */
  annotateLater<T>(run: () => T): { readonly value: T; release(): void } {
    const current = this.annotations;
    const later = new Annotations();
    this.annotations = later;
    try {
      return { value: run(), release: () => this.annotations.merge(later) };
    } finally {
      this.annotations = current;
    }
  }

  /** Takes note of memory for columns that will be kept until the query ends. */
  holdBytes(bytes: number): void {
    this.#bytes += bytes;
    if (this.#maxBytes !== 0 && this.#bytes > this.#maxBytes) {
      throw new QueryError(
        QueryErrorCode.tooManyBytes,
        `query would need more than ${this.#maxBytes} bytes of memory`,
        { hint: 'narrow the selectors, ask for a longer step, or aggregate sooner' },
      );
    }
  }

  get heldBytes(): number {
    return this.#bytes;
  }
}
