// /query and /query_range: parameters in, a task for a worker, its body out.
import type { QueryTask, Task, TaskFailure } from '../query/messages.ts';
import type { ApiAnswer } from './answer.ts';
import type { ApiContext, ApiRequest } from './context.ts';
import { ApiError, badData, invalidParameter } from './errors.ts';
import { limitParameter, optionalTime, parseSpan, spanParameter, timeParameter } from './parameters.ts';

/** Points per series that a range query may ask for. */
const MAX_POINTS = 11_000;

export function instantQuery(context: ApiContext, request: ApiRequest): Promise<ApiAnswer> {
  const { form } = request;
  const limit = limitParameter(form);
  const timeMs = optionalTime(form, 'time', context.clock.nowMs());
  return runQuery(context, request, { startMs: timeMs, endMs: timeMs, stepMs: 0, limit });
}

export function rangeQuery(context: ApiContext, request: ApiRequest): Promise<ApiAnswer> {
  const { form } = request;
  const limit = limitParameter(form);
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
  return runQuery(context, request, { startMs, endMs, stepMs, limit });
}

async function runQuery(
  context: ApiContext,
  request: ApiRequest,
  range: Pick<QueryTask, 'startMs' | 'endMs' | 'stepMs' | 'limit'>,
): Promise<ApiAnswer> {
  const { form } = request;
  const timeoutMs = form.get('timeout') === '' ? Number.POSITIVE_INFINITY : spanParameter(form, 'timeout');
  const stats = form.get('stats');
  const task: QueryTask = {
    type: 'query',
    query: form.get('query'),
    ...range,
    lookbackMs: lookback(request),
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
  if (task.type === 'query') return invalidParameter('query', failure.message, failure.hints);
  return task.type === 'series'
    ? invalidParameter('match[]', failure.message, failure.hints)
    : new ApiError('bad_data', failure.message, failure.hints);
}

function lookback(request: ApiRequest): number {
  const text = request.form.get('lookback_delta');
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
