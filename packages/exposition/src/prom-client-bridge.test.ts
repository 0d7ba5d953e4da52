import { Counter, Gauge, Histogram, Registry, Summary } from 'prom-client';
import { expect, test } from 'vitest';
import { promClientFamilies } from './prom-client-bridge.ts';
import { encodeFamilies, writeText } from './write/encode.ts';
import { OPENMETRICS_1_0_0 } from './write/format.ts';

test('a registry is written as upstream would: families, metrics and labels sorted', async () => {
  const registry = new Registry();
  const requests = new Counter({
    name: 'z_requests_total',
    help: 'Requests.',
    labelNames: ['path', 'code'],
    registers: [registry],
  });
  requests.inc({ path: '/b', code: '500' }, 1e7);
  requests.inc({ path: '/a', code: '200' });
  new Gauge({ name: 'a_gauge', help: 'Gauge.', registers: [registry] }).set(-0.5);
  const histogram = new Histogram({
    name: 'h',
    help: 'H.',
    labelNames: ['job'],
    buckets: [1, 2.5],
    registers: [registry],
  });
  histogram.observe({ job: 'x' }, 2);
  const summary = new Summary({ name: 's', help: 'S.', percentiles: [0.5], registers: [registry] });
  summary.observe(3);
  expect(Buffer.from(writeText(await promClientFamilies(registry))).toString()).toBe(
    [
      '# HELP a_gauge Gauge.',
      '# TYPE a_gauge gauge',
      'a_gauge -0.5',
      '# HELP h H.',
      '# TYPE h histogram',
      'h_bucket{job="x",le="1"} 0',
      'h_bucket{job="x",le="2.5"} 1',
      'h_bucket{job="x",le="+Inf"} 1',
      'h_sum{job="x"} 2',
      'h_count{job="x"} 1',
      '# HELP s S.',
      '# TYPE s summary',
      's{quantile="0.5"} 3',
      's_sum 3',
      's_count 1',
      '# HELP z_requests_total Requests.',
      '# TYPE z_requests_total counter',
      'z_requests_total{code="200",path="/a"} 1',
      'z_requests_total{code="500",path="/b"} 1e+07',
      '',
    ].join('\n'),
  );
});

test('exemplars reach OpenMetrics', async () => {
  const registry = new Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const counter = new Counter({
    name: 'c_total',
    help: 'C.',
    registers: [registry],
    enableExemplars: true,
  });
  counter.inc({ labels: {}, value: 2, exemplarLabels: { trace: 'x' } });
  const text = Buffer.from(encodeFamilies(await promClientFamilies(registry), OPENMETRICS_1_0_0)).toString();
  expect(text).toMatch(/^c_total 2\.0 # \{trace="x"\} 2\.0 \d\.\d+e\+09$/m);
});
