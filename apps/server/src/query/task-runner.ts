// Tasks of a query worker: from a query's text or a question about labels to the bytes of the API's answer.
import {
  CodedError,
  compareStrings,
  type LabelSet,
  type Matcher,
  type Querier,
  type Queryable,
} from '@prometheus-ts/model';
import {
  Engine,
  encodeResult,
  explainQuery,
  type HintContext,
  hintsForExpr,
  hintsForFailure,
  ParseError,
  parseMetricSelector,
  QueryError,
  QueryErrorCode,
  type ResultValue,
} from '@prometheus-ts/promql';
import { encodeSync, successJson } from '../api/answer.ts';
import type { Hint } from '../api/hint.ts';
import { jsonOf, labelsJson } from '../api/json.ts';
import { engineFeatures, parseOptions } from './features.ts';
import { federate } from './federate.ts';
import type {
  ExplainTask,
  LabelTask,
  QueryTask,
  QueryTimings,
  Task,
  TaskAnswer,
  TaskFailure,
  TaskOptions,
  WorkerData,
} from './messages.ts';

const TRUNCATED = 'results truncated due to limit';
/** Annotations of each kind in one answer, as upstream. */
const MAX_ANNOTATIONS = 10;

export type Outcome = { readonly answer: TaskAnswer } | { readonly failure: TaskFailure };

export class TaskRunner {
  readonly #data: WorkerData;
  readonly #queryable: Queryable;
  readonly #engine: Engine;
  /** Step of subqueries that name none. */
  evaluationIntervalMs: number;

  constructor(queryable: Queryable, data: WorkerData) {
    this.#data = data;
    this.#queryable = queryable;
    this.evaluationIntervalMs = data.evaluationIntervalMs;
    this.#engine = new Engine({
      parse: parseOptions(data.features),
      lookbackMs: data.limits.lookbackMs,
      maxSamples: data.limits.maxSamples,
      timeoutMs: data.limits.timeoutMs,
      defaultSubqueryStepMs: () => this.evaluationIntervalMs,
      perStepStats: data.features.includes('promql-per-step-stats'),
      features: engineFeatures(data.features),
    });
  }

  /** Never rejects. */
  async run(task: Task, options: TaskOptions): Promise<Outcome> {
    try {
      if (task.type === 'query') return await this.#query(task, options);
      if (task.type === 'explain') return await this.#explain(task, options);
      if (task.type !== 'federate') return await this.#labels(task, options);
      const exposition = await federate(this.#queryable, task);
      const body = ownedBytes(encodeSync(exposition, options.encoding));
      return { answer: { body, encoding: options.encoding, timings: undefined } };
    } catch (error) {
      const failure = failureOf(error);
      const isQuery = task.type === 'query' || task.type === 'explain';
      if (!isQuery || failure.type !== 'bad_data') return { failure };
      const meant = hintsForFailure(task.query, error, this.#hintContext(task));
      return { failure: { ...failure, hints: [...failure.hints, ...meant] } };
    }
  }

  #hintContext(task: QueryTask | ExplainTask): HintContext {
    return {
      options: parseOptions(this.#data.features),
      isRange: task.stepMs > 0,
      scrapeIntervalMs: task.scrapeIntervalMs,
      ...(task.type === 'explain' ? { metricType: (metric) => task.metricTypes.get(metric) } : {}),
    };
  }

  async #query(task: QueryTask, options: TaskOptions): Promise<Outcome> {
    const startMs = performance.now();
    const query = this.#engine.parse(task.query);
    const context = {
      cancel: this.#data.cancel,
      timeoutMs: options.timeoutMs,
      queuedMs: options.queuedMs,
      lookbackMs: task.lookbackMs,
      perStepStats: task.stats === 'all',
      annotationLimit: MAX_ANNOTATIONS,
    };
    const parsedMs = performance.now();
    const result = await (task.stepMs === 0
      ? this.#engine.instant(this.#queryable, query, task.startMs, context)
      : this.#engine.range(this.#queryable, query, task.startMs, task.endMs, task.stepMs, context));
    const evaluatedMs = performance.now();
    const value = truncate(result.value, task.limit);
    const { infos } = result.annotations;
    const warnings = [...result.annotations.warnings];
    if (value !== result.value) warnings.push(TRUNCATED);
    warnings.push(...task.warnings);
    const hints = hintsForExpr(task.query, query.expr, this.#hintContext(task)).slice(0, MAX_ANNOTATIONS);
    const [before, after] = envelope({ warnings, infos, hints });
    const stats = task.stats !== '';
    const plain = encodeResult({ value, stats: result.stats }, { stats, before, after });
    const body = options.encoding === 'identity' ? plain : ownedBytes(encodeSync(plain, options.encoding));
    const encodedMs = performance.now();
    const timings: QueryTimings = {
      prepare: (parsedMs - startMs) / 1000,
      evaluate: (evaluatedMs - parsedMs) / 1000,
      encode: (encodedMs - evaluatedMs) / 1000,
      samples: result.stats.samples.totalQueryableSamples,
    };
    return { answer: { body, encoding: options.encoding, timings } };
  }

  async #explain(task: ExplainTask, options: TaskOptions): Promise<Outcome> {
    const { limits, cancel, features } = this.#data;
    const { warnings, infos, hints, ...data } = await explainQuery(this.#queryable, {
      query: task.query,
      startMs: task.startMs,
      endMs: task.endMs,
      stepMs: task.stepMs,
      lookbackMs: task.lookbackMs || limits.lookbackMs,
      defaultSubqueryStepMs: this.evaluationIntervalMs,
      features: engineFeatures(features),
      maxSamples: limits.maxSamples,
      maxBytes: 0,
      timeoutMs: options.timeoutMs,
      cancel,
      hints: this.#hintContext(task),
    });
    const json = successJson(jsonOf(data), warnings, infos, hints.slice(0, MAX_ANNOTATIONS));
    const body = ownedBytes(encodeSync(Buffer.from(json), options.encoding));
    return { answer: { body, encoding: options.encoding, timings: undefined } };
  }

  async #labels(task: LabelTask, options: TaskOptions): Promise<Outcome> {
    const sets = task.matchers.map(parseSelector);
    const querier = this.#queryable.querier(task.startMs, task.endMs);
    try {
      const { json, warnings } = await (task.type === 'series'
        ? seriesJson(querier, task, sets)
        : namesJson(querier, task, sets));
      const body = ownedBytes(encodeSync(Buffer.from(successJson(json, warnings)), options.encoding));
      return { answer: { body, encoding: options.encoding, timings: undefined } };
    } finally {
      querier.close();
    }
  }
}

