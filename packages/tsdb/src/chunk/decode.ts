// Decodes a chunk of any encoding from its bytes.
import { CodedError, type SampleColumns } from '@prometheus-ts/model';
import type { Decoder } from '../bytes/decoder.ts';
import { Encoding } from './encoding.ts';
import { decodeXor, loadWords } from './xor-decoder.ts';

let words: Int32Array = new Int32Array(1024);

/**
 * Appends to `into` the samples of a chunk in the time range.
 * @param data stands at the chunk's count of samples and ends with the chunk
 * Throws CodedError `chunk-corrupt`.
 */
export function decodeChunk(
  encoding: number,
  data: Decoder,
  minTimeMs: number,
  maxTimeMs: number,
  into: SampleColumns,
): void {
  const count = data.u16();
  if (data.error !== '') throw new CodedError('chunk-corrupt', `corrupt chunk: ${data.error}`);
  const length = data.left;
  switch (encoding) {
    case Encoding.xor:
      words = loadWords(data.view, data.at, length, words);
      decodeXor(words, 0, length * 8, count, minTimeMs, maxTimeMs, into);
      return;
    default:
      throw new CodedError('chunk-corrupt', `unknown chunk encoding ${encoding}`);
  }
}
