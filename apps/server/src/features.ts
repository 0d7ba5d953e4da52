// --enable-feature, and what /api/v1/features says is there.
import { FUNCTIONS, type ParseOptions } from '@prometheus-ts/promql';
import { MECHANISM_FIELDS } from './config/discovery-fields.ts';

/** Features of queries and scraping that do what their name says. */
const WORKING: readonly string[] = [
  'auto-reload-config',
  'extra-scrape-metrics',
  'promql-binop-fill-modifiers',
  'promql-delayed-name-removal',
  'promql-experimental-functions',
  'promql-extended-range-selectors',
  'promql-per-step-stats',
];

/** Names that are always on by now, or that concern a runtime which is not ours. */
const WITHOUT_EFFECT: readonly string[] = [
  'promql-duration-expr',
  'native-histograms',
  'ooo-native-histograms',
  'use-uncached-io',
  'fast-startup',
];

/** Names of upstream whose function does not exist yet. */
const NOT_AVAILABLE: readonly string[] = [
  'concurrent-rule-eval',
  'created-timestamp-zero-ingestion',
  'delayed-compaction',
  'exemplar-storage',
  'histograms-st-encoding',
  'memory-snapshot-on-shutdown',
  'metadata-wal-records',
  'old-ui',
  'otlp-deltatocumulative',
  'otlp-native-delta-ingestion',
  'search-api',
  'st-storage',
  'st-synthesis',
  'type-and-unit-labels',
  'use-start-timestamps',
  'xor2-encoding',
];

export type FeatureVerdict = 'works' | 'without-effect' | 'not-available' | 'unknown';

export function judgeFeature(name: string): FeatureVerdict {
  if (WORKING.includes(name)) return 'works';
  if (WITHOUT_EFFECT.includes(name)) return 'without-effect';
  return NOT_AVAILABLE.includes(name) ? 'not-available' : 'unknown';
}

/** Upstream's categories; each name says whether the feature is there in this process. */
export function featureTable(
  parse: ParseOptions,
  server: { readonly lifecycle: boolean; readonly autoReload: boolean; readonly features: readonly string[] },
): Record<string, Record<string, boolean>> {
  const has = (name: string) => server.features.includes(name);
  return {
    api: {
      admin: false,
      exclude_alerts: false,
      label_values_match: true,
      lifecycle: server.lifecycle,
      otlp_write_receiver: false,
      query_stats: true,
      query_warnings: true,
      remote_write_receiver: false,
      search: false,
      time_range_labels: true,
      time_range_series: true,
    },
    prometheus: { agent_mode: false, auto_reload_config: server.autoReload, server_mode: true },
    promql: {
      anchored: parse.extendedRangeSelectors,
      at_modifier: true,
      delayed_name_removal: has('promql-delayed-name-removal'),
      duration_expr: parse.durationExpressions,
      fill: parse.fillModifiers,
      fill_left: parse.fillModifiers,
      fill_right: parse.fillModifiers,
      negative_offset: true,
      per_query_lookback_delta: true,
      per_step_stats: has('promql-per-step-stats'),
      smoothed: parse.extendedRangeSelectors,
      subqueries: true,
      type_and_unit_labels: false,
    },
    promql_functions: Object.fromEntries(
      FUNCTIONS.map(({ name, experimental }) => [name, !experimental || parse.experimentalFunctions]),
    ),
    scrape: {
      extra_scrape_metrics: true,
      start_timestamp_zero_ingestion: false,
      type_and_unit_labels: false,
    },
    service_discovery_providers: Object.fromEntries(
      MECHANISM_FIELDS.map((field) => [field.replace('_sd_configs', ''), false]),
    ),
    tsdb: { delayed_compaction: false, exemplar_storage: false, isolation: true },
  };
}
