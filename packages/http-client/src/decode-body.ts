// Content-Encoding: the compressed body is collected first (it is small), then decoded at once. Small bodies
// are decoded in place; large ones off the main thread.
import { promisify } from 'node:util';
import { gunzip, gunzipSync, zstdDecompress, zstdDecompressSync } from 'node:zlib';
import { CodedError } from '@prometheus-ts/model';
import { bodyTooLarge } from './exchange.ts';
import type { ReusableBuffer } from './reusable-buffer.ts';

const gunzipAsync = promisify(gunzip);
const zstdAsync = promisify(zstdDecompress);

/** Handing work to another thread costs about as much as decoding this much. */
const LARGEST_IN_PLACE_BYTES = 16 * 1024;
const SMALLEST_CHUNK_BYTES = 128 * 1024;
const LARGEST_CHUNK_BYTES = 64 * 1024 * 1024;

/**
 * Decodes `compressed` into `target` and returns the length. Rejects with CodedError: `body-size-limit`, or
 * `content_encoding` for other encodings and for bytes that are not what the header says.
 */
export async function decodeBody(
  encoding: string,
  compressed: Uint8Array,
  maxBytes: number,
  target: ReusableBuffer,
): Promise<number> {
  // One output chunk with room to spare spares zlib from making and joining many.
  const chunkSize = Math.min(Math.max(target.bytes.length + 1024, SMALLEST_CHUNK_BYTES), LARGEST_CHUNK_BYTES);
  const options = { maxOutputLength: maxBytes, chunkSize };
  const inPlace = compressed.length <= LARGEST_IN_PLACE_BYTES;
  let decoded: Uint8Array;
  try {
    if (encoding === 'gzip' || encoding === 'x-gzip') {
      decoded = inPlace ? gunzipSync(compressed, options) : await gunzipAsync(compressed, options);
    } else if (encoding === 'zstd') {
      decoded = inPlace ? zstdDecompressSync(compressed, options) : await zstdAsync(compressed, options);
    } else {
      throw new CodedError('content_encoding', `unsupported content encoding ${JSON.stringify(encoding)}`, {
        hint: 'the server sent an encoding that was not asked for',
      });
    }
  } catch (error) {
    if (error instanceof CodedError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw bodyTooLarge(maxBytes);
    throw new CodedError('content_encoding', `${encoding}: ${(error as Error).message}`, {
      hint: 'the body is broken off, or is not compressed as its header says',
      cause: error,
    });
  }
  const { length } = decoded;
  target.reserve(length, 0);
  target.bytes.set(decoded);
  release(decoded, options.chunkSize);
  return length;
}

/**
 * Frees zlib's output now rather than at some later collection: megabytes for every scrape would make the
 * collector run all the time. Only an array that is zlib's own chunk may go, never Buffer's pool.
 */
function release(decoded: Uint8Array, chunkSize: number): void {
  const { buffer } = decoded;
  const isOwnChunk = chunkSize > Buffer.poolSize && buffer.byteLength === chunkSize;
  if (isOwnChunk && buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0);
}
