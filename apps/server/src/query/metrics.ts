// The metrics of the query engine, with upstream's names.
import { Gauge, Histogram, type Registry, Summary } from 'prom-client';
import type { QueryTimings } from './messages.ts';

const SLICES = ['queue_time', 'prepare_time', 'inner_eval', 'result_sort'] as const;

export type QueryMetrics = ReturnType<typeof createQueryMetrics>;

export function createQueryMetrics(registry: Registry, running: () => number, maxConcurrent: number) {
  const registers = [registry];
  const duration = new Summary({
    name: 'prometheus_engine_query_duration_seconds',
    help: 'Time that queries took, by part of the work.',
    labelNames: ['slice'],
    percentiles: [0.5, 0.9, 0.99],
    maxAgeSeconds: 600,
    ageBuckets: 5,
    registers,
  });
  const durationHistogram = new Histogram({
    name: 'prometheus_engine_query_duration_histogram_seconds',
    help: 'Time that queries took, by part of the work.',
    labelNames: ['slice'],
    buckets: [0.01, 0.1, 1, 10],
    registers,
  });
  const samples = new Gauge({
    name: 'prometheus_engine_query_samples_total',
    help: 'Samples that queries looked at.',
    registers,
  });
  const concurrent = new Gauge({
    name: 'prometheus_engine_queries_concurrent_max',
    help: 'Queries that may run at the same time.',
    registers,
  });
  concurrent.set(maxConcurrent);
  new Gauge({
    name: 'prometheus_engine_queries',
    help: 'Queries that run or wait now.',
    registers,
    collect() {
      this.set(running());
    },
  });
  const logEnabled = new Gauge({
    name: 'prometheus_engine_query_log_enabled',
    help: 'Whether queries are logged to a file.',
    registers,
  });
  for (const slice of SLICES) {
    duration.labels(slice);
    durationHistogram.labels(slice);
  }
  const observe = (slice: (typeof SLICES)[number], seconds: number) => {
    duration.labels(slice).observe(seconds);
    durationHistogram.labels(slice).observe(seconds);
  };
  return {
    logEnabled,
    record(timings: QueryTimings, queuedSeconds: number): void {
      observe('queue_time', queuedSeconds);
      observe('prepare_time', timings.prepare);
      observe('inner_eval', timings.evaluate);
      samples.inc(timings.samples);
    },
  };
}
