// `/api/v1/`: status and metrics as JSON, with upstream's shapes.
import type { Metric, MetricFamily } from '@prometheus-ts/exposition';
import { Router } from 'express';
import { BUILD } from '../build-info.ts';
import type { Group } from '../store/group.ts';
import type { GroupStore } from '../store/group-store.ts';

export interface ApiOptions {
  readonly store: GroupStore;
  /** Flags as they were given or defaulted, by name. */
  readonly flags: Readonly<Record<string, string>>;
  readonly startTime: Date;
  readonly adminApi: boolean;
}

const CORS_HEADERS = {
  'Access-Control-Allow-Headers': 'Accept, Authorization, Content-Type, Origin',
  'Access-Control-Allow-Methods': 'GET, POST, DELETE, OPTIONS',
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Date',
  'Cache-Control': 'no-cache, no-store, must-revalidate',
};

export function apiV1(options: ApiOptions): Router {
  const { store } = options;
  const router = Router({ caseSensitive: true, strict: true });
  router.use((_request, response, next) => {
    response.set(CORS_HEADERS);
    next();
  });
  router.options('/*path', (_request, response) => void response.status(200).end());
  router.get('/status', (_request, response) => {
    response.json({
      status: 'success',
      data: {
        build_information: {
          branch: BUILD.branch,
          buildDate: BUILD.buildDate,
          buildUser: BUILD.buildUser,
          nodeVersion: process.version,
          revision: BUILD.revision,
          version: BUILD.version,
        },
        flags: options.flags,
        start_time: options.startTime.toISOString(),
      },
    });
  });
  router.get('/metrics', (_request, response) => {
    response.json({ status: 'success', data: [...store.groups()].map(describeGroup) });
  });
  if (options.adminApi) {
    router.put('/admin/wipe', (_request, response) => {
      for (const { key } of [...store.groups()]) store.delete(key);
      response.status(202).end();
    });
  }
  return router;
}

/** Upstream's keys; `last_pushers`, `expires_at` are ours. */
function describeGroup(group: Group): Record<string, unknown> {
  const described: Record<string, unknown> = {
    labels: toRecord(group.key.labels),
    last_push_successful: group.lastPushSucceeded,
    last_pushers: group.pushers.map(({ timeMs, ...pusher }) => ({
      ...pusher,
      time: new Date(timeMs).toISOString(),
    })),
  };
  if (group.expiresAtMs !== undefined) described['expires_at'] = new Date(group.expiresAtMs).toISOString();
  for (const [name, { family, timestampMs }] of group.families) {
    described[name] = {
      time_stamp: new Date(timestampMs).toISOString(),
      type: family.type === 'gaugehistogram' ? 'GAUGE_HISTOGRAM' : family.type.toUpperCase(),
      ...(family.help ? { help: family.help } : {}),
      metrics: family.metrics.map((metric: Metric) => describeMetric(family, metric)),
    };
  }
  return described;
}

function describeMetric(family: MetricFamily, metric: Metric): Record<string, unknown> {
  const labels = toRecord(metric.labels);
  if ('quantiles' in metric) {
    const quantiles = metric.quantiles.map(({ quantile, value }) => [
      formatValue(quantile),
      formatValue(value),
    ]);
    return {
      labels,
      quantiles: Object.fromEntries(quantiles),
      count: formatCount(metric.count),
      sum: formatValue(metric.sum),
    };
  }
  if ('buckets' in metric) {
    const buckets = metric.buckets.map((bucket) => [
      formatValue(bucket.upperBound),
      formatCount(bucket.cumulativeCount),
    ]);
    const described = { labels, buckets: Object.fromEntries(buckets), sum: formatValue(metric.sum) };
    return family.type === 'histogram' ? { ...described, count: formatCount(metric.count) } : described;
  }
  return { labels, value: formatValue(metric.value) };
}

function toRecord(labels: readonly string[]): Record<string, string> {
  const record: Record<string, string> = {};
  for (let i = 0; i < labels.length; i += 2) record[labels[i]!] = labels[i + 1]!;
  return record;
}

/** Counts print as integers in full where they are. */
function formatCount(count: number): string {
  return Number.isInteger(count) ? BigInt(count).toString() : formatValue(count);
}

/** As Go's fmt.Sprint: the shortest digits, an exponent below 1e-4 and from 1e21 on. */
function formatValue(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  const magnitude = Math.abs(value);
  if (value !== 0 && (magnitude < 1e-4 || magnitude >= 1e21)) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  return String(value);
}
