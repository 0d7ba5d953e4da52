// The sections `global` and `runtime`.
import {
  boolean,
  duration,
  field,
  integer,
  isNull,
  map,
  object,
  optional,
  path,
  type Schema,
  string,
  type TypeOf,
} from '@prometheus-ts/config';
import { isValidLabelName, quoteGo } from '@prometheus-ts/model';
import { protocols, protocolsProblem, validationScheme } from './protocols-schema.ts';
import { size } from './size.ts';

const MINUTE_MS = 60_000;
const DEFAULT_SCRAPE_TIMEOUT_MS = 10_000;

const unsigned = () => integer({ min: 0, typeName: 'uint' });

const written = object(
  'config.plain',
  {
    scrape_interval: field(duration()),
    scrape_timeout: field(duration()),
    scrape_protocols: field(optional(protocols())),
    evaluation_interval: field(duration()),
    rule_query_offset: field(duration()),
    query_log_file: field(path()),
    scrape_failure_log_file: field(path()),
    external_labels: field(map(string())),
    body_size_limit: field(size()),
    sample_limit: field(unsigned()),
    target_limit: field(unsigned()),
    label_limit: field(unsigned()),
    label_name_length_limit: field(unsigned()),
    label_value_length_limit: field(unsigned()),
    keep_dropped_targets: field(unsigned()),
    metric_name_validation_scheme: field(validationScheme()),
    metric_name_escaping_scheme: field(string()),
    scrape_native_histograms: field(optional(boolean())),
    convert_classic_histograms_to_nhcb: field(boolean()),
    always_scrape_classic_histograms: field(boolean()),
    extra_scrape_metrics: field(optional(boolean())),
  },
  {
    check(value, report) {
      const scheme = value.metric_name_validation_scheme || 'utf8';
      for (const [name, text] of value.external_labels) {
        if (!isValidLabelName(name, scheme)) {
          report('external_labels', `${quoteGo(name)} is not a valid label name`);
        } else if (!text.isWellFormed()) {
          report('external_labels', `${quoteGo(text)} is not a valid label value`);
        }
      }
      const interval = value.scrape_interval || MINUTE_MS;
      if (value.scrape_timeout > interval) {
        report('scrape_timeout', 'global scrape timeout greater than scrape interval');
      }
      if (value.scrape_protocols) {
        const problem = protocolsProblem(value.scrape_protocols);
        if (problem !== undefined) report('scrape_protocols', `${problem} for global config`);
      }
      return {
        ...value,
        metric_name_validation_scheme: scheme,
        scrape_interval: interval,
        scrape_timeout: value.scrape_timeout || Math.min(DEFAULT_SCRAPE_TIMEOUT_MS, interval),
        evaluation_interval: value.evaluation_interval || MINUTE_MS,
        scrape_native_histograms: value.scrape_native_histograms ?? false,
      };
    },
  },
);

export type GlobalConfig = TypeOf<typeof written>;

/** What holds without a section `global`. */
export function defaultGlobal(): GlobalConfig {
  return {
    ...written.defaults(),
    scrape_interval: MINUTE_MS,
    scrape_timeout: DEFAULT_SCRAPE_TIMEOUT_MS,
    evaluation_interval: MINUTE_MS,
    metric_name_validation_scheme: 'utf8',
    metric_name_escaping_scheme: 'allow-utf-8',
    scrape_native_histograms: false,
  };
}

/** An empty section counts as none. */
export const globalSchema: Schema<GlobalConfig> = {
  ...written,
  decode: (node, context) => (isNull(node) ? defaultGlobal() : written.decode(node, context)),
};

const DEFAULT_GOGC = 75;

const writtenRuntime = object('config.RuntimeConfig', { gogc: field(integer(), { default: DEFAULT_GOGC }) });

export type RuntimeConfig = TypeOf<typeof writtenRuntime>;

export const runtimeSchema: Schema<RuntimeConfig> = {
  ...writtenRuntime,
  decode(node, context) {
    const value = writtenRuntime.decode(node, context);
    return value.gogc === 0 ? writtenRuntime.defaults() : value;
  },
};

export const defaultRuntime = (): RuntimeConfig => writtenRuntime.defaults();
