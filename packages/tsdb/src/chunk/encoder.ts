// Encodes columns of samples as chunks.
import type { SampleColumns } from '@prometheus-ts/model';
import { Encoding } from './encoding.ts';
import { XorBuilder } from './xor-builder.ts';

/** Gets a chunk's data, its count of samples first; valid during the call. */
export type ChunkSink = (encoding: number, minTimeMs: number, maxTimeMs: number, data: Uint8Array) => void;

export class ChunkEncoder {
  readonly #floats = new XorBuilder();

  /** Hands the rows to the sink as chunks of at most `perChunk` samples. */
  encode(columns: SampleColumns, perChunk: number, sink: ChunkSink): void {
    for (let start = 0; start < columns.length; start += perChunk) {
      this.#encodeFloats(columns, start, Math.min(columns.length, start + perChunk), sink);
    }
  }

  #encodeFloats(columns: SampleColumns, start: number, end: number, sink: ChunkSink): void {
    const builder = this.#floats;
    const { times, words } = columns;
    builder.clear();
    for (let i = start; i < end; i++) builder.append(times[i], words[2 * i], words[2 * i + 1]);
    sink(Encoding.xor, builder.minTimeMs, builder.maxTimeMs, builder.data());
  }
}
