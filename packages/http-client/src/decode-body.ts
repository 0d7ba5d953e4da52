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
  // One output chunk of about the right size spares zlib from joining many.
  const chunkSize = Math.min(Math.max(target.bytes.length, 16 * 1024), maxBytes + 1, 64 * 1024 * 1024);
  const options = { maxOutputLength: maxBytes, chunkSize: Math.max(64, chunkSize) };
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
  target.reserve(decoded.length, 0);
  target.bytes.set(decoded);
  return decoded.length;
}
