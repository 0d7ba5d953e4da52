// The whole of prometheus.yml. What one section needs of another is settled here, after all are read.
import {
  type DecodeContext,
  field,
  list,
  nodeOfField,
  object,
  optional,
  originOf,
  type Reporter,
  rememberOrigin,
  resolvePath,
  type Schema,
  string,
  type TypeOf,
  type YamlNode,
} from '@prometheus-ts/config';
import { quoteGo } from '@prometheus-ts/model';
import { relabelProblem } from '@prometheus-ts/relabel';
import { alertingSchema } from './alerting-schema.ts';
import { defaultGlobal, defaultRuntime, globalSchema, runtimeSchema } from './global-schema.ts';
import { remoteReadSchema, remoteWriteSchema } from './remote-schema.ts';
import { inheritScrape, scrapeSchema } from './scrape-schema.ts';
import {
  completeStorage,
  otlpSchema,
  type RetentionDefaults,
  storageSchema,
  strategyProblem,
} from './storage-schema.ts';
import { tracingSchema } from './tracing-schema.ts';
import type { ServerConfig } from './types.ts';

/** A star only in the last part of a path, and nothing after it but the rest of the name. */
const PATTERN = /^[^*]*(\*[^/]*)?$/;

const scrapeConfigs = list(scrapeSchema, { refuseNull: 'empty or null scrape config section' });

const written = object('config.plain', {
  global: field(globalSchema, { default: defaultGlobal, omitEmpty: false }),
  runtime: field(runtimeSchema, { default: defaultRuntime }),
  alerting: field(alertingSchema),
  rule_files: field(list(string())),
  scrape_config_files: field(list(string())),
  scrape_configs: field(scrapeConfigs),
  storage: field(storageSchema),
  tracing: field(optional(tracingSchema)),
  remote_write: field(list(remoteWriteSchema, { refuseNull: 'empty or null remote write config section' })),
  remote_read: field(list(remoteReadSchema, { refuseNull: 'empty or null remote read config section' })),
  otlp: field(otlpSchema, { default: () => otlpSchema.defaults() }),
});

type Written = TypeOf<typeof written>;

export interface SchemaOptions {
  readonly retention: RetentionDefaults;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What holds where the file does not say: the feature of that name. */
  readonly extraScrapeMetrics?: boolean;
  /** Told of variables in external labels that are not set. */
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** The schema of the file; its values are complete. */
export function serverSchema(options: SchemaOptions): Schema<ServerConfig> {
  return {
    ...written,
    decode(node, context) {
      const value = written.decode(node, context);
      return complete(value, node, context, options);
    },
    zero: () => {
      throw new Error('a configuration has no zero value');
    },
    isZero: () => false,
    encode: (value) => written.encode(value as unknown as Written),
  };
}

function complete(
  value: Written,
  node: YamlNode,
  context: DecodeContext,
  options: SchemaOptions,
): ServerConfig {
  const report: Reporter = (name, message, hint) => {
    const place = (name === undefined ? undefined : nodeOfField(value, name)) ?? node;
    context.report(place, 'invalid_value', message, hint);
  };
  checkPatterns(value.rule_files, 'rule', report, 'rule_files');
  checkPatterns(value.scrape_config_files, 'scrape config', report, 'scrape_config_files');
  const validation = value.global.metric_name_validation_scheme || 'utf8';
  const global = {
    ...value.global,
    external_labels: expandLabels(value.global.external_labels, options),
    extra_scrape_metrics: value.global.extra_scrape_metrics ?? options.extraScrapeMetrics ?? false,
  };
  const config: ServerConfig = {
    ...value,
    global,
    scrape_configs: value.scrape_configs.map((scrape) => inheritScrape(scrape, global, context)),
    rule_files: value.rule_files.map((pattern) => resolvePath(pattern, context.folder)),
    scrape_config_files: value.scrape_config_files.map((pattern) => resolvePath(pattern, context.folder)),
    storage: completeStorage(value.storage, options.retention),
  };
  for (const [kind, named] of [
    ['scrape configs', value.scrape_configs.map((item) => [item, item.job_name] as const)],
    ['remote write configs', value.remote_write.map((item) => [item, item.name] as const)],
    ['remote read configs', value.remote_read.map((item) => [item, item.name] as const)],
  ] as const) {
    checkDistinct(kind, named, context);
  }
  checkRelabelRules(value, validation, context);
  const strategy = strategyProblem(value.otlp.translation_strategy, validation);
  if (strategy !== undefined) report('otlp', strategy);
  const origin = originOf(value);
  if (origin) rememberOrigin(config, origin);
  return config;
}

function checkPatterns(patterns: readonly string[], kind: string, report: Reporter, name: string): void {
  for (const pattern of patterns) {
    if (!PATTERN.test(pattern)) {
      report(
        name,
        `invalid ${kind} file path ${quoteGo(pattern)}`,
        'a * may only stand in the last part of a path',
      );
    }
  }
}

function checkDistinct(
  kind: string,
  named: readonly (readonly [object, string])[],
  context: DecodeContext,
): void {
  const seen = new Set<string>();
  for (const [item, name] of named) {
    if (seen.has(name) && name !== '') {
      const field = kind === 'scrape configs' ? 'job_name' : 'name';
      const message = `found multiple ${kind} with job name ${quoteGo(name)}`;
      context.report(nodeOfField(item, field)!, 'invalid_value', message);
    }
    seen.add(name);
  }
}

function checkRelabelRules(value: Written, validation: 'utf8' | 'legacy', context: DecodeContext): void {
  const lists = [
    value.alerting.alert_relabel_configs,
    ...value.alerting.alertmanagers.flatMap((item) => [item.alert_relabel_configs, item.relabel_configs]),
    ...value.remote_write.map((item) => item.write_relabel_configs),
  ];
  for (const rules of lists) {
    rules.forEach((rule, index) => {
      const problem = relabelProblem(rule, validation);
      if (problem !== undefined) context.report(nodeOfField(rules, index)!, 'invalid_value', problem);
    });
  }
}

const VARIABLE = /\$(?:\$|\{([^}]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g;

/** `$NAME` and `${NAME}` in external labels become the environment's values; `$$` is a dollar sign. */
function expandLabels(
  labels: ReadonlyMap<string, string>,
  options: SchemaOptions,
): ReadonlyMap<string, string> {
  const entries = [...labels].map(([name, text]): [string, string] => {
    const expanded = text.replace(VARIABLE, (all, braced?: string, bare?: string) => {
      if (all === '$$') return '$';
      const variable = braced ?? bare ?? '';
      const found = options.env[variable] ?? '';
      if (found === '') options.warn('Empty environment variable', { name: variable });
      return found;
    });
    return [name, expanded];
  });
  return new Map(entries);
}

/** A file of scrape_config_files. */
export const scrapeFileSchema = object('config.ScrapeConfigs', { scrape_configs: field(scrapeConfigs) });
