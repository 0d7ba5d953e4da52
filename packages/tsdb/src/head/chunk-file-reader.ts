// Reads chunks out of the head's chunk files: all of them at the start, single ones for queries.
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError, type SampleColumns } from '@prometheus-ts/model';
import { crc32c } from '../bytes/crc32c.ts';
import { Decoder } from '../bytes/decoder.ts';
import { sequenceName } from '../filenames.ts';
import { readFully } from '../fs/page-cache.ts';
import type { SegmentFile } from '../wal/segment-files.ts';
import {
  HEAD_CHUNKS_HEADER_BYTES,
  HEAD_CHUNKS_MAGIC,
  HEAD_CHUNKS_VERSION,
  OUT_OF_ORDER_BIT,
} from './chunk-files.ts';

/** Series number, two times, encoding: what comes before the length of a chunk. */
const HEAD_BYTES = 8 + 8 + 8 + 1;
const CRC_BYTES = 4;
const OPEN_FILES = 64;
const BUFFER_BYTES = 1024 * 1024;

/** A chunk as a file describes it. */
export interface FiledChunk {
  readonly walRef: number;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly encoding: number;
  readonly outOfOrder: boolean;
  readonly count: number;
  readonly file: number;
  readonly offset: number;
  /** Bytes of the data, its count included. */
  readonly length: number;
  /** The samples of an out-of-order chunk, decoded. */
  readonly late?: SampleColumns;
}

/** A chunk with its content. */
export interface LoadedChunk extends FiledChunk {
  /** Over the data, its count first; valid during the call. */
  readonly data: Decoder;
}

