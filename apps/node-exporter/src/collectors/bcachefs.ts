// File systems of the kind bcachefs, from /sys/fs/bcachefs.
import { type CollectorDefinition, NoData } from '../collector.ts';
import { fields, isSystemError, listFolder, tryListFolder, tryReadTrimmed, tryReadUint } from '../files.ts';
import { counter, gauge, MetricCache, sanitizeMetricName } from '../metric.ts';
import type { MetricSink } from '../metric-sink.ts';
import { parseBinarySize } from '../sys/human-size.ts';

const INFO = gauge('node_bcachefs_info', 'File systems that are mounted.', ['uuid']);
const TREE_CACHE = gauge('node_bcachefs_btree_cache_size_bytes', "Memory of the tree's cache.", ['uuid']);
const COMPRESSED = gauge('node_bcachefs_compression_compressed_bytes', 'Data after compression.', [
  'uuid',
  'algorithm',
]);
const UNCOMPRESSED = gauge('node_bcachefs_compression_uncompressed_bytes', 'Data before compression.', [
  'uuid',
  'algorithm',
]);
const ERRORS = counter('node_bcachefs_errors_total', 'Errors found, by kind.', ['uuid', 'error_type']);
const TREE_WRITES = counter('node_bcachefs_btree_writes_total', 'Writes of the tree.', ['uuid', 'type']);
const TREE_WRITE_SIZE = gauge(
  'node_bcachefs_btree_write_average_size_bytes',
  'Mean size of a write of the tree.',
  ['uuid', 'type'],
);
const DEVICE = ['uuid', 'device'];
const DEVICE_INFO = gauge('node_bcachefs_device_info', 'Label and state of the device.', [
  'uuid',
  'device',
  'label',
  'state',
]);
const BUCKET_SIZE = gauge('node_bcachefs_device_bucket_size_bytes', 'Size of a bucket.', DEVICE);
const BUCKETS = gauge('node_bcachefs_device_buckets', 'Buckets of the device.', DEVICE);
const DURABILITY = gauge('node_bcachefs_device_durability', 'How many copies data here counts as.', DEVICE);
const IO_DONE = counter('node_bcachefs_device_io_done_bytes_total', 'Bytes read and written.', [
  'uuid',
  'device',
  'operation',
  'data_type',
]);
const IO_ERRORS = counter(
  'node_bcachefs_device_io_errors_total',
  'I/O errors since the file system was made.',
  ['uuid', 'device', 'type'],
);

export const bcachefs: CollectorDefinition = {
  name: 'bcachefs',
  enabledByDefault: true,
  platforms: ['linux'],
  create({ paths }) {
    const counters = new MetricCache((name) =>
      counter(`node_bcachefs_${sanitizeMetricName(name)}_total`, `Counter ${name} of the file system.`, [
        'uuid',
      ]),
    );
    return {
      update(sink) {
        const root = paths.sys('fs/bcachefs');
        const found = listFilesystems(root);
        if (found.length === 0) throw new NoData('no bcachefs mounted');
        for (const uuid of found) {
          const folder = `${root}/${uuid}`;
          sink.add(INFO, 1, uuid);
          sink.add(TREE_CACHE, sizeIn(tryReadTrimmed(`${folder}/btree_cache_size`)), uuid);
          addTables(sink, folder, uuid);
          for (const name of tryListFolder(`${folder}/counters`)) {
            const text = tryReadTrimmed(`${folder}/counters/${name}`) ?? '';
            const value = /^since filesystem creation:\s*(\S+)/m.exec(text)?.[1];
            sink.add(counters.get(name), sizeIn(value), uuid);
          }
          for (const entry of tryListFolder(folder)) {
            if (entry.startsWith('dev-'))
              addDevice(sink, `${folder}/${entry}`, uuid, entry.slice('dev-'.length));
          }
        }
      },
    };
  },
};

function listFilesystems(root: string): string[] {
  try {
    return listFolder(root);
  } catch (error) {
    if (isSystemError(error)) throw new NoData('no bcachefs in this kernel');
    throw error;
  }
}

/** 0 where there is no text, as upstream has it. */
function sizeIn(text: string | undefined): number {
  return text === undefined || text === '' ? 0 : parseBinarySize(text, 'bcachefs');
}

/** Files of rows; the first two start with a head. */
function addTables(sink: MetricSink, folder: string, uuid: string): void {
  const rows = (file: string): string[][] =>
    (tryReadTrimmed(`${folder}/${file}`) ?? '').split('\n').map(fields);
  for (const [algorithm, compressed, uncompressed] of rows('compression_stats').slice(1)) {
    if (uncompressed === undefined) continue;
    const name = algorithm!.replace(/:$/, '');
    sink.add(COMPRESSED, sizeIn(compressed), uuid, name);
    sink.add(UNCOMPRESSED, sizeIn(uncompressed), uuid, name);
  }
  for (const [type, count, size] of rows('btree_write_stats').slice(1)) {
    if (size === undefined) continue;
    const name = type!.replace(/:$/, '');
    sink.add(TREE_WRITES, sizeIn(count), uuid, name);
    sink.add(TREE_WRITE_SIZE, sizeIn(size), uuid, name);
  }
  for (const [type, count] of rows('errors')) {
    if (count !== undefined) sink.add(ERRORS, sizeIn(count), uuid, type!);
  }
}

function addDevice(sink: MetricSink, folder: string, uuid: string, device: string): void {
  const text = (file: string): string => tryReadTrimmed(`${folder}/${file}`) ?? '';
  sink.add(DEVICE_INFO, 1, uuid, device, text('label'), text('state'));
  sink.add(BUCKET_SIZE, sizeIn(text('bucket_size')), uuid, device);
  sink.add(BUCKETS, tryReadUint(`${folder}/nbuckets`) ?? 0, uuid, device);
  sink.add(DURABILITY, tryReadUint(`${folder}/durability`) ?? 0, uuid, device);
  let operation = '';
  for (const line of text('io_done').split('\n')) {
    // `read:` and `write:` head lines of `kind: bytes`.
    const [, name, value] = /^\s*(\w+)\s*:\s*(\d*)\s*$/.exec(line) ?? [];
    if (name === undefined) continue;
    if (value === '') operation = name;
    else if (operation !== '') sink.add(IO_DONE, Number(value), uuid, device, operation, name);
  }
  // Of the two sections the one since the file system was made.
  const errors = text('io_errors')
    .split(/^IO errors since /m)
    .find((part) => part.startsWith('filesystem creation'));
  for (const [, type, value] of (errors ?? '').matchAll(/^\s+(\w+):\s*(\d+)/gm)) {
    sink.add(IO_ERRORS, Number(value), uuid, device, type!);
  }
}
