// Records of the log may be compressed one by one.
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { CodedError } from '@prometheus-ts/model';
import type { Encoder } from '../bytes/encoder.ts';
import { snappyCompress, snappyDecompress } from '../bytes/snappy.ts';
import type { WalCompression } from '../options.ts';
import { FragmentCompression, RECORD_BYTES_MAX } from './page.ts';

/** Replaces the content of `output` by the compressed record. Not for 'none'. */
export function compressRecord(compression: WalCompression, record: Uint8Array, output: Encoder): void {
  output.clear();
  if (compression === 'snappy') snappyCompress(record, output);
  else output.raw(zstdCompressSync(record));
}

/** Replaces the content of `output` by the record. Throws CodedError `wal-corrupt` or `snappy-corrupt`. */
export function decompressRecord(type: number, data: Uint8Array, output: Encoder): void {
  output.clear();
  if (type & FragmentCompression.snappy) snappyDecompress(data, output, RECORD_BYTES_MAX);
  else {
    try {
      output.raw(zstdDecompressSync(data, { maxOutputLength: RECORD_BYTES_MAX }));
    } catch (cause) {
      throw new CodedError('wal-corrupt', 'corrupt zstd data', { cause });
    }
  }
}
