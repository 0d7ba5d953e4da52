// The way in: parse, plan, select everything at once, run, collect.
import { LabelSet, type Querier, type Queryable, type SeriesSet } from '@prometheus-ts/model';
import { type Expr, typeOf, type ValueType } from '../ast.ts';
import { OperatorBuilder } from '../operators/build.ts';
import { InvariantCounter, QueryCounter } from '../operators/sample-counter.ts';
import { DEFAULT_PARSE_OPTIONS } from '../parse/options.ts';
import { parseExpr } from '../parse/parse.ts';
import { resolveDurations } from '../parse/resolve-durations.ts';
import { buildPlan, type Plan } from '../plan/build-plan.ts';
import { type Grid, timeAt } from '../plan/grid.ts';
import { collectMatrix, collectVector, scalarMatrix, sortByLabels } from '../result/collect.ts';
import { collectRawMatrix } from '../result/raw-matrix.ts';
import type { QueryResult, QueryStats, ResultValue } from '../result/value.ts';
import type { EngineFeatures, EngineOptions, QueryContext } from './options.ts';
import { QueryError, QueryErrorCode } from './query-error.ts';
import { QueryState } from './query-state.ts';
import { SampleAccount } from './sample-account.ts';

const MINUTE_MS = 60_000;

/** A query text with its tree, for whoever runs one again and again. */
export interface ParsedQuery {
  readonly text: string;
  readonly expr: Expr;
}

interface Run {
  readonly query: ParsedQuery;
  readonly plan: Plan;
  readonly isInstant: boolean;
  readonly lookbackMs: number;
  readonly context: QueryContext;
  readonly startedMs: number;
}

export class Engine {
  readonly #options: EngineOptions;
  readonly #features: EngineFeatures;

  constructor(options: EngineOptions = {}) {
    this.#options = options;
    this.#features = {
      delayedNameRemoval: false,
      typeAndUnitLabels: false,
      useStartTimestamps: false,
      ...options.features,
    };
  }

  /** Throws ParseError. */
  parse(text: string): ParsedQuery {
    return { text, expr: parseExpr(text, this.#options.parse ?? DEFAULT_PARSE_OPTIONS) };
  }

  /** Evaluates at one moment. Throws ParseError or QueryError; a promise only where storage is remote. */
  instant(
    storage: Queryable,
    query: string | ParsedQuery,
    timeMs: number,
    context: QueryContext = {},
  ): QueryResult | Promise<QueryResult> {
    return this.#run(storage, query, timeMs, timeMs, 0, context);
  }

  /** Evaluates at start, start + step, … up to end. As `instant`. */
  range(
    storage: Queryable,
    query: string | ParsedQuery,
    startMs: number,
    endMs: number,
    stepMs: number,
    context: QueryContext = {},
  ): QueryResult | Promise<QueryResult> {
    return this.#run(storage, query, startMs, endMs, stepMs, context);
  }

  #run(
    storage: Queryable,
    query: string | ParsedQuery,
    startMs: number,
    endMs: number,
    stepMs: number,
    context: QueryContext,
  ): QueryResult | Promise<QueryResult> {
    const startedMs = performance.now();
    const parsed = typeof query === 'string' ? this.parse(query) : query;
    const isInstant = stepMs === 0;
    if (!isInstant) checkRangeType(typeOf(parsed.expr));
    const lookbackMs = context.lookbackMs || this.#options.lookbackMs || 5 * MINUTE_MS;
    const expr = resolveDurations(parsed.text, parsed.expr, { stepMs, rangeMs: endMs - startMs });
    const plan = buildPlan(expr, {
      startMs,
      endMs,
      stepMs,
      lookbackMs,
      defaultSubqueryStepMs: this.#subqueryStep(),
    });
    const run: Run = { query: parsed, plan, isInstant, lookbackMs, context, startedMs };
    const querier = openQuerier(storage, plan);
    let isPending = false;
    try {
      const { requests } = plan.selections;
      const sets = requests.length === 0 ? [] : querier.select(requests);
      if (!(sets instanceof Promise)) return this.#evaluate(run, sets);
      isPending = true;
      return sets.then((found) => this.#evaluate(run, found)).finally(() => querier.close());
    } finally {
      if (!isPending) querier.close();
    }
  }

  #evaluate(run: Run, seriesSets: readonly SeriesSet[]): QueryResult {
    const { plan, context } = run;
    const { grid } = plan;
    const preparedMs = performance.now();
    const perStep = this.#options.perStepStats === true && context.perStepStats === true;
    const samples = new SampleAccount(this.#options.maxSamples ?? 50_000_000, perStep ? grid : undefined);
    const timeoutMs = Math.min(
      this.#options.timeoutMs ?? 2 * MINUTE_MS,
      context.timeoutMs ?? Number.POSITIVE_INFINITY,
    );
    const state = new QueryState({
      grid,
      lookbackMs: run.lookbackMs,
      features: this.#features,
      samples,
      seriesSets,
      cancel: context.cancel,
      deadlineMs: run.startedMs + timeoutMs,
      maxBytes: this.#options.maxBytes ?? 0,
    });
    state.poll();
    const value = evaluatePlan(plan, state, run.isInstant);
    const evaluatedMs = performance.now();
    if (value.type === 'matrix') sortByLabels(value.series);
    const endedMs = performance.now();
    const limit = context.annotationLimit ?? 0;
    return {
      value,
      annotations: state.annotations.print(run.query.text, limit, limit),
      stats: statsOf(samples, grid, {
        preparation: preparedMs - run.startedMs,
        evaluation: evaluatedMs - preparedMs,
        sorting: endedMs - evaluatedMs,
        queued: context.queuedMs ?? 0,
      }),
    };
  }

  #subqueryStep(): (rangeMs: number) => number {
    const step = this.#options.defaultSubqueryStepMs ?? MINUTE_MS;
    return typeof step === 'function' ? step : () => step;
  }
}

