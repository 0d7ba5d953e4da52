// The data of the query benches: half counters, a quarter histogram buckets, a quarter gauges, at 15 s.
import { closeSync, openSync, writeSync } from 'node:fs';
import { Random } from '@prometheus-ts/testkit';

export interface QueryData {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly series: number;
  readonly samples: number;
}

const STEP_SECONDS = 15;
const BOUNDS = ['0.01', '0.05', '0.1', '0.25', '0.5', '1.0', '2.5', '5.0', '10.0', '+Inf'];

/** Writes an OpenMetrics file for promtool's `create-blocks-from openmetrics`. */
export function writeOpenMetrics(
  path: string,
  seriesCount: number,
  startSeconds: number,
  hours: number,
): QueryData {
  const random = new Random(11);
  const steps = (hours * 3600) / STEP_SECONDS;
  const file = openSync(path, 'w');
  const write = (lines: string[]) => writeSync(file, `${lines.join('\n')}\n`);
  const eachSample = (labels: string, next: () => string) => {
    const lines: string[] = [];
    for (let i = 0; i < steps; i++) lines.push(`${labels} ${next()} ${startSeconds + i * STEP_SECONDS}`);
    write(lines);
  };
  write(['# TYPE bench_requests counter']);
  const counters = seriesCount / 2;
  for (let s = 0; s < counters; s++) {
    let value = random.below(1000);
    const labels = `handler="h${s % 50}",code="${[200, 200, 200, 404, 500][s % 5]}",instance="i${s % 20}",shard="${s}"`;
    eachSample(`bench_requests_total{${labels}}`, () => String((value += random.below(20))));
  }
  write(['# TYPE bench_duration_seconds histogram']);
  const histograms = seriesCount / 4 / BOUNDS.length;
  for (let s = 0; s < histograms; s++) {
    const counts = BOUNDS.map(() => 0);
    const times: number[][] = [];
    for (let i = 0; i < steps; i++) {
      let more = 0;
      times.push(counts.map((_, b) => (counts[b]! += more += random.below(4))));
    }
    for (const [b, bound] of BOUNDS.entries()) {
      let i = 0;
      const labels = `handler="h${s % 50}",instance="i${s % 20}",shard="${s}",le="${bound}"`;
      eachSample(`bench_duration_seconds_bucket{${labels}}`, () => String(times[i++]![b]));
    }
  }
  write(['# TYPE bench_temperature_celsius gauge']);
  for (let s = 0; s < seriesCount / 4; s++) {
    let value = 20 + random.float() * 10;
    const labels = `room="r${s % 40}",instance="i${s % 20}",sensor="${s}"`;
    eachSample(`bench_temperature_celsius{${labels}}`, () => (value += random.float() - 0.5).toFixed(3));
  }
  write(['# TYPE bench_build_info gauge']);
  for (let s = 0; s < 20; s++)
    eachSample(`bench_build_info{instance="i${s}",version="v${s % 3}"}`, () => '1');
  write(['# EOF']);
  closeSync(file);
  const series = seriesCount + 20;
  return { startSeconds, endSeconds: startSeconds + hours * 3600, series, samples: series * steps };
}

/** The mix, by name. */
export const QUERIES: Readonly<Record<string, string>> = {
  'sum of rate': 'sum(rate(bench_requests_total[5m]))',
  'rate by label': 'sum by (handler, code) (rate(bench_requests_total[5m]))',
  'raw rate, 2,000 series': 'rate(bench_requests_total[5m])',
  'p99 by label': 'histogram_quantile(0.99, sum by (le, handler) (rate(bench_duration_seconds_bucket[5m])))',
  'raw gauges': 'bench_temperature_celsius',
  topk: 'topk(10, bench_temperature_celsius)',
  'avg_over_time 1h': 'avg by (room) (avg_over_time(bench_temperature_celsius[1h]))',
  'quantile_over_time 30m': 'max by (room) (quantile_over_time(0.9, bench_temperature_celsius[30m]))',
  'error ratio':
    'sum by (handler) (rate(bench_requests_total{code="500"}[5m])) / sum by (handler) (rate(bench_requests_total[5m]))',
  'join group_left':
    'sum by (version) (rate(bench_requests_total[5m]) * on (instance) group_left (version) bench_build_info)',
  subquery: 'max_over_time(sum(rate(bench_requests_total[5m]))[30m:1m])',
  'regex on 30 series': 'sum(rate(bench_requests_total{shard=~"1[0-2][0-9]"}[5m]))',
  'one series': 'rate(bench_requests_total{shard="17"}[5m])',
  'count by name': 'count by (__name__) ({__name__=~"bench_.+"})',
};
