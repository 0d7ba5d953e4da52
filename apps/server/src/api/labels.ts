// /series, /labels and /label/<name>/values: questions about labels, answered by the query workers.
import { EscapingScheme, isValidLabelName, quoteGo, unescapeName } from '@prometheus-ts/model';
import type { LabelTask } from '../query/messages.ts';
import type { ApiAnswer } from './answer.ts';
import type { ApiContext, ApiRequest } from './context.ts';
import { badData } from './errors.ts';
import { limitParameter, MAX_TIME_MS, MIN_TIME_MS, optionalTime } from './parameters.ts';
import { runTask } from './query.ts';

export function series(context: ApiContext, request: ApiRequest): Promise<ApiAnswer> {
  if (request.form.error) throw badData(`error parsing form values: ${request.form.error.message}`);
  if (request.form.all('match[]').length === 0) throw badData('no match[] parameter provided');
  return runTask(context, request, labelTask(request, 'series'));
}

export function labelNames(context: ApiContext, request: ApiRequest): Promise<ApiAnswer> {
  return runTask(context, request, labelTask(request, 'label-names'));
}

export function labelValues(context: ApiContext, request: ApiRequest): Promise<ApiAnswer> {
  const given = request.path['name']!;
  const name = given.startsWith('U__') ? unescapeName(given, EscapingScheme.values) : given;
  if (!isValidLabelName(name)) throw badData(`invalid label name: ${quoteGo(name)}`);
  return runTask(context, request, labelTask(request, 'label-values', name));
}

function labelTask(request: ApiRequest, type: LabelTask['type'], name = ''): LabelTask {
  const { form } = request;
  return {
    type,
    limit: limitParameter(form),
    startMs: optionalTime(form, 'start', MIN_TIME_MS),
    endMs: optionalTime(form, 'end', MAX_TIME_MS),
    matchers: form.all('match[]'),
    name,
  };
}