/** Opens a view of everything that the selections ask for. */
function openQuerier(storage: Queryable, plan: Plan): Querier {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const { minTimeMs, maxTimeMs } of plan.selections.requests) {
    min = Math.min(min, minTimeMs);
    max = Math.max(max, maxTimeMs);
  }
  return min > max ? storage.querier(0, 0) : storage.querier(min, max);
}

function evaluatePlan(plan: Plan, state: QueryState, isInstant: boolean): ResultValue {
  const { root, grid } = plan;
  const timeMs = grid.startMs;
  const counter = new QueryCounter(state.samples);
  const builder = new OperatorBuilder(state.lookbackMs);
  if (root.type === 'string') return { type: 'string', timeMs, value: root.value };
  if (root.type === 'scalar') {
    const values = builder.scalar(root, counter).evaluate(state);
    if (isInstant) return { type: 'scalar', timeMs, value: values[0]! };
    return scalarMatrix(values, grid, LabelSet.empty);
  }
  if (root.type === 'vector') {
    const operator = builder.vector(root, counter);
    if (isInstant) return { type: 'vector', timeMs, samples: collectVector(operator, state) };
    return { type: 'matrix', series: collectMatrix(operator, state) };
  }
  if (root.kind === 'range-scan') {
    return { type: 'matrix', series: collectRawMatrix(root, state, counter) };
  }
  const inner = builder.vectorOf(root.inner, new InvariantCounter(counter, 1));
  return { type: 'matrix', series: collectMatrix(inner, state) };
}

function checkRangeType(type: ValueType): void {
  if (type === 'vector' || type === 'scalar') return;
  const name = type === 'matrix' ? 'range vector' : type;
  throw new QueryError(
    QueryErrorCode.badData,
    `invalid expression type "${name}" for range query, must be Scalar or instant Vector`,
  );
}

interface Durations {
  readonly preparation: number;
  readonly evaluation: number;
  readonly sorting: number;
  readonly queued: number;
}

function statsOf(samples: SampleAccount, grid: Grid, ms: Durations): QueryStats {
  const perStep = (counts: Float64Array | undefined) =>
    counts && Array.from(counts, (count, step) => [timeAt(grid, step) / 1000, count] as const);
  const totalPerStep = perStep(samples.totalPerStep);
  const readPerStep = perStep(samples.readPerStep);
  return {
    timings: {
      evalTotalTime: (ms.preparation + ms.evaluation + ms.sorting) / 1000,
      resultSortTime: ms.sorting / 1000,
      queryPreparationTime: ms.preparation / 1000,
      innerEvalTime: ms.evaluation / 1000,
      execQueueTime: ms.queued / 1000,
      execTotalTime: (ms.queued + ms.preparation + ms.evaluation + ms.sorting) / 1000,
    },
    samples: {
      ...(totalPerStep && { totalQueryableSamplesPerStep: totalPerStep }),
      totalQueryableSamples: samples.total,
      ...(readPerStep && { samplesReadPerStep: readPerStep }),
      samplesRead: samples.read,
      peakSamples: samples.peak,
    },
  };
}
