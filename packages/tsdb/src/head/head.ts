// The head: the newest samples of every series, in shared memory. This class is its only writer; readers on
// any thread use head-reader.ts. A commit is one synchronous step here, and for readers it happens when its
// lane's word is published.

import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Appendable,
  AppendOutcome,
  CodedError,
  type LabelSet,
  type SeriesRef,
} from '@prometheus-ts/model';
import { addInterval, type Interval } from '../block/intervals.ts';
import type { HeadStats } from '../stats.ts';
import { HeadAppender } from './appender.ts';
import { Arena } from './arena.ts';
import type { FiledChunk } from './chunk-file-reader.ts';
import { ChunkWriter } from './chunk-writer.ts';
import type { HeadLog } from './head-log.ts';
import { HeadTombstoneWriter } from './head-tombstones.ts';
import { IdLists } from './id-list.ts';
import { Lanes } from './lanes.ts';
import { LateSamples } from './late-samples.ts';
import { Control, ControlTime, type HeadHandle, SERIES_SHIFT, Series } from './layout.ts';
import { Quarantine, Retired } from './quarantine.ts';
import { allReadersAfter } from './reader-slots.ts';
import { SeriesTable } from './series.ts';
import { SymbolWriter } from './symbols.ts';
import { Transaction, TransactionPool } from './transaction.ts';
import { Truncation } from './truncate.ts';

/** Whether other threads see this processor's stores in the order in which they were made. */
const STORES_IN_ORDER = process.arch === 'x64' || process.arch === 'ia32';

const POLL_MS = 10;

export interface HeadOptions {
  /** No chunk reaches over a multiple of this. */
  readonly chunkRangeMs: number;
  readonly log?: HeadLog;
  /** How far behind the newest sample of the head samples may come out of order. Default 0: not at all. */
  readonly outOfOrderWindowMs?: number;
}

