// Keeps of a record what a checkpoint still needs: living series, and samples that no block has.
import { Decoder } from '../bytes/decoder.ts';
import { Encoder } from '../bytes/encoder.ts';
import {
  decodeSamples,
  decodeTombstones,
  encodeSampleRows,
  encodeTombstones,
  RecordType,
  requireWhole,
  type SampleRow,
  type Tombstone,
} from './record.ts';

export class RecordFilter {
  readonly #keepSeries: (ref: number) => boolean;
  readonly #minTimeMs: number;
  readonly #input = new Decoder();
  readonly #output = new Encoder(64 * 1024);

  constructor(keepSeries: (ref: number) => boolean, minTimeMs: number) {
    this.#keepSeries = keepSeries;
    this.#minTimeMs = minTimeMs;
  }

  /** What to keep of a record: itself, a smaller one that is valid until the next call, or nothing. */
  apply(record: Uint8Array): Uint8Array | undefined {
    const input = this.#input.reset(record);
    this.#output.clear();
    switch (input.u8()) {
      case RecordType.series:
        return this.#series(input);
      case RecordType.samples:
        return this.#samples(input, record);
      case RecordType.tombstones:
        return this.#tombstones(input, record);
      default:
        return undefined;
    }
  }

  /** A last record, of what was gathered on the way. */
  finish(): Uint8Array | undefined {
    return undefined;
  }

  #series(input: Decoder): Uint8Array | undefined {
    const output = this.#output;
    output.u8(RecordType.series);
    while (input.left > 0) {
      const start = input.at;
      const ref = input.u64();
      for (let k = input.uvarint() * 2; k > 0 && input.error === ''; k--) input.take(input.uvarint());
      if (input.error === '' && this.#keepSeries(ref)) output.raw(input.bytes.subarray(start, input.at));
    }
    requireWhole(input, 'series');
    return output.length > 1 ? output.written : undefined;
  }

  #samples(input: Decoder, record: Uint8Array): Uint8Array | undefined {
    const kept: SampleRow[] = [];
    let all = 0;
    decodeSamples(input, (ref, timeMs, low, high) => {
      all++;
      if (timeMs >= this.#minTimeMs) kept.push({ ref, timeMs, low, high });
    });
    requireWhole(input, 'samples');
    if (kept.length === all) return all > 0 ? record : undefined;
    if (kept.length === 0) return undefined;
    encodeSampleRows(kept, this.#output);
    return this.#output.written;
  }

  #tombstones(input: Decoder, record: Uint8Array): Uint8Array | undefined {
    const kept: Tombstone[] = [];
    let all = 0;
    decodeTombstones(input, (tombstone) => {
      all++;
      if (tombstone.maxTimeMs >= this.#minTimeMs && this.#keepSeries(tombstone.ref)) kept.push(tombstone);
    });
    requireWhole(input, 'tombstones');
    if (kept.length === all) return all > 0 ? record : undefined;
    if (kept.length === 0) return undefined;
    encodeTombstones(kept, this.#output);
    return this.#output.written;
  }
}
