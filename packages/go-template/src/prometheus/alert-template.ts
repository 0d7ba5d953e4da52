// Labels and annotations of alerting rules.
import type { FloatHistogram, LabelSet } from '@prometheus-ts/model';
import { TemplateError } from '../errors.ts';
import { answerLater } from '../execute/suspension.ts';
import { TextTemplate } from '../template.ts';
import { GoStruct } from '../values/values.ts';
import { NO_ENVIRONMENT, prometheusFunctions, type TemplateEnvironment } from './functions.ts';
import { goLabels, goSampleValue, type QuerySample } from './samples.ts';

/** What a template of an alert knows of it. */
export interface AlertData {
  /** Of the sample, with its metric name. */
  readonly labels: LabelSet;
  readonly value: number | FloatHistogram;
  readonly externalLabels: LabelSet;
}

/** As the environment of a template, but queries may take time. */
export type QueryingEnvironment = Omit<TemplateEnvironment, 'query'> & {
  readonly query: (expression: string) => readonly QuerySample[] | Promise<readonly QuerySample[]>;
};

/** Names that are easier to remember than Go's notation; they count in the columns of errors, as upstream. */
const DEFINITIONS =
  '{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}' +
  '{{$externalURL := .ExternalURL}}{{$value := .Value}}';
const DATA_TYPE =
  'struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }';

/** One template, parsed once and expanded for every alert. */
export class AlertTemplate {
  readonly name: string;
  readonly text: string;
  readonly #template: TextTemplate | undefined;

  /** Throws TemplateError (`template_syntax`) with upstream's text, which names the alert and the line. */
  constructor(alertName: string, text: string) {
    this.name = `__alert_${alertName}`;
    this.text = text;
    // Most annotations are plain text.
    if (!text.includes('{{')) return;
    const functions = prometheusFunctions(NO_ENVIRONMENT);
    this.#template = new TextTemplate(this.name, { functions, missingKey: 'zero' }).parse(DEFINITIONS + text);
  }

  /** Throws TemplateError (`template_execution`); see `describeFailure` for what an alert carries then. */
  expand(data: AlertData, environment: TemplateEnvironment): string {
    if (!this.#template) return this.text;
    const { labels, externalLabels, value } = data;
    const go = new GoStruct({
      type: DATA_TYPE,
      fields: {
        Labels: goLabels(labels),
        ExternalLabels: goLabels(externalLabels),
        ExternalURL: environment.externalUrl,
        Value: goSampleValue(value),
      },
    });
    const template = this.#template;
    return explain(`error executing template ${this.name}: `, () =>
      template.execute(go, this.name, prometheusFunctions(environment)),
    );
  }

  /** The same with queries that take time. */
  expandLater(data: AlertData, environment: QueryingEnvironment): Promise<string> {
    return answerLater(environment.query, (query) => this.expand(data, { ...environment, query }));
  }
}

/** The text that stands in an alert in place of a template that failed. */
export function describeFailure(error: unknown): string {
  return `<error expanding template: ${(error as Error).message}>`;
}

/** Says with the error what was being done. */
export function explain<T>(prefix: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const { code, message, place, cause } = error;
    throw new TemplateError(code, prefix + message, { ...place, cause });
  }
}
