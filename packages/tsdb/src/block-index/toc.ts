// The frame of an index file: `magic (4) | version (1) | sections… | table of contents`, and the sections that
// are `length (4) | content | CRC-32C of the content (4)`.
import { CodedError } from '@prometheus-ts/model';
import { crc32c, viewOf } from '../bytes/crc32c.ts';
import { Decoder } from '../bytes/decoder.ts';
import type { RandomAccessFile } from '../fs/random-access-file.ts';

export const INDEX_MAGIC = 0xbaaad700;
export const INDEX_HEADER_BYTES = 5;
export const TOC_BYTES = 6 * 8 + 4;
/** Series entries of format 2 begin at multiples of this; a series' reference is that multiple. */
export const SERIES_ALIGNMENT = 16;

/** Offsets of the sections; 0 for one that is not there. */
export interface Toc {
  readonly version: number;
  readonly symbols: number;
  readonly series: number;
  readonly labelIndices: number;
  readonly labelIndicesTable: number;
  readonly postings: number;
  readonly postingsTable: number;
}

/** Throws CodedError `block-corrupt`. */
export function readToc(file: RandomAccessFile): Toc {
  const input = new Decoder();
  file.read(0, INDEX_HEADER_BYTES, input);
  if (input.u32() !== INDEX_MAGIC) throw indexCorrupt(file, 0, 'it does not begin as an index');
  const version = input.u8();
  if (version !== 1 && version !== 2) throw indexCorrupt(file, 4, `unknown index version ${version}`);
  const at = file.size - TOC_BYTES;
  file.read(at, TOC_BYTES, input);
  const { bytes, view } = input;
  const found = crc32c(bytes, view, input.at, input.at + TOC_BYTES - 4);
  const toc = {
    version,
    symbols: input.u64(),
    series: input.u64(),
    labelIndices: input.u64(),
    labelIndicesTable: input.u64(),
    postings: input.u64(),
    postingsTable: input.u64(),
  };
  const expected = input.u32();
  if (input.error !== '' || found !== expected)
    throw indexCorrupt(file, at, 'checksum mismatch in the table of contents');
  return toc;
}

/** Reads a whole section; the decoder stands at its content. Throws CodedError `block-corrupt`. */
export function readSection(file: RandomAccessFile, offset: number): Decoder {
  const input = new Decoder();
  const length = file.read(offset, 4, input).u32();
  if (input.error !== '' || offset + 8 + length > file.size)
    throw indexCorrupt(file, offset, 'a section ends after the file');
  // A copy: the section may be read slowly while pages come and go.
  const bytes = new Uint8Array(length + 4);
  file.read(offset + 4, length + 4, input);
  bytes.set(input.bytes.subarray(input.at, input.end));
  const view = viewOf(bytes);
  if (crc32c(bytes, view, 0, length) !== view.getUint32(length))
    throw indexCorrupt(file, offset, 'checksum mismatch');
  return input.reset(bytes, 0, length);
}

export function indexCorrupt(file: RandomAccessFile, offset: number, reason: string): CodedError {
  return new CodedError('block-corrupt', `corrupt index ${file.path} at ${offset}: ${reason}`, {
    place: { file: file.path, offset },
    hint: 'the block is left as it is; remove it or restore it from a copy',
  });
}
