// Takes out of the head what a block has: chunks that end before a time, and series with nothing left. Works
// in slices, so that scrapes go on between them. Queries that began with the old list of blocks must be over.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Arena } from './arena.ts';
import type { ChunkFiles } from './chunk-files.ts';
import { CHUNK_RECORD_WORDS, ChunkRecord, Control, type HeadHandle, SERIES_SHIFT, Series } from './layout.ts';
import { type Quarantine, Retired } from './quarantine.ts';
import type { SeriesTable } from './series.ts';

const SLICE_MS = 5;
const CHECK_EVERY = 256;

export interface TruncationResult {
  /** Slots of the series that were removed. */
  readonly removed: readonly number[];
  readonly chunksRemoved: number;
  /** Time of the oldest sample that is left; +Infinity when none is. */
  readonly minTimeMs: number;
}

export class Truncation {
  readonly #control: Int32Array;
  readonly #records: Int32Array;
  readonly #times: Float64Array;
  readonly #chunkTimes: Float64Array;
  readonly #arena: Arena;
  readonly #quarantine: Quarantine;
  readonly #table: SeriesTable;
  readonly #files: ChunkFiles | undefined;
  readonly #hasLate: (slot: number) => boolean;
  #chunksRemoved = 0;
  #sliceEnds = 0;

  constructor(
    handle: HeadHandle,
    arena: Arena,
    quarantine: Quarantine,
    table: SeriesTable,
    files: ChunkFiles | undefined,
    hasLate: (slot: number) => boolean,
  ) {
    this.#hasLate = hasLate;
    this.#files = files;
    this.#control = new Int32Array(handle.buffers.control);
    this.#records = new Int32Array(handle.buffers.series);
    this.#times = new Float64Array(handle.buffers.series);
    this.#chunkTimes = new Float64Array(handle.buffers.seriesChunkTimes);
    this.#arena = arena;
    this.#quarantine = quarantine;
    this.#table = table;
  }

  /**
   * @param pending the series of transactions that are under way, at the moment of the call
   * @param onRemove called with a series while it still has its numbers
   */
  async run(
    beforeMs: number,
    pending: () => ReadonlySet<number>,
    onRemove: (slot: number) => void,
  ): Promise<TruncationResult> {
    const removed: number[] = [];
    let minTimeMs = Infinity;
    this.#sliceEnds = performance.now() + SLICE_MS;
    let busy = pending();
    for (let slot = 1; slot <= this.#table.high; slot++) {
      if (slot % CHECK_EVERY === 0 && (await this.#breathe())) busy = pending();
      if (!this.#table.isListed(slot)) continue;
      const oldest = this.#truncateSeries(slot, beforeMs);
      if (oldest === undefined) {
        if (busy.has(slot) || this.#hasLate(slot)) continue;
        onRemove(slot);
        this.#table.unlink(slot);
        removed.push(slot);
      } else if (oldest < minTimeMs) minTimeMs = oldest;
    }
    await this.#table.removeFromLists(
      removed,
      () => this.#breathe(),
      (slot) => this.#retireOpenChunk(slot),
    );
    return { removed, chunksRemoved: this.#chunksRemoved, minTimeMs };
  }

  /** Drops old chunks; the time of the oldest sample left, undefined when nothing is worth keeping. */
  #truncateSeries(slot: number, beforeMs: number): number | undefined {
    const at = slot << SERIES_SHIFT;
    const records = this.#records;
    const memory = this.#arena.words;
    const floats = this.#arena.floats;
    let kept = 0;
    let record = records[at + Series.closed];
    while (record !== 0) {
      const maxTime = floats[(record + ChunkRecord.minTime) >> 1] + memory[record + ChunkRecord.duration];
      if (maxTime < beforeMs) break;
      kept = record;
      record = memory[record + ChunkRecord.previous];
    }
    if (record !== 0) {
      if (kept === 0) Atomics.store(records, at + Series.closed, 0);
      else Atomics.store(memory, kept + ChunkRecord.previous, 0);
      this.#retireChunks(record);
    }
    if (kept !== 0) return floats[(kept + ChunkRecord.minTime) >> 1];
    return this.#times[at >> 1] >= beforeMs ? this.#chunkTimes[slot] : undefined;
  }

  /** Retires a chunk and all before it. */
  #retireChunks(newest: number): void {
    const memory = this.#arena.words;
    for (let record = newest; record !== 0; ) {
      const previous = memory[record + ChunkRecord.previous];
      this.#files?.forget(record);
      const first = memory[record + ChunkRecord.firstBlock];
      if (first !== 0) {
        const last = memory[record + ChunkRecord.lastBlock];
        this.#quarantine.retire(Retired.blocks, first, last, countBlocks(memory, first));
      }
      this.#quarantine.retire(Retired.memory, record, CHUNK_RECORD_WORDS);
      this.#chunksRemoved++;
      this.#control[Control.chunkCount]--;
      record = previous;
    }
  }

  #retireOpenChunk(slot: number): void {
    const at = slot << SERIES_SHIFT;
    const records = this.#records;
    if (records[at + Series.total] === records[at + Series.chunkStart]) return;
    this.#chunksRemoved++;
    this.#control[Control.chunkCount]--;
    const blocks = records[at + Series.laneBlocks] >>> 16;
    if (blocks === 0) return;
    this.#quarantine.retire(
      Retired.blocks,
      records[at + Series.firstBlock],
      records[at + Series.lastBlock],
      blocks,
    );
  }

  /** Lets others have their turn when the slice is over; returns whether it was. */
  async #breathe(): Promise<boolean> {
    if (performance.now() < this.#sliceEnds) return false;
    this.#quarantine.collect();
    await nextTurn();
    this.#sliceEnds = performance.now() + SLICE_MS;
    return true;
  }
}

function countBlocks(memory: Int32Array, first: number): number {
  let count = 0;
  for (let block = first; block !== 0; block = memory[block]) count++;
  return count;
}
