// /query and /query_range: parameters in, a task for a worker, its body out.
import type { QueryTask, Task, TaskFailure } from '../query/messages.ts';
import type { ApiAnswer } from './answer.ts';
import type { ApiContext, ApiRequest } from './context.ts';
import { ApiError, badData, invalidParameter } from './errors.ts';
import type { Form } from './form.ts';
import { limitParameter, optionalTime, parseSpan, spanParameter, timeParameter } from './parameters.ts';

/** Points per series that a range query may ask for. */
const MAX_POINTS = 11_000;

type Range = Pick<QueryTask, 'startMs' | 'endMs' | 'stepMs'>;

export function instantQuery(context: ApiContext, request: ApiRequest): Promise<ApiAnswer> {
  const limit = limitParameter(request.form);
  return runQuery(context, request, { ...momentOf(context, request.form), limit });
}

export function rangeQuery(context: ApiContext, request: ApiRequest): Promise<ApiAnswer> {
  const limit = limitParameter(request.form);
  return runQuery(context, request, { ...rangeOf(request.form), limit });
}

/** The parameter `time`, by default now, as a range with a step of 0. */
export function momentOf(context: ApiContext, form: Form): Range {
  const timeMs = optionalTime(form, 'time', context.clock.nowMs());
  return { startMs: timeMs, endMs: timeMs, stepMs: 0 };
}

/** The parameters `start`, `end` and `step`. Throws ApiError where they are no range, or too fine a one. */
export function rangeOf(form: Form): Range {
  const startMs = timeParameter(form, 'start');
  const endMs = timeParameter(form, 'end');
  if (endMs < startMs) throw invalidParameter('end', 'end timestamp must not be before start time');
  const stepMs = spanParameter(form, 'step');
  if (stepMs <= 0) {
    throw invalidParameter(
      'step',
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  }
  if (Math.trunc((endMs - startMs) / stepMs) > MAX_POINTS) {
    throw badData(
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    );
  }
  return { startMs, endMs, stepMs };
}

/** The parameter `timeout`, milliseconds; without end where it is absent. */
export function timeoutOf(form: Form): number {
  return form.get('timeout') === '' ? Number.POSITIVE_INFINITY : spanParameter(form, 'timeout');
}

async function runQuery(
  context: ApiContext,
  request: ApiRequest,
  range: Range & Pick<QueryTask, 'limit'>,
): Promise<ApiAnswer> {
  const { form } = request;
  const timeoutMs = timeoutOf(form);
  const stats = form.get('stats');
  const task: QueryTask = {
    type: 'query',
    query: form.get('query'),
    ...range,
    lookbackMs: lookbackOf(form),
    stats,
    warnings: ['', 'true', 'all'].includes(stats) ? [] : [statsWarning(stats)],
    scrapeIntervalMs: context.scrapeIntervalMs(),
  };
  return runTask(context, request, task, timeoutMs);
}

/** Runs a task in a worker, stops it when the client goes, and turns a failure into the API's error. */
export async function runTask(
  context: ApiContext,
  request: ApiRequest,
  task: Task,
  timeoutMs?: number,
): Promise<ApiAnswer> {
  const running = context.queries().run(task, request.encoding, timeoutMs);
  const cancel = () => running.cancel();
  request.signal.addEventListener('abort', cancel, { once: true });
  const outcome = await running.outcome;
  request.signal.removeEventListener('abort', cancel);
  if (!outcome.ok) throw apiError(task, outcome.failure);
  const { body, encoding, timings } = outcome.answer;
  if (timings) context.queryMetrics.record(timings, outcome.queuedSeconds);
  return { kind: 'body', body, encoding };
}

function apiError(task: Task, failure: TaskFailure): ApiError {
  if (failure.type !== 'bad_data') return new ApiError(failure.type, failure.message, failure.hints);
  if (task.type === 'query' || task.type === 'explain') {
    return invalidParameter('query', failure.message, failure.hints);
  }
  return task.type === 'series'
    ? invalidParameter('match[]', failure.message, failure.hints)
    : new ApiError('bad_data', failure.message, failure.hints);
}

/** The parameter `lookback_delta`, milliseconds; 0 where it is absent. */
export function lookbackOf(form: Form): number {
  const text = form.get('lookback_delta');
  if (text === '') return 0;
  try {
    return parseSpan(text);
  } catch (error) {
    throw badData(`error parsing lookback delta duration: ${(error as Error).message}`);
  }
}

function statsWarning(value: string): string {
  return `value ${JSON.stringify(value)} for parameter "stats" is deprecated and will be rejected in the next major release, use "true" or "all"`;
}