/** Reads single chunks; keeps some files open. */
export class ChunkFileReader {
  readonly #folder: string;
  readonly #open = new Map<number, number>();
  readonly #decoder = new Decoder();
  #buffer = new Uint8Array(4096);

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * A decoder over the data of a chunk, its count first; valid until the next call.
   * @param length bytes of the data
   * Throws CodedError `chunk-corrupt`, or what the system says.
   */
  read(file: number, offset: number, length: number): Decoder {
    const size = HEAD_BYTES + varintBytes(length) + length + CRC_BYTES;
    if (this.#buffer.length < size) this.#buffer = new Uint8Array(size * 2);
    const bytes = this.#buffer.subarray(0, size);
    const read = readFully(this.#descriptor(file), bytes, offset);
    const input = this.#decoder.reset(this.#buffer, 0, read);
    const end = size - CRC_BYTES;
    if (read < size || input.view.getUint32(end) !== crc32c(this.#buffer, input.view, 0, end)) {
      const path = join(this.#folder, sequenceName(file));
      throw new CodedError('chunk-corrupt', `corrupt head chunk in ${path} at ${offset}: checksum mismatch`, {
        place: { file: path, offset },
      });
    }
    input.at = end - length;
    input.end = end;
    return input;
  }

  close(): void {
    for (const descriptor of this.#open.values()) closeSync(descriptor);
    this.#open.clear();
  }

  #descriptor(file: number): number {
    let descriptor = this.#open.get(file);
    if (descriptor !== undefined) return descriptor;
    if (this.#open.size >= OPEN_FILES) this.close();
    descriptor = openSync(join(this.#folder, sequenceName(file)), 'r');
    this.#open.set(file, descriptor);
    return descriptor;
  }
}

/**
 * Calls back with every chunk of a file, in order. A file that ends in zeros or right after a chunk is whole.
 * Throws CodedError `chunk-file-corrupt` at the first damage; chunks before it were handed out.
 */
export function forEachChunk({ path, sequence }: SegmentFile, visit: (chunk: LoadedChunk) => void): void {
  const reader = new Window(path);
  try {
    if (!reader.need(HEAD_CHUNKS_HEADER_BYTES)) {
      if (reader.isEmpty) return;
      throw corrupt(path, 0, 'the header is cut off');
    }
    const head = reader.decoder(HEAD_CHUNKS_HEADER_BYTES);
    if (head.u32() !== HEAD_CHUNKS_MAGIC || head.u8() !== HEAD_CHUNKS_VERSION)
      throw corrupt(path, 0, 'unknown header');
    reader.skip(HEAD_CHUNKS_HEADER_BYTES);
    while (reader.need(1)) {
      const { offset } = reader;
      const whole = reader.need(HEAD_BYTES + 5);
      const input = reader.decoder(HEAD_BYTES + 5);
      const walRef = input.u64();
      const minTimeMs = input.i64();
      const maxTimeMs = input.i64();
      if (walRef === 0 && minTimeMs === 0 && maxTimeMs === 0 && (whole || reader.restIsZero())) return;
      const encoding = input.u8();
      const start = input.at;
      const length = input.uvarint();
      if (input.error !== '') throw corrupt(path, offset, 'a chunk is cut off');
      const size = HEAD_BYTES + input.at - start + length + CRC_BYTES;
      if (length < 2 || !reader.need(size)) throw corrupt(path, offset, 'a chunk is cut off');
      const chunk = reader.decoder(size);
      const end = chunk.end - CRC_BYTES;
      if (chunk.view.getUint32(end) !== crc32c(chunk.bytes, chunk.view, chunk.at, end)) {
        throw corrupt(path, offset, 'checksum mismatch');
      }
      const at = end - length;
      visit({
        walRef,
        minTimeMs,
        maxTimeMs,
        encoding: encoding & ~OUT_OF_ORDER_BIT,
        outOfOrder: (encoding & OUT_OF_ORDER_BIT) !== 0,
        count: chunk.view.getUint16(at),
        file: sequence,
        offset,
        length,
        data: chunk.reset(chunk.bytes, at, end),
      });
      reader.skip(size);
    }
  } finally {
    reader.close();
  }
}

/** A window that slides over a file from front to back. */
class Window {
  readonly #descriptor: number;
  readonly #decoder = new Decoder();
  #bytes = new Uint8Array(BUFFER_BYTES);
  #base = 0;
  #at = 0;
  #filled = 0;

  constructor(path: string) {
    this.#descriptor = openSync(path, 'r');
  }

  get offset(): number {
    return this.#base + this.#at;
  }

  get isEmpty(): boolean {
    return this.#filled === 0;
  }

  /** Whether `count` more bytes are there; reads them. */
  need(count: number): boolean {
    if (this.#filled - this.#at >= count) return true;
    if (count > this.#bytes.length) {
      const grown = new Uint8Array(count * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes.copyWithin(0, this.#at, this.#filled);
    this.#base += this.#at;
    this.#filled -= this.#at;
    this.#at = 0;
    while (this.#filled < count) {
      const room = this.#bytes.length - this.#filled;
      const read = readSync(this.#descriptor, this.#bytes, this.#filled, room, this.#base + this.#filled);
      if (read === 0) return false;
      this.#filled += read;
    }
    return true;
  }

  /** Over the next `count` bytes, or as many as there are. */
  decoder(count: number): Decoder {
    return this.#decoder.reset(this.#bytes, this.#at, Math.min(this.#filled, this.#at + count));
  }

  skip(count: number): void {
    this.#at += count;
  }

  /** Whether what is left in the window, at the end of the file, is zeros. */
  restIsZero(): boolean {
    for (let k = this.#at; k < this.#filled; k++) if (this.#bytes[k] !== 0) return false;
    return true;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

function varintBytes(value: number): number {
  let bytes = 1;
  while (value >= 0x80) {
    value = Math.floor(value / 128);
    bytes++;
  }
  return bytes;
}

function corrupt(path: string, offset: number, reason: string): CodedError {
  return new CodedError('chunk-file-corrupt', `corrupt head chunk file ${path} at ${offset}: ${reason}`, {
    place: { file: path, offset },
    hint: 'the file and those after it are removed; their samples come back from the log',
  });
}
