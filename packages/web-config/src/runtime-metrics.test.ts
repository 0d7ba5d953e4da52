import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { addBuildInfo, addRuntimeMetrics } from './runtime-metrics.ts';

test('process and runtime metrics, and nothing that claims to be Go', async () => {
  const registry = new Registry();
  addRuntimeMetrics(registry);
  const text = await registry.metrics();
  const names = [
    'process_cpu_seconds_total',
    'process_resident_memory_bytes',
    'nodejs_eventloop_lag_seconds',
  ];
  if (process.platform === 'linux') {
    names.push('process_virtual_memory_max_bytes', 'process_network_receive_bytes_total', 'process_open_fds');
  }
  for (const name of names) expect(text).toMatch(new RegExp(`^${name} -?\\d`, 'm'));
  expect(text).not.toMatch(/^go_/m);
});

test('build info', async () => {
  const registry = new Registry();
  addBuildInfo(registry, 'prometheus', {
    version: '3.14.0',
    revision: 'abc',
    branch: 'main',
    buildUser: 'u',
    buildDate: 'd',
  });
  expect(await registry.metrics()).toMatch(
    /prometheus_build_info\{version="3\.14\.0",revision="abc",branch="main",nodeversion="v\d+.*"\} 1/,
  );
});
