// /targets/relabel_steps: what each relabelling rule of a pool makes of given labels.
import { LabelSet, quoteGo } from '@prometheus-ts/model';
import { type RelabelConfig, relabelSteps as stepsOf } from '@prometheus-ts/relabel';
import type { ApiAnswer } from './answer.ts';
import type { ApiContext, ApiRequest } from './context.ts';
import { badData } from './errors.ts';
import { jsonOf, labelsJson } from './json.ts';

export function relabelSteps(context: ApiContext, request: ApiRequest): ApiAnswer {
  const job = request.form.get('scrapePool');
  if (job === '') throw badData('no scrapePool parameter provided');
  const text = request.form.get('labels');
  if (text === '') throw badData('no labels parameter provided');
  const labels = parseLabels(text);
  const pool = context.scrapes.pools().find((candidate) => candidate.job === job);
  if (!pool) throw badData(`error retrieving scrape config: scrape pool ${quoteGo(job)} not found`);
  const { relabel_configs: rules, metric_name_validation_scheme: scheme } = pool.config;
  const steps = stepsOf(labels, rules, scheme).map(({ rule, labels: left }) => {
    const output = left === undefined ? '{}' : labelsJson(left);
    return `{"rule":${jsonOf(ruleJson(rule))},"output":${output},"keep":${left !== undefined}}`;
  });
  return { kind: 'data', json: `{"steps":[${steps.join()}]}` };
}

function parseLabels(text: string): LabelSet {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw badData(`error parsing labels: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badData('error parsing labels: json: a map of strings is wanted');
  }
  const entries = Object.entries(value);
  if (entries.some(([, item]) => typeof item !== 'string')) {
    throw badData('error parsing labels: json: cannot unmarshal a value that is no string into a label');
  }
  return LabelSet.from(entries as [string, string][]);
}

function ruleJson(rule: RelabelConfig): Record<string, unknown> {
  return {
    ...(rule.source_labels.length > 0 ? { source_labels: rule.source_labels } : {}),
    separator: rule.separator,
    regex: rule.regex.source,
    ...(rule.modulus !== 0 ? { modulus: rule.modulus } : {}),
    ...(rule.target_label !== '' ? { target_label: rule.target_label } : {}),
    replacement: rule.replacement,
    action: rule.action,
  };
}
