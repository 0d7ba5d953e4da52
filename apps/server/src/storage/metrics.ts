// The metrics of the database, with upstream's names, read from its statistics when they are asked for.
import type { Database, DatabaseStats } from '@prometheus-ts/tsdb';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { RetentionBounds } from './options.ts';

/** Statistics are read once for all metrics of one answer. */
const FRESH_MS = 100;

interface Reading {
  readonly name: string;
  readonly help: string;
  readonly read: (stats: DatabaseStats) => number;
  /** Label `type`, where upstream has it. */
  readonly type?: 'float';
}

const GAUGES: readonly Reading[] = [
  { name: 'head_series', help: 'Series in the head.', read: ({ head }) => head.seriesCount },
  { name: 'head_chunks', help: 'Chunks in the head.', read: ({ head }) => head.chunkCount },
  {
    name: 'head_min_time',
    help: 'Oldest time of the head, in milliseconds.',
    read: ({ head }) => head.minTimeMs ?? 0,
  },
  {
    name: 'head_max_time',
    help: 'Newest time of the head, in milliseconds.',
    read: ({ head }) => head.maxTimeMs ?? 0,
  },
  {
    name: 'head_min_time_seconds',
    help: 'Oldest time of the head.',
    read: ({ head }) => Math.floor((head.minTimeMs ?? 0) / 1000),
  },
  {
    name: 'head_max_time_seconds',
    help: 'Newest time of the head.',
    read: ({ head }) => Math.floor((head.maxTimeMs ?? 0) / 1000),
  },
  {
    name: 'wal_segment_current',
    help: 'Segment of the write-ahead log that is written now.',
    read: ({ wal }) => wal?.segment ?? 0,
  },
  {
    name: 'wal_storage_size_bytes',
    help: 'Size of the write-ahead log on disk.',
    read: ({ wal }) => wal?.sizeBytes ?? 0,
  },
  { name: 'blocks_loaded', help: 'Blocks in use.', read: ({ blockCount }) => blockCount },
  { name: 'storage_blocks_bytes', help: 'Size of all blocks.', read: ({ blockBytes }) => blockBytes },
];

const COUNTERS: readonly Reading[] = [
  {
    name: 'head_series_created_total',
    help: 'Series created in the head.',
    read: ({ head }) => head.seriesCreated,
  },
  {
    name: 'head_series_removed_total',
    help: 'Series removed from the head.',
    read: ({ head }) => head.seriesRemoved,
  },
  {
    name: 'head_chunks_created_total',
    help: 'Chunks created in the head.',
    read: ({ head }) => head.chunksCreated,
  },
  {
    name: 'head_chunks_removed_total',
    help: 'Chunks removed from the head.',
    read: ({ head }) => head.chunksRemoved,
  },
  {
    name: 'head_samples_appended_total',
    help: 'Samples appended.',
    read: ({ head }) => head.samplesAppended,
    type: 'float',
  },
  {
    name: 'out_of_order_samples_total',
    help: 'Samples refused because the series has a newer one.',
    read: ({ head }) => head.samplesOutOfOrder,
    type: 'float',
  },
  {
    name: 'out_of_bound_samples_total',
    help: 'Samples refused because the head does not reach back to them.',
    read: ({ head }) => head.samplesOutOfBounds,
    type: 'float',
  },
  {
    name: 'too_old_samples_total',
    help: 'Samples refused because they are older than the window for out-of-order samples.',
    read: ({ head }) => head.samplesTooOld,
    type: 'float',
  },
  { name: 'compactions_total', help: 'Blocks written.', read: ({ compactions }) => compactions },
  {
    name: 'compactions_failed_total',
    help: 'Blocks that could not be written.',
    read: ({ compactionsFailed }) => compactionsFailed,
  },
  {
    name: 'time_retentions_total',
    help: 'Times that blocks were deleted because of their age.',
    read: ({ timeRetentions }) => timeRetentions,
  },
  {
    name: 'size_retentions_total',
    help: 'Times that blocks were deleted because of the size of all.',
    read: ({ sizeRetentions }) => sizeRetentions,
  },
  {
    name: 'head_out_of_order_samples_appended_total',
    help: 'Out-of-order samples appended.',
    read: ({ head }) => head.lateSamplesAppended,
    type: 'float',
  },
  {
    name: 'wal_page_flushes_total',
    help: 'Pages of the write-ahead log written, whole or not.',
    read: ({ wal }) => wal?.pageFlushes ?? 0,
  },
  {
    name: 'wal_completed_pages_total',
    help: 'Whole pages of the write-ahead log written.',
    read: ({ wal }) => wal?.pageCompletions ?? 0,
  },
  {
    name: 'wal_truncations_total',
    help: 'Times the write-ahead log was cut.',
    read: ({ wal }) => wal?.truncations ?? 0,
  },
  {
    name: 'wal_corruptions_total',
    help: 'Damaged places found in the write-ahead log.',
    read: ({ wal }) => wal?.corruptions ?? 0,
  },
  {
    name: 'wal_writes_failed_total',
    help: 'Writes to the write-ahead log that failed.',
    read: ({ wal }) => wal?.writesFailed ?? 0,
  },
];

/** @param retention the bounds in force; 0 for none */
export function addStorageMetrics(
  registry: Registry,
  database: Database,
  retention: () => RetentionBounds,
): void {
  const registers = [registry];
  let stats: DatabaseStats | undefined;
  let readAtMs = 0;
  const current = (): DatabaseStats => {
    const nowMs = performance.now();
    if (!stats || nowMs - readAtMs > FRESH_MS) {
      stats = database.stats();
      readAtMs = nowMs;
    }
    return stats;
  };
  for (const { name, help, read } of GAUGES) {
    new Gauge({
      name: `prometheus_tsdb_${name}`,
      help,
      registers,
      collect() {
        this.set(read(current()));
      },
    });
  }
  for (const { name, help, read, type } of COUNTERS) {
    new Counter({
      name: `prometheus_tsdb_${name}`,
      help,
      registers,
      labelNames: type === undefined ? [] : ['type'],
      collect() {
        this.reset();
        if (type === undefined) this.inc(read(current()));
        else this.inc({ type }, read(current()));
      },
    });
  }
  addRetentionMetrics(registers, retention);
}

function addRetentionMetrics(registers: Registry[], retention: () => RetentionBounds): void {
  new Gauge({
    name: 'prometheus_tsdb_retention_limit_seconds',
    help: 'How long samples are kept; 0 for no limit.',
    registers,
    collect() {
      this.set(retention().seconds);
    },
  });
  new Gauge({
    name: 'prometheus_tsdb_retention_limit_bytes',
    help: 'Largest size of all blocks; 0 for no limit.',
    registers,
    collect() {
      this.set(retention().bytes);
    },
  });
  new Gauge({
    name: 'prometheus_tsdb_retention_limit_percentage',
    help: 'Largest part of the disk that all blocks may take; 0 for no limit.',
    registers,
    collect() {
      this.set(retention().percentage);
    },
  });
}
