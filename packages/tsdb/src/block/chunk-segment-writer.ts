// Writes the chunk segment files of a block.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { crc32c } from '../bytes/crc32c.ts';
import { CHUNKS_FOLDER, sequenceName } from '../filenames.ts';
import { BufferedFileWriter } from '../fs/buffered-file-writer.ts';
import { CHUNKS_HEADER_BYTES, CHUNKS_MAGIC, CHUNKS_VERSION } from './block-chunks.ts';

const SEGMENT_BYTES = 512 * 2 ** 20;
/** Length, encoding and checksum of a chunk, at most. */
const FRAME_BYTES = 5 + 1 + 4;

export class ChunkSegmentWriter {
  readonly #folder: string;
  readonly #segmentBytes: number;
  #file: BufferedFileWriter | undefined;
  /** Number of the segment that the last chunk went to, from 0, and its offset there. */
  segment = -1;
  offset = 0;

  constructor(blockFolder: string, segmentBytes = SEGMENT_BYTES) {
    this.#folder = join(blockFolder, CHUNKS_FOLDER);
    this.#segmentBytes = segmentBytes;
    mkdirSync(this.#folder, { recursive: true });
  }

  /** Appends a chunk; `segment` and `offset` say where it went. */
  write(encoding: number, data: Uint8Array): void {
    const file = this.#fileFor(data.length + FRAME_BYTES);
    this.offset = file.position;
    const { output } = file;
    output.uvarint(data.length);
    const start = output.length;
    output.u8(encoding);
    output.raw(data);
    output.u32(crc32c(output.bytes, output.view, start, output.length));
    file.flushIfLarge();
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  abandon(): void {
    this.#file?.abandon();
    this.#file = undefined;
  }

  #fileFor(bytes: number): BufferedFileWriter {
    let file = this.#file;
    if (file && (file.position === CHUNKS_HEADER_BYTES || file.position + bytes <= this.#segmentBytes))
      return file;
    file?.close();
    this.segment++;
    file = new BufferedFileWriter(join(this.#folder, sequenceName(this.segment + 1)));
    file.output.u32(CHUNKS_MAGIC);
    file.output.u8(CHUNKS_VERSION);
    file.align(CHUNKS_HEADER_BYTES);
    this.#file = file;
    return file;
  }
}
