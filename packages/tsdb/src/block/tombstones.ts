// The tombstones file: which time ranges of which series are deleted. The file is
// `magic 0x0130BA30 (4) | version 1 (1) | (series uvarint, min varint, max varint)… | CRC-32C of the
// triples`.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '@prometheus-ts/model';
import { crc32c, viewOf } from '../bytes/crc32c.ts';
import { Decoder } from '../bytes/decoder.ts';
import { Encoder } from '../bytes/encoder.ts';
import { TOMBSTONES_FILE } from '../filenames.ts';
import { addInterval, type Interval } from './intervals.ts';

const MAGIC = 0x0130ba30;
const VERSION = 1;
/** Magic and version, which the checksum leaves out. */
const HEADER_BYTES = 5;
const CRC_BYTES = 4;

/** By series reference. */
export type Tombstones = Map<number, readonly Interval[]>;

/** Reads a block's tombstones; none when there is no file. Throws CodedError `block-corrupt`. */
export function readTombstones(folder: string): Tombstones {
  const path = join(folder, TOMBSTONES_FILE);
  if (!existsSync(path)) return new Map();
  const bytes = readFileSync(path);
  const corrupt = (reason: string) =>
    new CodedError('block-corrupt', `corrupt tombstones ${path}: ${reason}`, { place: { file: path } });
  if (bytes.length < HEADER_BYTES + CRC_BYTES) throw corrupt('the file is too short');
  const end = bytes.length - CRC_BYTES;
  const input = new Decoder().reset(bytes, 0, end);
  if (input.u32() !== MAGIC) throw corrupt('it does not begin as one');
  if (bytes.readUInt32BE(end) !== crc32c(bytes, viewOf(bytes), HEADER_BYTES, end))
    throw corrupt('checksum mismatch');
  if (input.u8() !== VERSION) throw corrupt('unknown version');
  const tombstones: Tombstones = new Map();
  while (input.left > 0) {
    const ref = input.uvarint();
    const minTimeMs = input.varint();
    const maxTimeMs = input.varint();
    tombstones.set(ref, addInterval(tombstones.get(ref) ?? [], { minTimeMs, maxTimeMs }));
  }
  if (input.error !== '') throw corrupt(input.error);
  return tombstones;
}

/** The bytes of a tombstones file. */
export function encodeTombstonesFile(tombstones: Tombstones): Uint8Array {
  const output = new Encoder();
  output.u32(MAGIC);
  output.u8(VERSION);
  for (const ref of [...tombstones.keys()].sort((a, b) => a - b)) {
    for (const { minTimeMs, maxTimeMs } of tombstones.get(ref)!) {
      output.uvarint(ref);
      output.varint(minTimeMs);
      output.varint(maxTimeMs);
    }
  }
  output.u32(crc32c(output.bytes, output.view, HEADER_BYTES, output.length));
  return output.written;
}
