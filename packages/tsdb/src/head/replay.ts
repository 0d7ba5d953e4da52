// Fills an empty head from the log. Runs on any thread that has the handle, before the owner takes over.
// A damaged log ends the replay at the damage and says where, for the caller to repair; what was read before
// it stays.
import { CodedError, LabelSet, type SampleColumns } from '@prometheus-ts/model';
import { Decoder } from '../bytes/decoder.ts';
import {
  decodeSamples,
  decodeSeries,
  decodeTombstones,
  RecordType,
  requireWhole,
  type Tombstone,
} from '../wal/record.ts';
import type { SegmentFile } from '../wal/segment-files.ts';
import { SegmentReader } from '../wal/segment-reader.ts';
import type { FiledChunk } from './chunk-file-reader.ts';
import type { Head } from './head.ts';

/** Numbers of the log up to this are looked up in an array, larger ones in a map. */
const DENSE_REFS = 2 ** 25;

export interface ReplayResult {
  readonly samples: number;
  readonly unknownRefs: number;
  /** Where the log is damaged, undefined when it is whole. */
  readonly corruption: CodedError | undefined;
  /** Set when the newest segment ends inside a record: the length to cut it to. */
  readonly tornAt: number | undefined;
}

export class Replay {
  readonly #head: Head;
  readonly #minValidMs: number;
  readonly #input = new Decoder();
  #dense = new Int32Array(1024);
  readonly #sparse = new Map<number, number>();
  readonly #filed: Map<number, FiledChunk[]>;
  #samples = 0;
  #unknownRefs = 0;
  #inLateLog = false;

  /**
   * @param minValidMs samples before this are in a block already
   * @param filed chunks of the head's chunk files by their series' numbers in the log
   */
  constructor(head: Head, minValidMs: number, filed: Map<number, FiledChunk[]>) {
    this.#head = head;
    this.#filed = filed;
    this.#minValidMs = minValidMs;
  }

  /** Replays the log of out-of-order samples, after the log that has their series. */
  runLate(segments: readonly SegmentFile[]): ReplayResult {
    this.#inLateLog = true;
    return this.run(segments);
  }

  /** @param progress called with the number of each segment that is done */
  run(segments: readonly SegmentFile[], progress?: (segment: number) => void): ReplayResult {
    let tornAt: number | undefined;
    let corruption: CodedError | undefined;
    for (const { path, sequence } of segments) {
      const reader = new SegmentReader(path, sequence);
      try {
        for (let record = reader.next(); record !== undefined; record = reader.next()) {
          try {
            this.#apply(record);
          } catch (error) {
            if (!(error instanceof CodedError) || error.code !== 'wal-record') throw error;
            throw reader.corruptRecord(error.message);
          }
          this.#head.settle();
        }
        tornAt = reader.torn ? reader.goodOffset : undefined;
      } catch (error) {
        if (!(error instanceof CodedError) || error.code !== 'wal-corrupt') throw error;
        corruption = error;
        break;
      } finally {
        reader.close();
      }
      progress?.(sequence);
    }
    return { samples: this.#samples, unknownRefs: this.#unknownRefs, corruption, tornAt };
  }

  #apply(record: Uint8Array): void {
    const input = this.#input.reset(record);
    switch (input.u8()) {
      case RecordType.series:
        decodeSeries(input, (ref, labels) => this.#addSeries(ref, labels));
        requireWhole(input, 'series');
        break;
      case RecordType.samples:
        decodeSamples(input, (ref, timeMs, low, high) => this.#addSample(ref, timeMs, low, high));
        requireWhole(input, 'samples');
        break;
      case RecordType.tombstones:
        decodeTombstones(input, (tombstone) => this.#addTombstone(tombstone));
        requireWhole(input, 'tombstones');
        break;
    }
  }

  #addSeries(ref: number, labels: string[]): void {
    const slot = this.#head.restoreSeries(new LabelSet(labels), ref);
    this.#setSlot(ref, slot);
    const chunks = this.#filed.get(ref);
    if (!chunks) return;
    this.#filed.delete(ref);
    for (const chunk of chunks) {
      if (chunk.late) this.#restoreLate(slot, chunk.late);
      else if (chunk.maxTimeMs >= this.#minValidMs) this.#head.restoreChunk(slot, chunk);
    }
  }

  #restoreLate(slot: number, { length, times, words }: SampleColumns): void {
    for (let i = 0; i < length; i++) this.#head.restoreLate(slot, times[i], words[2 * i], words[2 * i + 1]);
  }

  #addTombstone({ ref, minTimeMs, maxTimeMs }: Tombstone): void {
    const slot = this.#slot(ref);
    if (slot !== 0 && maxTimeMs >= this.#minValidMs) this.#head.addTombstone(slot, { minTimeMs, maxTimeMs });
  }

  #slot(ref: number): number {
    return ref < this.#dense.length ? this.#dense[ref] : (this.#sparse.get(ref) ?? 0);
  }

  #addSample(ref: number, timeMs: number, low: number, high: number): void {
    const slot = this.#slot(ref);
    if (slot === 0) this.#unknownRefs++;
    else if (this.#inLateLog) {
      this.#head.restoreLate(slot, timeMs, low, high);
      this.#samples++;
    } else if (timeMs >= this.#minValidMs && this.#head.restoreSample(slot, timeMs, low, high))
      this.#samples++;
  }

  #setSlot(ref: number, slot: number): void {
    if (ref >= DENSE_REFS) {
      this.#sparse.set(ref, slot);
      return;
    }
    if (ref >= this.#dense.length) {
      const grown = new Int32Array(Math.max(ref + 1, this.#dense.length * 2));
      grown.set(this.#dense);
      this.#dense = grown;
    }
    this.#dense[ref] = slot;
  }
}
