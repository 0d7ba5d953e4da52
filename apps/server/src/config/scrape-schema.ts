// One entry of scrape_configs: as written, and with everything that it inherits.
import {
  boolean,
  type DecodeContext,
  duration,
  field,
  float,
  integer,
  list,
  map,
  nodeOfField,
  object,
  optional,
  originOf,
  path,
  rememberOrigin,
  string,
  type TypeOf,
} from '@prometheus-ts/config';
import { checkHttpClient, httpClientFields } from '@prometheus-ts/http-client';
import { quoteGo } from '@prometheus-ts/model';
import { relabelConfigSchema, relabelProblem } from '@prometheus-ts/relabel';
import { PROTOBUF_FIRST_PROTOCOLS, type ScrapeProtocol, TEXT_PROTOCOLS } from '../scrape/accept.ts';
import { discoveryFields } from './discovery-fields.ts';
import type { GlobalConfig } from './global-schema.ts';
import {
  escapingProblem,
  isEscapingScheme,
  protocol,
  protocolProblem,
  protocols,
  protocolsProblem,
  validationScheme,
} from './protocols-schema.ts';
import { size } from './size.ts';
import { addressProblem } from './static-schema.ts';

const unsigned = () => integer({ min: 0, typeName: 'uint' });

export const scrapeSchema = object(
  'config.ScrapeConfig',
  {
    job_name: field(string(), { omitEmpty: false }),
    honor_labels: field(boolean()),
    honor_timestamps: field(boolean(), { default: true, omitEmpty: false }),
    track_timestamps_staleness: field(boolean(), { omitEmpty: false }),
    params: field(map(list(string()))),
    scrape_interval: field(duration()),
    scrape_timeout: field(duration()),
    scrape_protocols: field(optional(protocols())),
    fallback_scrape_protocol: field(protocol()),
    scrape_native_histograms: field(optional(boolean())),
    always_scrape_classic_histograms: field(optional(boolean())),
    convert_classic_histograms_to_nhcb: field(optional(boolean())),
    scrape_failure_log_file: field(path()),
    metrics_path: field(string(), { default: '/metrics' }),
    scheme: field(string(), { default: 'http' }),
    enable_compression: field(boolean(), { default: true, omitEmpty: false }),
    body_size_limit: field(size()),
    sample_limit: field(unsigned()),
    target_limit: field(unsigned()),
    label_limit: field(unsigned()),
    label_name_length_limit: field(unsigned()),
    label_value_length_limit: field(unsigned()),
    native_histogram_bucket_limit: field(unsigned()),
    native_histogram_min_bucket_factor: field(float()),
    keep_dropped_targets: field(unsigned()),
    metric_name_validation_scheme: field(validationScheme()),
    metric_name_escaping_scheme: field(string()),
    extra_scrape_metrics: field(optional(boolean())),
    ...httpClientFields,
    relabel_configs: field(
      list(relabelConfigSchema, { refuseNull: 'empty or null target relabeling rule in scrape config' }),
    ),
    metric_relabel_configs: field(
      list(relabelConfigSchema, { refuseNull: 'empty or null metric relabeling rule in scrape config' }),
    ),
    ...discoveryFields,
  },
  {
    check(value, report) {
      if (value.job_name === '') {
        report('job_name', 'job_name is empty');
        return undefined;
      }
      const checked = checkHttpClient(value, report);
      if (value.relabel_configs.length === 0) {
        for (const address of value.static_configs.flatMap((group) => group.targets)) {
          const problem = addressProblem(address);
          if (problem !== undefined) report('static_configs', problem, schemeHint(address));
        }
      }
      return checked;
    },
  },
);

function schemeHint(address: string): string | undefined {
  const found = /^(https?):\/\/([^/]+)(\/.*)?$/.exec(address);
  if (!found) return 'a target is host:port; the path goes into metrics_path';
  const path = found[3] === undefined || found[3] === '/' ? '' : ` and ${found[3]} into metrics_path`;
  return `write ${found[2]} and put ${found[1]} into scheme${path}`;
}

type WrittenScrapeConfig = TypeOf<typeof scrapeSchema>;

/** With what it inherits. */
export type ScrapeConfig = Omit<WrittenScrapeConfig, keyof Inherited> & Inherited;

interface Inherited {
  readonly scrape_protocols: readonly ScrapeProtocol[];
  readonly fallback_scrape_protocol: ScrapeProtocol | '';
  readonly scrape_native_histograms: boolean;
  readonly always_scrape_classic_histograms: boolean;
  readonly convert_classic_histograms_to_nhcb: boolean;
  readonly extra_scrape_metrics: boolean;
  readonly metric_name_validation_scheme: 'utf8' | 'legacy';
}

