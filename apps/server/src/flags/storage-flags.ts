// Flags of storage: the server's database, the agent's WAL, remote storage.
import type { FlagDefinition } from '@prometheus-ts/cli';

export const TSDB_FLAGS = [
  {
    name: 'storage.tsdb.path',
    kind: 'string',
    default: 'data/',
    help: 'Folder of the database.',
  },
  {
    name: 'storage.tsdb.min-block-duration',
    kind: 'duration',
    default: '2h',
    hidden: true,
    help: 'Shortest time range of a block on disk. For tests.',
  },
  {
    name: 'storage.tsdb.max-block-duration',
    kind: 'duration',
    placeholder: '<duration>',
    hidden: true,
    help: 'Longest time range of a compacted block. For tests. (Default: a tenth of the retention time.)',
  },
  {
    name: 'storage.tsdb.max-block-chunk-segment-size',
    kind: 'bytes',
    placeholder: '<bytes>',
    hidden: true,
    help: 'Largest size of one chunk segment of a block. Example: 512MB',
  },
  {
    name: 'storage.tsdb.wal-segment-size',
    kind: 'bytes',
    placeholder: '<bytes>',
    hidden: true,
    help: 'Size at which a new segment of the write-ahead log begins. Example: 100MB',
  },
  {
    name: 'storage.tsdb.retention.time',
    kind: 'duration',
    help: '[DEPRECATED] How long to keep samples; 15d when no retention is set at all. Units: y, w, d, h, m, s, ms. Use storage.tsdb.retention.time of the configuration file instead.',
  },
  {
    name: 'storage.tsdb.retention.size',
    kind: 'bytes',
    help: '[DEPRECATED] How many bytes of blocks to keep. Needs a unit: B, KB, MB, GB, TB, PB, EB, powers of 1024. Example: "512MB". Use storage.tsdb.retention.size of the configuration file instead.',
  },
  {
    name: 'storage.tsdb.no-lockfile',
    kind: 'bool',
    default: 'false',
    help: 'Do not lock the data folder.',
  },
  {
    name: 'storage.tsdb.allow-overlapping-compaction',
    kind: 'bool',
    default: 'true',
    hidden: true,
    help: 'Compact blocks that overlap in time. Without it they are left to another component.',
  },
  {
    name: 'storage.tsdb.wal-compression',
    kind: 'bool',
    default: 'true',
    hidden: true,
    help: 'Compress the write-ahead log.',
  },
  {
    name: 'storage.tsdb.wal-compression-type',
    kind: 'enum',
    choices: ['snappy', 'zstd'],
    default: 'snappy',
    hidden: true,
    help: 'How the write-ahead log is compressed with --storage.tsdb.wal-compression.',
  },
  {
    name: 'storage.tsdb.head-chunks-write-queue-size',
    kind: 'int',
    default: '0',
    help: 'Length of the queue of head chunks on their way to disk; 0 for no queue. Experimental.',
  },
  {
    name: 'storage.tsdb.samples-per-chunk',
    kind: 'int',
    default: '120',
    hidden: true,
    help: 'Samples that a chunk is meant to hold.',
  },
  {
    name: 'storage.tsdb.delayed-compaction.max-percent',
    kind: 'int',
    default: '10',
    hidden: true,
    help: 'Upper bound of the random delay of a compaction, in percent of the head range. Only with the feature delayed-compaction.',
  },
  {
    name: 'storage.tsdb.delay-compact-file.path',
    kind: 'string',
    default: '',
    help: 'JSON file that names blocks already uploaded, for example by a Thanos sidecar. With it, only those level 1 blocks are compacted.',
  },
  {
    name: 'storage.tsdb.block-reload-interval',
    kind: 'duration',
    default: '1m',
    hidden: true,
    help: 'How often to look for blocks that were added or removed by others.',
  },
] as const satisfies readonly FlagDefinition[];

export const AGENT_FLAGS = [
  {
    name: 'storage.agent.path',
    kind: 'string',
    default: 'data-agent/',
    help: 'Folder of the agent.',
  },
  {
    name: 'storage.agent.wal-segment-size',
    kind: 'bytes',
    placeholder: '<bytes>',
    hidden: true,
    help: 'Size at which a new segment of the write-ahead log begins. Example: 100MB',
  },
  {
    name: 'storage.agent.wal-compression',
    kind: 'bool',
    default: 'true',
    help: 'Compress the write-ahead log.',
  },
  {
    name: 'storage.agent.wal-compression-type',
    kind: 'enum',
    choices: ['snappy', 'zstd'],
    default: 'snappy',
    hidden: true,
    help: 'How the write-ahead log is compressed with --storage.agent.wal-compression.',
  },
  {
    name: 'storage.agent.wal-truncate-frequency',
    kind: 'duration',
    placeholder: '<duration>',
    hidden: true,
    help: 'How often to cut old data off the write-ahead log.',
  },
  {
    name: 'storage.agent.retention.min-time',
    kind: 'duration',
    default: '5m',
    help: 'Age from which samples may be removed when the write-ahead log is cut.',
  },
  {
    name: 'storage.agent.retention.max-time',
    kind: 'duration',
    default: '4h',
    help: 'Age from which samples are removed in any case when the write-ahead log is cut.',
  },
  {
    name: 'storage.agent.checkpoint-from-in-memory-series',
    kind: 'bool',
    default: 'false',
    help: 'Build checkpoints from the series in memory alone.',
  },
  {
    name: 'storage.agent.checkpoint-batch-size',
    kind: 'int',
    default: '1000',
    help: 'Entries written at a time with --storage.agent.checkpoint-from-in-memory-series.',
  },
  {
    name: 'storage.agent.no-lockfile',
    kind: 'bool',
    default: 'false',
    help: 'Do not lock the data folder.',
  },
] as const satisfies readonly FlagDefinition[];

export const FLUSH_FLAGS = [
  {
    name: 'storage.remote.flush-deadline',
    kind: 'duration',
    default: '1m',
    placeholder: '<duration>',
    help: 'Time for sending what is left to remote storage at shutdown or reload.',
  },
] as const satisfies readonly FlagDefinition[];

export const REMOTE_FLAGS = [
  {
    name: 'storage.remote.read-sample-limit',
    kind: 'int',
    default: '5e7',
    help: 'Samples that one remote read query may return; 0 for no limit. Streamed answers are not limited.',
  },
  {
    name: 'storage.remote.read-concurrent-limit',
    kind: 'int',
    default: '10',
    help: 'Remote read calls at the same time; 0 for no limit.',
  },
  {
    name: 'storage.remote.read-max-bytes-in-frame',
    kind: 'int',
    default: '1048576',
    help: 'Size of one frame of a streamed remote read answer, before encoding. Clients may have limits of their own.',
  },
] as const satisfies readonly FlagDefinition[];
