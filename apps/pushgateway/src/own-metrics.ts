// The Pushgateway's own metrics, with upstream's names, and two of ours: what a scrape had to leave out and which
// groups expired.
import { addBuildInfo, addRuntimeMetrics } from '@prometheus-ts/web-config';
import { Counter, Registry, Summary } from 'prom-client';
import { BUILD } from './build-info.ts';

const PERCENTILES = [0.1, 0.5, 0.9];

export class OwnMetrics {
  readonly registry = new Registry();
  readonly requests = new Counter({
    name: 'pushgateway_http_requests_total',
    help: 'HTTP requests answered by the Pushgateway, scrapes not counted.',
    labelNames: ['handler', 'code', 'method'],
    registers: [this.registry],
  });
  readonly pushSizes = new Summary({
    name: 'pushgateway_http_push_size_bytes',
    help: 'Sizes of the requests that push metrics.',
    labelNames: ['method'],
    percentiles: PERCENTILES,
    maxAgeSeconds: 600,
    ageBuckets: 5,
    registers: [this.registry],
  });
  readonly pushDurations = new Summary({
    name: 'pushgateway_http_push_duration_seconds',
    help: 'Time taken to answer requests that push metrics.',
    labelNames: ['method'],
    percentiles: PERCENTILES,
    maxAgeSeconds: 600,
    ageBuckets: 5,
    registers: [this.registry],
  });
  readonly leftOut = new Counter({
    name: 'pushgateway_scrape_families_left_out_total',
    help: 'Pushed families that scrapes did not serve, because they contradict others.',
    labelNames: ['metric'],
    registers: [this.registry],
  });
  readonly expired = new Counter({
    name: 'pushgateway_groups_expired_total',
    help: 'Groups forgotten because nothing was pushed to them within their time to live.',
    registers: [this.registry],
  });

  constructor() {
    addRuntimeMetrics(this.registry);
    addBuildInfo(this.registry, 'pushgateway', BUILD);
  }
}
