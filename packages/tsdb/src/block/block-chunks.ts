// The chunk segment files of a block. A chunk reference is the number of the segment above the offset in it.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '@prometheus-ts/model';
import { crc32c } from '../bytes/crc32c.ts';
import { Decoder } from '../bytes/decoder.ts';
import { CHUNKS_FOLDER, sequenceOf } from '../filenames.ts';
import type { PageCache } from '../fs/page-cache.ts';
import { RandomAccessFile } from '../fs/random-access-file.ts';

export const CHUNKS_MAGIC = 0x85bd40dd;
export const CHUNKS_VERSION = 1;
export const CHUNKS_HEADER_BYTES = 8;
/** Most bytes that the length of a chunk takes. */
const LENGTH_BYTES = 5;

export class BlockChunks {
  readonly #files: RandomAccessFile[] = [];
  readonly #decoder = new Decoder();
  /** Encoding of the chunk that `load` loaded last. */
  encoding = 0;

  /** Throws CodedError `block-corrupt` on a segment that is none. */
  constructor(folder: string, cache: PageCache) {
    const chunks = join(folder, CHUNKS_FOLDER);
    const names = readdirSync(chunks).filter((name) => sequenceOf(name) !== undefined);
    for (const name of names.sort()) {
      const file = new RandomAccessFile(join(chunks, name), cache);
      this.#files.push(file);
      const header = file.read(0, CHUNKS_HEADER_BYTES, this.#decoder);
      if (header.u32() !== CHUNKS_MAGIC || header.u8() !== CHUNKS_VERSION) {
        this.close();
        throw new CodedError('block-corrupt', `${file.path} is no chunk file`, {
          place: { file: file.path },
        });
      }
    }
  }

  /**
   * A decoder over the data of a chunk, its count of samples first; valid until the next read of any block.
   * Throws CodedError `block-corrupt`.
   */
  load(segment: number, offset: number): Decoder {
    const file = this.#files[segment];
    if (!file)
      throw new CodedError('block-corrupt', `a chunk lies in segment ${segment}, which is not there`);
    const head = file.read(offset, LENGTH_BYTES, this.#decoder);
    const start = head.at;
    const length = head.uvarint();
    const lengthBytes = head.at - start;
    if (head.error !== '') throw corrupt(file, offset, head.error);
    const chunk = file.read(offset + lengthBytes, length + 5, this.#decoder);
    if (chunk.left < length + 5) throw corrupt(file, offset, 'the chunk ends after the file');
    const end = chunk.at + 1 + length;
    if (!file.isChecked(offset + lengthBytes)) {
      if (chunk.view.getUint32(end) !== crc32c(chunk.bytes, chunk.view, chunk.at, end)) {
        throw corrupt(file, offset, 'checksum mismatch');
      }
      file.markChecked(offset + lengthBytes);
    }
    this.encoding = chunk.u8();
    chunk.end = end;
    return chunk;
  }

  get sizeBytes(): number {
    return this.#files.reduce((sum, file) => sum + file.size, 0);
  }

  close(): void {
    for (const file of this.#files) file.close();
  }
}

function corrupt(file: RandomAccessFile, offset: number, reason: string): CodedError {
  return new CodedError('block-corrupt', `corrupt chunk in ${file.path} at ${offset}: ${reason}`, {
    place: { file: file.path, offset },
  });
}