export class Head implements Appendable {
  readonly handle: HeadHandle;
  readonly arena: Arena;
  readonly quarantine: Quarantine;
  readonly symbols: SymbolWriter;
  readonly table: SeriesTable;
  readonly chunks: ChunkWriter;
  readonly lanes: Lanes;
  readonly late: LateSamples;
  readonly tombstones: HeadTombstoneWriter;
  /** Set once the log is open, after replay. */
  log: HeadLog | undefined;
  readonly #chunkRangeMs: number;
  #outOfOrderWindowMs: number;
  readonly #control: Int32Array;
  readonly #bounds: Float64Array;
  readonly #records: Int32Array;
  readonly #times: Float64Array;
  /** Series that left the head: number in the log → time of their last sample. The log needs them for a while. */
  readonly removedSeries = new Map<number, number>();
  readonly #pool = new TransactionPool();
  /** Transactions under way. */
  readonly #open = new Set<Transaction>();
  readonly #appenders = new Map<number, HeadAppender>();
  #unlogged: number[] = [];
  readonly #counts = {
    samplesAppended: 0,
    samplesOutOfOrder: 0,
    samplesDuplicate: 0,
    samplesOutOfBounds: 0,
    samplesTooOld: 0,
    lateSamplesAppended: 0,
    seriesCreated: 0,
    seriesRemoved: 0,
    chunksRemoved: 0,
  };

  constructor(handle: HeadHandle, options: HeadOptions) {
    this.handle = handle;
    this.log = options.log;
    this.#chunkRangeMs = options.chunkRangeMs;
    this.#control = new Int32Array(handle.buffers.control);
    this.#bounds = new Float64Array(handle.buffers.control);
    this.#records = new Int32Array(handle.buffers.series);
    this.#times = new Float64Array(handle.buffers.series);
    this.arena = new Arena(handle);
    this.quarantine = new Quarantine(this.#control, (kind, a, b, c) => this.#free(kind, a, b, c));
    const lists = new IdLists(this.arena, this.quarantine);
    this.symbols = new SymbolWriter(handle, this.arena, lists, this.quarantine);
    this.table = new SeriesTable(handle, this.arena, lists, this.symbols, this.quarantine);
    this.chunks = new ChunkWriter(handle, this.arena, options.chunkRangeMs);
    this.lanes = new Lanes(handle);
    this.late = new LateSamples(handle, this.arena, this.quarantine);
    this.tombstones = new HeadTombstoneWriter(handle, this.arena, this.quarantine);
    this.#outOfOrderWindowMs = options.outOfOrderWindowMs ?? 0;
  }

  openLane(): number {
    return this.lanes.open();
  }

  closeLane(lane: number): void {
    this.#appenders.delete(lane);
    this.lanes.close(lane);
  }

  /** The lane's appender: the same object every time, for one transaction after the other. */
  appender(lane: number): HeadAppender {
    let appender = this.#appenders.get(lane);
    if (!appender) this.#appenders.set(lane, (appender = new HeadAppender(this, lane)));
    return appender;
  }

  /** The reference of a series, which is created when it is new. Throws CodedError when a limit is reached. */
  seriesRef(labels: LabelSet): SeriesRef {
    let slot = this.table.findOrCreate(labels, 0);
    if (slot < 0) {
      slot = -slot;
      this.#unlogged.push(slot);
      this.#counts.seriesCreated++;
    }
    return this.table.ref(slot);
  }

  /** Samples before this are out of bounds: a block has that time, or the head is about to cut it. */
  minValidTime(): number {
    return Math.max(
      this.#bounds[ControlTime.minValid],
      this.#bounds[ControlTime.maxTime] - this.#chunkRangeMs / 2,
    );
  }

  /** Moves up the time before which a block has the samples. */
  raiseMinValid(timeMs: number): void {
    if (timeMs > this.#bounds[ControlTime.minValid]) this.#bounds[ControlTime.minValid] = timeMs;
  }

  setOutOfOrderWindow(windowMs: number): void {
    this.#outOfOrderWindowMs = windowMs;
  }

  begin(): Transaction {
    const transaction = this.#pool.take();
    this.#open.add(transaction);
    return transaction;
  }

  /** Checks a sample against what is committed and adds it to the transaction. */
  admit(
    transaction: Transaction,
    ref: SeriesRef,
    timeMs: number,
    low: number,
    high: number,
    minValidMs: number,
  ): AppendOutcome {
    const slot = this.table.slot(ref);
    if (slot === 0) return AppendOutcome.unknownSeries;
    const at = slot << SERIES_SHIFT;
    const last = this.#times[at >> 1];
    if (timeMs < minValidMs || timeMs <= last) {
      if (timeMs === last && timeMs >= minValidMs) return this.#compareRepeated(at, low, high);
      return this.#admitLate(transaction, slot, timeMs, low, high, minValidMs);
    }
    transaction.add(slot, timeMs, low, high);
    return AppendOutcome.appended;
  }

  /** A second sample of the newest time is accepted when it says the same. */
  #compareRepeated(at: number, low: number, high: number): AppendOutcome {
    const records = this.#records;
    if (records[at + Series.lastLow] === low && records[at + Series.lastHigh] === high)
      return AppendOutcome.appended;
    this.#counts.samplesDuplicate++;
    return AppendOutcome.duplicate;
  }

  #admitLate(
    transaction: Transaction,
    slot: number,
    timeMs: number,
    low: number,
    high: number,
    minValidMs: number,
  ): AppendOutcome {
    if (this.#outOfOrderWindowMs > 0) {
      if (timeMs < this.maxTimeMs - this.#outOfOrderWindowMs) {
        this.#counts.samplesTooOld++;
        return AppendOutcome.tooOld;
      }
      transaction.late ??= new Transaction();
      transaction.late.add(slot, timeMs, low, high);
      return AppendOutcome.appended;
    }
    if (timeMs < minValidMs) {
      this.#counts.samplesOutOfBounds++;
      return AppendOutcome.outOfBounds;
    }
    this.#counts.samplesOutOfOrder++;
    return AppendOutcome.outOfOrder;
  }

  /** Logs, applies and publishes a transaction. Throws when the log does or memory is short; nothing is applied then. */
  commit(lane: number, transaction: Transaction | undefined): void {
    const late = transaction?.late;
    const count = (transaction?.count ?? 0) + (late?.count ?? 0);
    if (transaction !== undefined && count > 0) {
      try {
        // Late samples may take a node of eight blocks each.
        if (!this.arena.hasRoomFor(count + 8 * (late?.count ?? 0))) throw memoryLimit(this.arena.limitBytes);
        this.#logPending(transaction);
        if (late && late.count > 0) {
          this.log?.logLate(late);
          this.#applyLate(late);
        }
        this.#apply(lane, transaction);
        this.lanes.publish(lane, this.lanes.next(lane));
      } finally {
        this.abandon(transaction);
      }
    } else {
      if (transaction) this.abandon(transaction);
      if (this.#unlogged.length > 0) this.#logPending(undefined);
    }
    this.settle();
  }

  /** Small work after every transaction: full chunks go to their files, freed memory back to its lists. */
  settle(): void {
    this.chunks.files?.tick();
    this.quarantine.collect();
  }

  /**
   * Replay: the slot of a series by its labels, created under its number in the log when it is new. Numbers
   * beyond 32 bits are replaced; the series is then logged anew.
   */
  restoreSeries(labels: LabelSet, walRef: number): number {
    const fits = walRef > 0 && walRef < 2 ** 32;
    const slot = this.table.findOrCreate(labels, fits ? walRef : 0);
    if (slot > 0) return slot;
    if (!fits) this.#unlogged.push(-slot);
    this.#counts.seriesCreated++;
    return -slot;
  }

  /** Time of the newest in-order sample of a series, -Infinity when it has none. */
  lastTimeMs(slot: number): number {
    return this.#times[slot << (SERIES_SHIFT - 1)];
  }

  /** Adds a deleted range of a series. */
  addTombstone(slot: number, interval: Interval): void {
    this.arena.requireSlack(0);
    this.tombstones.set(slot, addInterval(this.tombstones.get(slot), interval));
  }

  /** Appends an out-of-order sample, which every reader sees at once. */
  restoreLate(slot: number, timeMs: number, low: number, high: number): void {
    this.late.append(slot, timeMs, low, high);
    const bounds = this.#bounds;
    if (timeMs > bounds[ControlTime.maxTime]) bounds[ControlTime.maxTime] = timeMs;
  }

  /** Series that wait to be logged; for the thread that takes the head over, which gives them to `addUnlogged`. */
  takeUnlogged(): readonly number[] {
    const unlogged = this.#unlogged;
    this.#unlogged = [];
    return unlogged;
  }

  addUnlogged(slots: readonly number[]): void {
    this.#unlogged.push(...slots);
  }

  /** Replay: attaches a chunk that a file has; later than all that the series has, or it is left out. */
  restoreChunk(slot: number, chunk: FiledChunk): boolean {
    const times = this.#times;
    const at = slot << SERIES_SHIFT;
    if (chunk.minTimeMs <= times[at >> 1] || !this.arena.hasRoomFor(1)) return false;
    this.chunks.attach(slot, chunk);
    const bounds = this.#bounds;
    if (chunk.minTimeMs < bounds[ControlTime.minTime]) bounds[ControlTime.minTime] = chunk.minTimeMs;
    if (chunk.maxTimeMs > bounds[ControlTime.maxTime]) bounds[ControlTime.maxTime] = chunk.maxTimeMs;
    return true;
  }

  /** Replay: appends a sample unless the series has a newer one; returns whether it did. */
  restoreSample(slot: number, timeMs: number, low: number, high: number): boolean {
    if (timeMs <= this.#times[slot << (SERIES_SHIFT - 1)]) return false;
    if (!this.arena.hasRoomFor(1)) throw memoryLimit(this.arena.limitBytes);
    this.chunks.appendFloat(slot, timeMs, low, high);
    const bounds = this.#bounds;
    if (timeMs < bounds[ControlTime.minTime]) bounds[ControlTime.minTime] = timeMs;
    if (timeMs > bounds[ControlTime.maxTime]) bounds[ControlTime.maxTime] = timeMs;
    return true;
  }

  /** Drops a transaction. */
  abandon(transaction: Transaction): void {
    this.#open.delete(transaction);
    this.#pool.give(transaction);
  }

  /** Whether enough has come in to cut a block: one and a half times the range of a block. */
  get isCompactable(): boolean {
    const { minTime, maxTime } = ControlTime;
    return this.#bounds[maxTime] - this.#bounds[minTime] > this.#chunkRangeMs * 1.5;
  }

  get minTimeMs(): number {
    return this.#bounds[ControlTime.minTime];
  }

  get maxTimeMs(): number {
    return this.#bounds[ControlTime.maxTime];
  }

  /** Drops what ends before `beforeMs`; every query that may still need it is over (truncate.ts). */
  async truncate(beforeMs: number): Promise<void> {
    this.raiseMinValid(beforeMs);
    this.#bounds[ControlTime.minTime] = Math.max(beforeMs, this.minTimeMs);
    const truncation = new Truncation(
      this.handle,
      this.arena,
      this.quarantine,
      this.table,
      this.chunks.files,
      (slot) => this.late.has(slot),
    );
    const result = await truncation.run(
      beforeMs,
      () => this.#pendingSlots(),
      (slot) => {
        this.removedSeries.set(this.table.walRef(slot), this.#times[slot << (SERIES_SHIFT - 1)]);
      },
    );
    this.#counts.seriesRemoved += result.removed.length;
    this.#counts.chunksRemoved += result.chunksRemoved;
    // Samples that came meanwhile are newer.
    this.#bounds[ControlTime.minTime] = Math.min(result.minTimeMs, this.maxTimeMs);
    this.quarantine.collect();
  }

  /** Resolves when every reader began after what was retired so far. */
  async readersAreCurrent(): Promise<void> {
    const epoch = Atomics.add(this.#control, Control.epoch, 1);
    while (!allReadersAfter(this.#control, epoch)) await sleep(POLL_MS);
  }

  stats(): HeadStats {
    const control = this.#control;
    const minTime = this.#bounds[ControlTime.minTime];
    const maxTime = this.#bounds[ControlTime.maxTime];
    return {
      ...this.#counts,
      chunksCreated: this.chunks.chunksCreated,
      seriesCount: this.table.count,
      seriesLimit: this.handle.limits.series,
      chunkCount: control[Control.chunkCount],
      minTimeMs: Number.isFinite(minTime) ? minTime : undefined,
      maxTimeMs: Number.isFinite(maxTime) ? maxTime : undefined,
      labelNameCount: control[Control.nameHigh],
      labelPairCount: control[Control.pairCount],
      arenaBytes: this.arena.usedBytes,
      arenaLimitBytes: this.arena.limitBytes,
    };
  }

  #logPending(transaction: Transaction | undefined): void {
    const log = this.log;
    if (log) log.log(this.#unlogged, transaction);
    if (this.#unlogged.length > 0) this.#unlogged = [];
  }

  /**
   * Appends the samples. Readers learn of each series that this transaction touches it before they can see
   * that it has: previousTotal is stored first, then pending and lane, then samples and total. Processors that
   * reorder stores get the marks of all series beforehand, between fences.
   */
  #apply(lane: number, transaction: Transaction): void {
    const { slots, times, lows, highs, count } = transaction;
    const committed = this.#times;
    const records = this.#records;
    const chunks = this.chunks;
    const pending = this.lanes.next(lane);
    if (!STORES_IN_ORDER) this.#markAll(lane, pending, transaction);
    let minTime = this.#bounds[ControlTime.minTime];
    let maxTime = this.#bounds[ControlTime.maxTime];
    let dropped = 0;
    for (let i = 0; i < count; i++) {
      const time = times[i];
      const slot = slots[i];
      const at = slot << SERIES_SHIFT;
      if (time <= committed[at >> 1]) {
        // The series came twice in this transaction, or in another one meanwhile.
        dropped++;
        continue;
      }
      if (STORES_IN_ORDER && !isMarked(records, at, lane, pending)) {
        records[at + Series.previousTotal] = records[at + Series.total];
        records[at + Series.pending] = pending;
        records[at + Series.laneBlocks] = (records[at + Series.laneBlocks] & 0xffff0000) | lane;
      }
      chunks.appendFloat(slot, time, lows[i], highs[i]);
      if (time < minTime) minTime = time;
      if (time > maxTime) maxTime = time;
    }
    this.#bounds[ControlTime.minTime] = minTime;
    this.#bounds[ControlTime.maxTime] = maxTime;
    this.#counts.samplesAppended += count - dropped;
    this.#counts.samplesOutOfOrder += dropped;
  }

  #applyLate({ slots, times, lows, highs, count }: Transaction): void {
    for (let i = 0; i < count; i++) this.restoreLate(slots[i], times[i], lows[i], highs[i]);
    this.#counts.samplesAppended += count;
    this.#counts.lateSamplesAppended += count;
  }

  #markAll(lane: number, pending: number, transaction: Transaction): void {
    const records = this.#records;
    const { slots, count } = transaction;
    for (let i = 0; i < count; i++) {
      const at = slots[i] << SERIES_SHIFT;
      records[at + Series.previousTotal] = records[at + Series.total];
    }
    Atomics.add(this.#control, Control.fence, 1);
    for (let i = 0; i < count; i++) {
      const at = slots[i] << SERIES_SHIFT;
      records[at + Series.pending] = pending;
      records[at + Series.laneBlocks] = (records[at + Series.laneBlocks] & 0xffff0000) | lane;
    }
    Atomics.add(this.#control, Control.fence, 1);
  }

  /** Series with samples in transactions under way, and those that wait to be logged. */
  #pendingSlots(): Set<number> {
    const pending = new Set(this.#unlogged);
    for (const { slots, count } of this.#open) for (let i = 0; i < count; i++) pending.add(slots[i]);
    return pending;
  }

  #free(kind: Retired, a: number, b: number, c: number): void {
    switch (kind) {
      case Retired.memory:
        this.arena.release(a, b);
        break;
      case Retired.blocks:
        this.arena.releaseBlocks(a, b, c);
        break;
      case Retired.series:
        this.tombstones.release(a);
        this.table.free(a);
        break;
      case Retired.pair:
        this.symbols.freePair(a);
        break;
    }
  }
}

function isMarked(records: Int32Array, at: number, lane: number, pending: number): boolean {
  return records[at + Series.pending] === pending && (records[at + Series.laneBlocks] & 0xffff) === lane;
}

function memoryLimit(bytes: number): CodedError {
  return new CodedError('head-memory-limit', `the head's memory limit of ${bytes} bytes is reached`, {
    hint: 'scrape fewer series or raise the memory limit of the head',
  });
}
