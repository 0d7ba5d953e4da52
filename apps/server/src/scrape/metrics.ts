// The metrics of scraping, with upstream's names, labels and quantiles.
import { Counter, Gauge, Histogram, type Registry, Summary } from 'prom-client';

const QUANTILES = {
  percentiles: [0.01, 0.05, 0.5, 0.9, 0.99],
  maxAgeSeconds: 600,
  ageBuckets: 5,
};
const LENGTH_BUCKETS = [0.01, 0.1, 1, 10];

export type ScrapeMetrics = ReturnType<typeof createScrapeMetrics>;

export function createScrapeMetrics(registry: Registry) {
  const registers = [registry];
  const counter = (name: string, help: string) => new Counter({ name, help, registers });
  const byJob = ['scrape_job'];
  /** Fills in the metrics of metadata when they are asked for; the manager puts its own in place. */
  const metadata = { collect: () => {} };
  return {
    metadata,
    pools: counter('prometheus_target_scrape_pools_total', 'Scrape pools that were to be created.'),
    poolsFailed: counter(
      'prometheus_target_scrape_pools_failed_total',
      'Scrape pools that could not be created.',
    ),
    reloadLength: new Summary({
      name: 'prometheus_target_reload_length_seconds',
      help: 'Time taken to reload a scrape pool with a new configuration.',
      labelNames: ['interval'],
      registers,
      ...QUANTILES,
    }),
    poolReloads: counter('prometheus_target_scrape_pool_reloads_total', 'Reloads of scrape pools.'),
    poolReloadsFailed: counter(
      'prometheus_target_scrape_pool_reloads_failed_total',
      'Reloads of scrape pools that failed.',
    ),
    syncs: new Counter({
      name: 'prometheus_target_scrape_pool_sync_total',
      help: 'Times a scrape pool took over a list of targets.',
      labelNames: byJob,
      registers,
    }),
    exceededTargetLimit: counter(
      'prometheus_target_scrape_pool_exceeded_target_limit_total',
      'Times a scrape pool had more targets than target_limit, at a sync or reload.',
    ),
    targetLimit: new Gauge({
      name: 'prometheus_target_scrape_pool_target_limit',
      help: 'Targets that this scrape pool may have; 0 for no limit.',
      labelNames: byJob,
      registers,
    }),
    targets: new Gauge({
      name: 'prometheus_target_scrape_pool_targets',
      help: 'Targets that this scrape pool has.',
      labelNames: byJob,
      registers,
    }),
    syncLength: new Summary({
      name: 'prometheus_target_sync_length_seconds',
      help: 'Time taken to take over a list of targets.',
      labelNames: byJob,
      registers,
      ...QUANTILES,
    }),
    syncLengthHistogram: new Histogram({
      name: 'prometheus_target_sync_length_histogram_seconds',
      help: 'Time taken to take over a list of targets.',
      labelNames: byJob,
      buckets: LENGTH_BUCKETS,
      registers,
    }),
    syncFailed: new Counter({
      name: 'prometheus_target_sync_failed_total',
      help: 'Targets that could not be made from what discovery found.',
      labelNames: byJob,
      registers,
    }),
    exceededBodySizeLimit: counter(
      'prometheus_target_scrapes_exceeded_body_size_limit_total',
      'Scrapes whose body passed body_size_limit.',
    ),
    cacheFlushForced: counter(
      'prometheus_target_scrapes_cache_flush_forced_total',
      'Times the cache of a target was cleared because it grew while scrapes failed.',
    ),
    intervalLength: new Summary({
      name: 'prometheus_target_interval_length_seconds',
      help: 'Time between two scrapes of a target, as it really was.',
      labelNames: ['interval'],
      registers,
      ...QUANTILES,
    }),
    intervalLengthHistogram: new Histogram({
      name: 'prometheus_target_interval_length_histogram_seconds',
      help: 'Time between two scrapes of a target, as it really was.',
      labelNames: ['interval'],
      buckets: LENGTH_BUCKETS,
      registers,
    }),
    exceededSampleLimit: counter(
      'prometheus_target_scrapes_exceeded_sample_limit_total',
      'Scrapes rejected because they passed sample_limit.',
    ),
    duplicateTimestamp: counter(
      'prometheus_target_scrapes_sample_duplicate_timestamp_total',
      'Samples rejected because the series has another value at the same time.',
    ),
    outOfOrder: counter(
      'prometheus_target_scrapes_sample_out_of_order_total',
      'Samples rejected because the series has a newer one.',
    ),
    outOfBounds: counter(
      'prometheus_target_scrapes_sample_out_of_bounds_total',
      'Samples rejected because they are too old or too far in the future.',
    ),
    exemplarOutOfOrder: counter(
      'prometheus_target_scrapes_exemplar_out_of_order_total',
      'Exemplars rejected because the series has a newer one.',
    ),
    exceededLabelLimits: counter(
      'prometheus_target_scrape_pool_exceeded_label_limits_total',
      'Scrapes rejected because a series passed a label limit.',
    ),
    exceededBucketLimit: counter(
      'prometheus_target_scrapes_exceeded_native_histogram_bucket_limit_total',
      'Scrapes rejected because a histogram passed native_histogram_bucket_limit.',
    ),
    scrapeDuration: new Histogram({
      name: 'prometheus_target_scrape_duration_seconds',
      help: 'Time from the start of a scrape to the end of its commit.',
      buckets: LENGTH_BUCKETS,
      registers,
    }),
    metadataEntries: new Gauge({
      name: 'prometheus_target_metadata_cache_entries',
      help: 'Metric families whose metadata is held.',
      labelNames: byJob,
      registers,
      collect: () => metadata.collect(),
    }),
    metadataBytes: new Gauge({
      name: 'prometheus_target_metadata_cache_bytes',
      help: 'Size of the metadata held.',
      labelNames: byJob,
      registers,
    }),
  };
}

/** Forgets what was counted for a job that is gone. */
export function removeJob(metrics: ScrapeMetrics, job: string): void {
  const perJob = [
    metrics.syncs,
    metrics.targetLimit,
    metrics.targets,
    metrics.syncLength,
    metrics.syncLengthHistogram,
    metrics.syncFailed,
  ];
  for (const metric of perJob) metric.remove({ scrape_job: job });
}
