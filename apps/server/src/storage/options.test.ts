import { statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@prometheus-ts/testkit';
import { expect, test } from 'vitest';
import { loadConfig } from '../config/load.ts';
import { DEFAULT_RETENTION } from '../config/storage-schema.ts';
import { databaseSettings, retentionText } from './options.ts';

const DAY_MS = 86_400_000;

function load(folder: string, tsdb: string) {
  const file = join(folder, 'prometheus.yml');
  writeFileSync(file, `storage: {tsdb: {${tsdb}}}`);
  return loadConfig(file, { retention: DEFAULT_RETENTION, env: {}, warn: () => {} }).config;
}

test.each([
  ['', { retentionMs: 15 * DAY_MS, retentionBytes: 0, outOfOrderWindowMs: 0 }],
  ['retention: {time: 1d}', { retentionMs: DAY_MS, retentionBytes: 0, outOfOrderWindowMs: 0 }],
  ['retention: {size: 1GB}', { retentionMs: 0, retentionBytes: 2 ** 30, outOfOrderWindowMs: 0 }],
  [
    'out_of_order_time_window: 5m',
    { retentionMs: 15 * DAY_MS, retentionBytes: 0, outOfOrderWindowMs: 300_000 },
  ],
])('storage.tsdb of {%s}', (written, settings) => {
  const folder = temporaryFolder();
  expect(databaseSettings(load(folder, written), folder)).toEqual(settings);
});

test('a percentage is one of the whole disk and goes before a size, also for a folder yet to be made', () => {
  const folder = temporaryFolder();
  const config = load(folder, 'retention: {size: 1KB, percentage: 12.5}');
  const { blocks, bsize } = statfsSync(folder);
  expect(databaseSettings(config, join(folder, 'not', 'yet')).retentionBytes).toBe(
    Math.floor((blocks * bsize) / 8),
  );
  expect(retentionText(config)).toBe('1KiB or 12.5%');
});
