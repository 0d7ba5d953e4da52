import {
  contentType,
  encodeFamilies,
  type Format,
  type MetricFamily,
  OPENMETRICS_1_0_0,
  PROTOBUF,
  TEXT_0_0_4,
} from '@prometheus-ts/exposition';
import { eventually } from '@prometheus-ts/testkit';
import { expect, test } from 'vitest';
import { TestServer } from '../test-support/server.ts';
import { TestTarget } from '../test-support/target.ts';

const exemplar = { labels: ['trace', 'x'], value: 0.25, timestampMs: 1_700_000_000_123 };
const families: MetricFamily[] = [
  {
    name: 'requests_total',
    help: 'Requests.',
    type: 'counter',
    metrics: [
      { labels: ['code', '200'], value: 1e7, exemplar },
      { labels: ['code', 'é "\\\n'], value: 0.5 },
    ],
  },
  { name: 'odd.name', type: 'gauge', metrics: [{ labels: ['a.b', 'c'], value: -Infinity }] },
  {
    name: 'latency_seconds',
    type: 'summary',
    metrics: [{ labels: [], count: 5, sum: 2.5, quantiles: [{ quantile: 1, value: 0.1 }] }],
  },
  {
    name: 'duration_seconds',
    type: 'histogram',
    metrics: [
      { labels: ['a', 'b'], count: 3, sum: 2.5, buckets: [{ upperBound: 1, cumulativeCount: 2, exemplar }] },
    ],
  },
];

/** The types of the format's metadata differ for counters: OpenMetrics names the family without `_total`. */
const FORMATS: [string, Format][] = [
  ['text', TEXT_0_0_4],
  ['openmetrics', OPENMETRICS_1_0_0],
  ['protobuf', PROTOBUF],
];

test('the same metrics are the same series in every format', async () => {
  const targets = await Promise.all(
    FORMATS.map(async ([name, format]) => {
      const target = await TestTarget.start();
      const quoted: Format = { ...format, escaping: 'allow-utf-8' };
      const body = Buffer.from(encodeFamilies(families, quoted));
      target.handler = (_, response) =>
        response.writeHead(200, { 'Content-Type': contentType(quoted) }).end(body);
      return { name, target };
    }),
  );
  const jobs = targets.map(
    ({ name, target }) =>
      `  - job_name: ${name}\n    static_configs: [{ targets: ['${target.address}'], labels: { instance: x } }]`,
  );
  const server = await TestServer.start(
    ['global: { scrape_interval: 200ms, scrape_timeout: 200ms }', 'scrape_configs:', ...jobs].join('\n'),
  );
  const stored = async (job: string) => {
    const { json } = await server.api('query', { query: `{job="${job}",__name__!~"up|scrape_.*"}` });
    return json.data.result
      .map(({ metric, value }: { metric: Record<string, string>; value: [number, string] }) => {
        const { job: _, ...labels } = metric;
        return JSON.stringify([labels, value[1]]);
      })
      .sort();
  };
  await eventually(async () => {
    expect(await stored('text')).toHaveLength(10);
    expect(await stored('openmetrics')).toEqual(await stored('text'));
    expect(await stored('protobuf')).toEqual(await stored('text'));
  });
  expect(await stored('text')).toContain('[{"__name__":"odd.name","a.b":"c","instance":"x"},"-Inf"]');
  expect(await stored('text')).toContain(
    '[{"__name__":"duration_seconds_bucket","a":"b","instance":"x","le":"1.0"},"2"]',
  );
  const up = await server.values('up', 'job');
  expect(up).toEqual({ text: '1', openmetrics: '1', protobuf: '1' });
});
