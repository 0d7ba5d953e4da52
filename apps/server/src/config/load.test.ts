import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '@prometheus-ts/config';
import { temporaryFolder } from '@prometheus-ts/testkit';
import { describe, expect, test } from 'vitest';
import { type LoadedConfig, loadConfig } from './load.ts';
import type { SchemaOptions } from './server-schema.ts';
import { DEFAULT_RETENTION } from './storage-schema.ts';
import { refuseUnavailable } from './unavailable.ts';

function load(text: string, files: Record<string, string> = {}, options: Partial<SchemaOptions> = {}) {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const file = join(folder, 'prometheus.yml');
  writeFileSync(file, text);
  return loadConfig(file, { retention: DEFAULT_RETENTION, env: {}, warn: () => {}, ...options });
}

function errorOf(run: () => unknown): ConfigError {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const scrape = ({ scrapes }: LoadedConfig) => scrapes[0]!;

describe('what is printed', () => {
  test('an empty file has all defaults', () => {
    expect(load('').text).toBe(`global:
  scrape_interval: 1m
  scrape_timeout: 10s
  evaluation_interval: 1m
  metric_name_validation_scheme: utf8
  metric_name_escaping_scheme: allow-utf-8
  scrape_native_histograms: false
  extra_scrape_metrics: false
runtime:
  gogc: 75
storage:
  tsdb:
    outofordertimewindow: 0
    retention:
      time: 15d
otlp:
  translation_strategy: UnderscoreEscapingWithSuffixes
  label_name_underscore_sanitization: true
  label_name_preserve_multiple_underscores: true
`);
  });

  test('a scrape configuration shows what it inherits', () => {
    const { text } = load(`
global: {scrape_interval: 15s, external_labels: {b: x, a: y}}
scrape_configs:
  - job_name: prometheus
    authorization: {credentials: abc}
    static_configs:
      - targets: [localhost:9090]
        labels: {group: canary}
`);
    expect(text).toContain(`  external_labels:
    a: "y"
    b: x
`);
    expect(text).toContain(`scrape_configs:
- job_name: prometheus
  honor_timestamps: true
  track_timestamps_staleness: false
  scrape_interval: 15s
  scrape_timeout: 10s
  scrape_protocols:
  - OpenMetricsText1.0.0
  - OpenMetricsText0.0.1
  - PrometheusText1.0.0
  - PrometheusText0.0.4
  scrape_native_histograms: false
  always_scrape_classic_histograms: false
  convert_classic_histograms_to_nhcb: false
  metrics_path: /metrics
  scheme: http
  enable_compression: true
  metric_name_validation_scheme: utf8
  metric_name_escaping_scheme: allow-utf-8
  extra_scrape_metrics: false
  authorization:
    type: Bearer
    credentials: <secret>
  follow_redirects: true
  enable_http2: true
  static_configs:
  - targets:
    - localhost:9090
    labels:
      group: canary
`);
  });
});

describe('inheritance', () => {
  test('limits and intervals come from global, unless a job has its own', () => {
    const loaded = load(`
global: {scrape_interval: 30s, scrape_timeout: 20s, sample_limit: 7, body_size_limit: 1MB}
scrape_configs:
  - job_name: a
  - {job_name: b, scrape_interval: 5s, sample_limit: 9}
`);
    const [a, b] = loaded.scrapes;
    expect(a).toMatchObject({ scrape_interval: 30_000, scrape_timeout: 20_000, sample_limit: 7 });
    expect(a!.body_size_limit).toBe(1024 * 1024);
    expect(b).toMatchObject({ scrape_interval: 5000, scrape_timeout: 5000, sample_limit: 9 });
  });

  test('native histograms bring protobuf to the front, unless protocols are given', () => {
    const job = (fields: string) =>
      scrape(load(`scrape_configs: [{job_name: a, ${fields}}]`)).scrape_protocols[0];
    expect(job('scrape_native_histograms: true')).toBe('PrometheusProto');
    expect(job('scrape_native_histograms: false')).toBe('OpenMetricsText1.0.0');
    expect(job('scrape_native_histograms: true, scrape_protocols: [PrometheusText0.0.4]')).toBe(
      'PrometheusText0.0.4',
    );
  });

  test('a job with legacy names does not inherit UTF-8 escaping', () => {
    const { metric_name_escaping_scheme: scheme } = scrape(
      load('scrape_configs: [{job_name: a, metric_name_validation_scheme: legacy}]'),
    );
    expect(scheme).toBe('underscores');
  });

  test('retention comes from the flags when the file has none', () => {
    const flags = { retention: { time: 3_600_000, size: 0 } };
    expect(load('', {}, flags).config.storage.tsdb.retention.time).toBe(3_600_000);
    const file = 'storage: {tsdb: {retention: {size: 1GB}}}';
    expect(load(file, {}, flags).config.storage.tsdb.retention).toMatchObject({ time: 0, size: 2 ** 30 });
  });
});

describe('files', () => {
  test('scrape_config_files add jobs, with paths from their own folder', () => {
    const { scrapes } = load('scrape_config_files: ["jobs/*.yml"]\nscrape_configs: [{job_name: main}]', {
      'jobs/one.yml': 'scrape_configs: [{job_name: one, tls_config: {ca_file: ca.pem}}]',
      'jobs/two.yml': 'scrape_configs: [{job_name: two}]',
    });
    expect(scrapes.map((item) => item.job_name)).toEqual(['main', 'one', 'two']);
    expect(scrapes[1]!.tls_config.ca_file).toMatch(/\/jobs\/ca\.pem$/);
  });

  test('external labels take variables of the environment', () => {
    const warnings: unknown[] = [];
    const { config } = load(
      'global: {external_labels: {a: "$NAME", b: "x$\x7bNAME}y", c: "$$5", d: "$MISSING"}}',
      {},
      { env: { NAME: 'v' }, warn: (message, fields) => warnings.push([message, fields]) },
    );
    expect(Object.fromEntries(config.global.external_labels)).toEqual({ a: 'v', b: 'xvy', c: '$5', d: '' });
    expect(warnings).toEqual([['Empty environment variable', { name: 'MISSING' }]]);
  });
});

describe('mistakes', () => {
  test('an unknown key is answered with the likely one, its place, and a frame', () => {
    const { problems } = errorOf(() => load('scrape_configs:\n  - job_name: a\n    static_config: []\n'));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code: 'unknown_field', line: 3, column: 5 });
    expect(problems[0]!.hint).toContain('did you mean "static_configs"?');
    expect(problems[0]!.frame).toContain('^');
  });

  test('a key of another section is sent there', () => {
    const { problems } = errorOf(() => load('evaluation_interval: 15s\n'));
    expect(problems[0]!.hint).toContain('belongs in global');
  });

  test('a URL as a target names the settings it should be split into', () => {
    const { problems } = errorOf(() =>
      load('scrape_configs: [{job_name: a, static_configs: [{targets: ["https://host:1/path"]}]}]'),
    );
    expect(problems[0]!.message).toBe('"https://host:1/path" is not a valid hostname');
    expect(problems[0]!.hint).toBe('write host:1 and put https into scheme and /path into metrics_path');
  });

  test('all mistakes are reported at once', () => {
    const { problems } = errorOf(() =>
      load('global: {scrape_intervall: 1s}\nscrape_configs: [{job_name: ""}]\nx: 1'),
    );
    expect(problems).toHaveLength(3);
  });

  test('a tab is named', () => {
    expect(errorOf(() => load('global:\n\tscrape_interval: 1s\n')).report()).toContain('tab');
  });

  test('what is not built yet is refused, not ignored', () => {
    const loaded = load(`
rule_files: [a.yml]
scrape_configs: [{job_name: a, dns_sd_configs: [{names: [x]}]}]
`);
    expect(errorOf(() => refuseUnavailable(loaded)).problems.map(({ message }) => message)).toEqual([
      'rule_files is not available in this build yet',
      'dns_sd_configs is not available in this build yet',
    ]);
  });
});
