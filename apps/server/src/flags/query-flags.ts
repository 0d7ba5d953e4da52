// Flags of scraping, rules, notifications, queries and features.
import { type FlagDefinition, logFlags } from '@prometheus-ts/cli';

export const RULE_FLAGS = [
  {
    name: 'web.search.max-limit',
    kind: 'int',
    default: '10000',
    help: 'Largest "limit" of the experimental search API (--enable-feature=search-api); 0 for no bound.',
  },
  {
    name: 'rules.alert.for-outage-tolerance',
    kind: 'duration',
    default: '1h',
    help: 'Longest outage of this server after which the "for" state of alerts is restored.',
  },
  {
    name: 'rules.alert.for-grace-period',
    kind: 'duration',
    default: '10m',
    help: 'Shortest time between an alert and its restored "for" state. Only for alerts with a longer "for".',
  },
  {
    name: 'rules.alert.resend-delay',
    kind: 'duration',
    default: '1m',
    help: 'Shortest time before an alert is sent to Alertmanager again.',
  },
  {
    name: 'rules.max-concurrent-evals',
    kind: 'int',
    default: '4',
    help: 'Independent rules evaluated at the same time. May need a larger query.max-concurrency.',
  },
] as const satisfies readonly FlagDefinition[];

export const SCRAPE_FLAGS = [
  {
    name: 'scrape.adjust-timestamps',
    kind: 'bool',
    default: 'true',
    hidden: true,
    help: 'Give samples the time of the scrape that was due when the real one is within scrape.timestamp-tolerance. Experimental.',
  },
  {
    name: 'scrape.timestamp-tolerance',
    kind: 'goDuration',
    default: '2ms',
    hidden: true,
    help: 'See scrape.adjust-timestamps. Experimental.',
  },
  {
    name: 'scrape.discovery-reload-interval',
    kind: 'duration',
    default: '5s',
    hidden: true,
    help: 'Shortest time between two updates of the targets from discovery.',
  },
] as const satisfies readonly FlagDefinition[];

export const QUERY_FLAGS = [
  {
    name: 'alertmanager.notification-queue-capacity',
    kind: 'int',
    default: '10000',
    help: 'Length of the queue of notifications for Alertmanager.',
  },
  {
    name: 'alertmanager.notification-batch-size',
    kind: 'int',
    default: '256',
    help: 'Notifications sent to Alertmanager at a time.',
  },
  {
    name: 'alertmanager.drain-notification-queue-on-shutdown',
    kind: 'bool',
    default: 'true',
    help: 'Send what is left in the queue of notifications at shutdown.',
  },
  {
    name: 'query.lookback-delta',
    kind: 'duration',
    default: '5m',
    help: 'How far back the last sample of a series may lie, in queries and federation.',
  },
  {
    name: 'query.timeout',
    kind: 'duration',
    default: '2m',
    help: 'Time after which a query is stopped.',
  },
  {
    name: 'query.max-concurrency',
    kind: 'int',
    default: '20',
    help: 'Queries that may run at the same time.',
  },
  {
    name: 'query.max-samples',
    kind: 'int',
    default: '50000000',
    help: 'Samples that one query may hold in memory; a query that needs more fails.',
  },
] as const satisfies readonly FlagDefinition[];

export const OTHER_FLAGS = [
  {
    name: 'enable-feature',
    kind: 'string',
    repeatable: true,
    help: 'Features to turn on, separated by commas: concurrent-rule-eval, created-timestamp-zero-ingestion, delayed-compaction, exemplar-storage, extra-scrape-metrics, histograms-st-encoding, memory-snapshot-on-shutdown, metadata-wal-records, old-ui, otlp-deltatocumulative, otlp-native-delta-ingestion, promql-binop-fill-modifiers, promql-delayed-name-removal, promql-experimental-functions, promql-extended-range-selectors, promql-per-step-stats, search-api, st-storage, st-synthesis, type-and-unit-labels, use-start-timestamps, use-uncached-io, xor2-encoding.',
  },
  {
    name: 'agent',
    kind: 'bool',
    help: 'Run as an agent: scrape and send on, without queries, rules and long-term storage.',
  },
  ...logFlags,
  {
    name: 'write-documentation',
    kind: 'bool',
    hidden: true,
    help: 'Print the documentation of the command line.',
  },
] as const satisfies readonly FlagDefinition[];