/** The first `limit` series; the same object where there are no more, or where no limit is set. */
function truncate(value: ResultValue, limit: number): ResultValue {
  if (limit === 0) return value;
  if (value.type === 'matrix' && value.series.length > limit) {
    return { ...value, series: value.series.slice(0, limit) };
  }
  if (value.type === 'vector' && value.samples.length > limit) {
    return { ...value, samples: value.samples.slice(0, limit) };
  }
  return value;
}

/** The label sets of all series that one of the selections matches, each once, in order. */
async function seriesJson(querier: Querier, task: LabelTask, sets: readonly Matcher[][]) {
  const limit = task.limit > 0 ? task.limit + 1 : 0;
  const hints = { func: 'series', rangeMs: 0, stepMs: 0, grouping: [], by: false, limit };
  const selected = await querier.select(
    sets.map((matchers) => ({ matchers, minTimeMs: task.startMs, maxTimeMs: task.endMs, hints })),
  );
  const found: LabelSet[] = [];
  for (const set of selected) for (let i = 0; i < set.length; i++) found.push(set.labels(i));
  const distinct = selected.length > 1 ? distinctLabels(found) : found;
  const warnings = selected.flatMap((set) => [...set.warnings]);
  const truncated = task.limit > 0 && distinct.length > task.limit;
  if (truncated) warnings.push(TRUNCATED);
  const shown = truncated ? distinct.slice(0, task.limit) : distinct;
  return { json: `[${shown.map(labelsJson).join()}]`, warnings };
}

function distinctLabels(sets: readonly LabelSet[]): LabelSet[] {
  const byKey = new Map(sets.map((labels) => [labels.key, labels]));
  return [...byKey.values()].sort((a, b) => a.compare(b));
}

/** Names of labels, or values of one, over all selections. */
async function namesJson(querier: Querier, task: LabelTask, sets: readonly Matcher[][]) {
  const limit = task.limit > 0 ? task.limit + 1 : 0;
  const answers = await Promise.all(
    (sets.length === 0 ? [[]] : sets).map((matchers) =>
      task.type === 'label-names'
        ? querier.labelNames({ matchers, limit })
        : querier.labelValues(task.name, { matchers, limit }),
    ),
  );
  let names = answers.flatMap((answer) => [...answer.names]);
  if (answers.length > 1) names = [...new Set(names)].sort(compareStrings);
  const warnings = answers.flatMap((answer) => [...answer.warnings]);
  if (task.limit > 0 && names.length > task.limit) {
    names.length = task.limit;
    warnings.push(TRUNCATED);
  }
  return { json: jsonOf(names), warnings };
}

/** A selector of `match[]`; it must not match every series there is. */
function parseSelector(text: string): Matcher[] {
  const matchers = [...parseMetricSelector(text)];
  if (matchers.every((matcher) => matcher.matchesEmpty)) {
    throw new CodedError('selector-empty', 'match[] must contain at least one non-empty matcher');
  }
  return matchers;
}

interface Remarks {
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly hints: readonly Hint[];
}

/** What stands before and after the bytes of `data` in an answer. */
function envelope({ warnings, infos, hints }: Remarks): [before: string, after: string] {
  return successJson(MARK, warnings, infos, hints).split(MARK) as [string, string];
}

/** Stands for the data while the envelope is made; no string of an answer can hold it unescaped. */
const MARK = '\0';

/** Bytes with a buffer of their own, which can be transferred. */
function ownedBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const owned = bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer;
  return (owned ? bytes : new Uint8Array(bytes)) as Uint8Array<ArrayBuffer>;
}

/** CodedErrors that blame the request. */
const BAD_DATA: readonly string[] = ['selector-empty', 'promql/duration'];

function failureOf(error: unknown): TaskFailure {
  if (error instanceof ParseError || (error instanceof CodedError && BAD_DATA.includes(error.code))) {
    return { type: 'bad_data', message: error.message, hints: hintsOf(error) };
  }
  if (error instanceof QueryError) {
    return { type: FAILURE_TYPES[error.code] ?? 'execution', message: error.message, hints: hintsOf(error) };
  }
  return { type: 'internal', message: error instanceof Error ? error.message : String(error), hints: [] };
}

const FAILURE_TYPES: Readonly<Record<string, TaskFailure['type']>> = {
  [QueryErrorCode.badData]: 'bad_data',
  [QueryErrorCode.timeout]: 'timeout',
  [QueryErrorCode.canceled]: 'canceled',
  [QueryErrorCode.storage]: 'internal',
};

function hintsOf(error: CodedError): Hint[] {
  return error.hint === undefined ? [] : [{ code: error.code, text: error.hint }];
}
