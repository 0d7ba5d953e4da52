import { spawn } from 'node:child_process';
import { CodedError } from '@prometheus-ts/model';
import { describePeers, eventually, freePort, Random } from '@prometheus-ts/testkit';
import { expect, onTestFinished, test } from 'vitest';
import type { MetricFamily } from '../metric-family.ts';
import { encodeFamilies, writeText } from '../write/encode.ts';
import { PROTOBUF } from '../write/format.ts';
import { readProtobufFamilies } from './read-protobuf-families.ts';

const exemplar = { labels: ['trace', 'x'], value: 0.25, timestampMs: 1_700_000_000_123 };
const families: MetricFamily[] = [
  {
    name: 'requests_total',
    help: 'Text\nwith "all" of it.',
    type: 'counter',
    unit: 'requests',
    metrics: [
      { labels: ['code', '200', 'path', ''], value: 1e6, exemplar, createdMs: 1_600_000_000_500 },
      { labels: ['code', '500', 'path', 'é'], value: 0.5, timestampMs: 0 },
      { labels: ['code', '600', 'path', 'x'], value: 1, timestampMs: -1500 },
    ],
  },
  { name: 'up', type: 'gauge', metrics: [{ labels: [], value: -Infinity }] },
  { name: 'any', help: '', type: 'untyped', metrics: [{ labels: [], value: 1 }] },
  {
    name: 'latency',
    type: 'summary',
    metrics: [{ labels: ['a', 'b'], count: 5, sum: 2.5, quantiles: [{ quantile: 0.5, value: 0.1 }] }],
  },
  {
    name: 'duration',
    type: 'histogram',
    metrics: [
      {
        labels: ['a', 'b'],
        count: 2 ** 40,
        sum: 2.5,
        createdMs: 1000,
        buckets: [
          { upperBound: 0.5, cumulativeCount: 300, exemplar },
          { upperBound: Infinity, cumulativeCount: 2 ** 40 },
        ],
        native: {
          kind: 'integer',
          histogram: {
            counterReset: 0,
            schema: -3,
            zeroThreshold: 0.001,
            zeroCount: 2,
            count: 2 ** 40,
            sum: 2.5,
            positiveSpans: [{ offset: -7, length: 2 }],
            negativeSpans: [{ offset: 1, length: 1 }],
            positiveBuckets: [300, -150],
            negativeBuckets: [1],
          },
        },
        exemplars: [exemplar],
      },
    ],
  },
  {
    name: 'float_gauge',
    type: 'gaugehistogram',
    metrics: [
      {
        labels: [],
        count: 2.5,
        sum: 1,
        buckets: [{ upperBound: 1, cumulativeCount: 0.5 }],
        native: {
          kind: 'float',
          histogram: {
            counterReset: 3,
            schema: 0,
            zeroThreshold: 0,
            zeroCount: 0.5,
            count: 2.5,
            sum: 1,
            positiveSpans: [{ offset: 0, length: 2 }],
            negativeSpans: [],
            positiveBuckets: [0.5, 1.5],
            negativeBuckets: [],
          },
        },
      },
    ],
  },
];

test('what is written reads back', () => {
  const read = readProtobufFamilies(encodeFamilies(families, PROTOBUF));
  expect([...read.values()]).toEqual(families);
});

test('of two families with one name the later counts', () => {
  const first: MetricFamily = { name: 'a', type: 'gauge', metrics: [{ labels: [], value: 1 }] };
  const second: MetricFamily = { name: 'a', type: 'counter', metrics: [{ labels: [], value: 2 }] };
  expect(readProtobufFamilies(encodeFamilies([first, second], PROTOBUF)).get('a')).toEqual(second);
});

test('damage is a coded error at worst', () => {
  const good = Buffer.from(encodeFamilies(families, PROTOBUF));
  const random = new Random(11);
  for (let round = 0; round < 2000; round++) {
    const bytes = Buffer.from(good.subarray(0, 1 + random.below(good.length)));
    for (let i = random.below(3); i > 0; i--) bytes[random.below(bytes.length)] = random.below(256);
    try {
      readProtobufFamilies(bytes);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
    }
  }
});

describePeers(['prometheus-pushgateway', 'prometheus-node-exporter'], 'real daemons', () => {
  const start = async (program: string, flags: string[] = []) => {
    const address = `127.0.0.1:${await freePort()}`;
    const child = spawn(program, [`--web.listen-address=${address}`, ...flags], { stdio: 'ignore' });
    onTestFinished(() => void child.kill());
    const url = `http://${address}`;
    await eventually(() => fetch(`${url}/metrics`));
    return url;
  };

  test('the Pushgateway takes our protobuf for what our text says', async () => {
    const url = await start('prometheus-pushgateway');
    // Without what the old text parser and a push do not take.
    const pushed = families.slice(1, 5);
    const push = async (job: string, body: Uint8Array, type: string) => {
      const path = `${url}/metrics/job/${job}`;
      const response = await fetch(path, {
        method: 'PUT',
        body: Buffer.from(body),
        headers: { 'content-type': type },
      });
      expect(response.status).toBe(200);
    };
    const protobuf =
      'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';
    await push('proto', encodeFamilies(pushed, PROTOBUF), protobuf);
    await push('text', writeText(pushed), 'text/plain; version=0.0.4');
    const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n');
    const of = (job: string) =>
      lines.filter((line) => line.includes(`job="${job}"`) && !line.startsWith('push_'));
    expect(of('proto').length).toBeGreaterThan(5);
    expect(of('proto').map((line) => line.replace('job="proto"', 'job="text"'))).toEqual(of('text'));
  });

  test('an exporter’s protobuf, written as text, is its text', async () => {
    const collectors = [
      '--collector.disable-defaults',
      '--collector.uname',
      '--collector.dmi',
      '--collector.time',
    ];
    const url = await start('prometheus-node-exporter', [...collectors, '--web.disable-exporter-metrics']);
    const get = async (accept: string) =>
      Buffer.from(await (await fetch(`${url}/metrics`, { headers: { accept } })).arrayBuffer());
    const bytes = await get(
      'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited',
    );
    const written = Buffer.from(writeText(readProtobufFamilies(bytes).values())).toString();
    // Of what changes from one scrape to the next only the value is left out.
    const comparable = (text: string) => text.replace(/^(node_(?:time|scrape_)\S+) \S+$/gm, '$1');
    expect(comparable(written)).toBe(comparable((await get('text/plain')).toString()));
  });
});