/** Fills in what a scrape configuration inherits, and checks it; mistakes go to the context. */
export function inheritScrape(
  written: WrittenScrapeConfig,
  global: GlobalConfig,
  context: DecodeContext,
): ScrapeConfig {
  const report = (name: string, message: string) =>
    context.report(nodeOfField(written, name)!, 'invalid_value', message);
  const job = `for scrape config with job name ${quoteGo(written.job_name)}`;
  const interval = written.scrape_interval || global.scrape_interval;
  if (written.scrape_timeout > interval) {
    report('scrape_timeout', `scrape timeout greater than scrape interval ${job}`);
  }
  const native = written.scrape_native_histograms ?? global.scrape_native_histograms ?? false;
  const asked =
    written.scrape_protocols ??
    global.scrape_protocols ??
    (native ? PROTOBUF_FIRST_PROTOCOLS : TEXT_PROTOCOLS);
  const problem = protocolsProblem(asked);
  if (problem !== undefined) report('scrape_protocols', `${problem} ${job}`);
  const fallback = written.fallback_scrape_protocol;
  const fallbackProblem = fallback === '' ? undefined : protocolProblem(fallback);
  if (fallbackProblem !== undefined) {
    report('fallback_scrape_protocol', `invalid fallback_scrape_protocol ${job}: ${fallbackProblem}`);
  }
  const validation = written.metric_name_validation_scheme || global.metric_name_validation_scheme || 'utf8';
  for (const name of ['relabel_configs', 'metric_relabel_configs'] as const) {
    written[name].forEach((rule, index) => {
      const ruleProblem = relabelProblem(rule, validation);
      if (ruleProblem === undefined) return;
      context.report(nodeOfField(written[name], index) ?? originOf(written)!, 'invalid_value', ruleProblem);
    });
  }
  const effective: ScrapeConfig = {
    ...written,
    scrape_interval: interval,
    scrape_timeout: written.scrape_timeout || Math.min(global.scrape_timeout, interval),
    body_size_limit: written.body_size_limit || global.body_size_limit,
    sample_limit: written.sample_limit || global.sample_limit,
    target_limit: written.target_limit || global.target_limit,
    label_limit: written.label_limit || global.label_limit,
    label_name_length_limit: written.label_name_length_limit || global.label_name_length_limit,
    label_value_length_limit: written.label_value_length_limit || global.label_value_length_limit,
    keep_dropped_targets: written.keep_dropped_targets || global.keep_dropped_targets,
    scrape_failure_log_file: written.scrape_failure_log_file || global.scrape_failure_log_file,
    scrape_native_histograms: native,
    extra_scrape_metrics: written.extra_scrape_metrics ?? global.extra_scrape_metrics ?? false,
    scrape_protocols: asked as readonly ScrapeProtocol[],
    fallback_scrape_protocol: fallback as ScrapeProtocol | '',
    metric_name_validation_scheme: validation,
    metric_name_escaping_scheme: escapingScheme(written, global, validation, report),
    convert_classic_histograms_to_nhcb:
      written.convert_classic_histograms_to_nhcb ?? global.convert_classic_histograms_to_nhcb,
    always_scrape_classic_histograms:
      written.always_scrape_classic_histograms ?? global.always_scrape_classic_histograms,
  };
  const origin = originOf(written);
  if (origin) rememberOrigin(effective, origin);
  return effective;
}

/** The scheme follows the validation at the place where that is set, unless it is written itself. */
function escapingScheme(
  written: WrittenScrapeConfig,
  global: GlobalConfig,
  validation: string,
  report: (name: string, message: string) => void,
): string {
  const name = 'metric_name_escaping_scheme';
  const byValidation = (scheme: string) => (scheme === 'legacy' ? 'underscores' : 'allow-utf-8');
  const globalScheme =
    global.metric_name_escaping_scheme || byValidation(global.metric_name_validation_scheme);
  if (!isEscapingScheme(globalScheme)) report(name, escapingProblem('global', globalScheme));
  const inherited = written.metric_name_validation_scheme === '' ? globalScheme : byValidation(validation);
  const scheme = written.metric_name_escaping_scheme || inherited;
  if (!isEscapingScheme(scheme)) report(name, escapingProblem('scrape config', scheme));
  else if (scheme === 'allow-utf-8' && validation !== 'utf8') {
    report(name, 'utf8 metric names requested but validation scheme is not set to UTF8');
  }
  return scheme;
}
