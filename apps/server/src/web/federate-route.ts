// /federate: the work is done by a query worker.
import { contentType, negotiate, OFFERED_FORMATS } from '@prometheus-ts/exposition';
import { sendError } from '@prometheus-ts/web-config';
import type { RequestHandler } from 'express';
import { Counter, type Registry } from 'prom-client';
import { encodingOf } from '../api/answer.ts';
import type { ApiContext } from '../api/context.ts';
import { readForm } from '../api/form.ts';

const TEXT_FORMATS = OFFERED_FORMATS.filter(({ kind }) => kind === 'text');

export function federateHandler(context: ApiContext, lookbackMs: number, registry: Registry): RequestHandler {
  const errors = new Counter({
    name: 'prometheus_web_federation_errors_total',
    help: 'Federation answers that failed.',
    registers: [registry],
  });
  new Counter({
    name: 'prometheus_web_federation_warnings_total',
    help: 'Warnings while federation answers were made.',
    registers: [registry],
  });
  return async (request, response) => {
    const { form } = await readForm(request);
    if (form.error) {
      sendError(response, 400, `error parsing form values: ${form.error.message}`);
      return;
    }
    const nowMs = context.clock.nowMs();
    const format = negotiate(request.headers.accept, TEXT_FORMATS);
    const encoding = encodingOf(request.headers['accept-encoding']);
    const running = context.queries().run(
      {
        type: 'federate',
        matchers: form.all('match[]'),
        minTimeMs: nowMs - lookbackMs,
        maxTimeMs: nowMs,
        format,
        externalLabels: externalLabels(context),
      },
      encoding,
    );
    response.once('close', () => running.cancel());
    const outcome = await running.outcome;
    if (!outcome.ok) {
      const isClient = outcome.failure.type === 'bad_data';
      if (!isClient) errors.inc();
      sendError(response, isClient ? 400 : 500, outcome.failure.message);
      return;
    }
    const { body } = outcome.answer;
    response.appendHeader('Vary', 'Accept-Encoding');
    if (encoding !== 'identity') response.setHeader('Content-Encoding', encoding);
    response.writeHead(200, { 'Content-Type': contentType(format), 'Content-Length': body.length });
    response.end(body);
  };
}

/** By name; an empty instance keeps the scraper from adding ours as the instance of everything. */
function externalLabels(context: ApiContext): ReadonlyMap<string, string> {
  const labels = new Map(context.config().global.external_labels);
  if (!labels.has('instance')) labels.set('instance', '');
  return new Map([...labels].sort(([a], [b]) => (a < b ? -1 : 1)));
}
