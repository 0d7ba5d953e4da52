// The database as flags and configuration file want it. The file goes before the flags.
import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Logger } from '@prometheus-ts/log';
import { type Clock, CodedError, formatByteSize, formatDuration } from '@prometheus-ts/model';
import type { DatabaseOptions, DatabaseSettings } from '@prometheus-ts/tsdb';
import type { ServerConfig } from '../config/types.ts';
import type { StorageOptions } from '../options.ts';
import { startWorker } from '../worker-entry.ts';

/** Longest block after compaction. */
const MAX_BLOCK_MS = 31 * 86_400_000;

export function databaseOptions(
  options: StorageOptions,
  config: ServerConfig,
  clock: Clock,
  log: Logger,
): DatabaseOptions {
  const { retention } = config.storage.tsdb;
  const component = log.with({ component: 'tsdb' });
  const maxBlockMs = retention.time > 0 ? Math.min(MAX_BLOCK_MS, retention.time / 10) : MAX_BLOCK_MS;
  return {
    folder: options.folder,
    clock,
    log: (level, message, fields) => component[level](message, fields),
    lockFile: options.lockFile,
    ...databaseSettings(config, options.folder),
    walCompression: options.walCompression,
    ...(options.walSegmentBytes > 0 ? { walSegmentBytes: options.walSegmentBytes } : {}),
    minBlockMs: options.minBlockMs,
    maxBlockMs: Math.max(options.minBlockMs, options.maxBlockMs > 0 ? options.maxBlockMs : maxBlockMs),
    startWorker: (workerData) => startWorker('maintenance', workerData),
  };
}

/**
 * What a reload may change while the database is open. A percentage of the disk goes before a size.
 * Throws CodedError `disk-size` where there is a percentage, of which the size is not known.
 */
export function databaseSettings(config: ServerConfig, folder: string): DatabaseSettings {
  const { retention, out_of_order_time_window } = config.storage.tsdb;
  return {
    retentionMs: retention.time,
    retentionBytes: retention.percentage > 0 ? partOfDisk(folder, retention.percentage) : retention.size,
    outOfOrderWindowMs: out_of_order_time_window,
  };
}

/** Bytes; the disk is that of the folder, or of the nearest one above it that exists. */
function partOfDisk(folder: string, percentage: number): number {
  let place = folder;
  while (!existsSync(place) && place !== dirname(place)) place = dirname(place);
  const { blocks, bsize } = statfsSync(place);
  if (blocks === 0) {
    throw new CodedError(
      'disk-size',
      `unable to detect total capacity of metric storage at ${folder}, please disable retention percentage (${percentage}%)`,
      { place: { file: folder }, hint: 'set storage.tsdb.retention.size instead' },
    );
  }
  return Math.max(1, Math.floor((blocks * bsize * percentage) / 100));
}

/** The bounds in force, for metrics. */
export function retentionOf(config: ServerConfig): RetentionBounds {
  const { time, size, percentage } = config.storage.tsdb.retention;
  return { seconds: time / 1000, bytes: size, percentage };
}

/** 0 for no bound. */
export interface RetentionBounds {
  readonly seconds: number;
  readonly bytes: number;
  readonly percentage: number;
}

/** `15d or 512GiB`. */
export function retentionText(config: ServerConfig): string {
  const { time, size, percentage } = config.storage.tsdb.retention;
  const parts: string[] = [];
  if (time > 0) parts.push(formatDuration(time));
  if (size > 0) parts.push(formatByteSize(size));
  if (percentage > 0) parts.push(`${percentage}%`);
  return parts.join(' or ');
}
