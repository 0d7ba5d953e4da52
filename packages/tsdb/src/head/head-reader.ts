// Reads the head from any thread, the owner's included: resolves matchers, fixes what is visible, decodes.
import {
  LabelSet,
  type Matcher,
  type SampleColumns,
  type SelectRequest,
  type SeriesSet,
} from '@prometheus-ts/model';
import type { ChunkSink } from '../chunk/encoder.ts';
import { ChunkReader } from './chunk-reader.ts';
import { LateReader } from './late-samples.ts';
import { Control, ControlTime, type HeadHandle, NAME_WORDS, Name, SERIES_SHIFT } from './layout.ts';
import { claimReaderSlot, movePin, pinEpoch, releaseReaderSlot, unpin } from './reader-slots.ts';
import { Selection } from './selection.ts';
import { SeriesOrder } from './series-order.ts';
import { Symbols } from './symbols.ts';
import { Visibility } from './visibility.ts';

/** One series with out-of-order samples. */
export interface LateSeries {
  readonly labels: LabelSet;
  /** Appends its sealed late samples in the time range, sorted. */
  readonly read: (minTimeMs: number, maxTimeMs: number, into: SampleColumns) => void;
}

export class HeadReader {
  /** Number of the reader slot; an owner that outlives this thread releases it (`releaseReader`). */
  readonly slot: number;
  readonly #control: Int32Array;
  readonly #bounds: Float64Array;
  readonly #times: Float64Array;
  readonly #memory: Int32Array;
  readonly #labels: Int32Array;
  readonly #chunkTimes: Float64Array;
  readonly #symbols: Symbols;
  readonly #selection: Selection;
  readonly #order: SeriesOrder;
  readonly #visibility: Visibility;
  readonly #chunks: ChunkReader;
  readonly #late: LateReader;
  /** Epochs of the views that are open. */
  readonly #pinned: number[] = [];

  /**
   * Claims a reader slot, or uses the one that is the caller's. Throws CodedError `head-readers` when there is
   * none.
   */
  constructor(handle: HeadHandle, slot?: number) {
    const { buffers } = handle;
    this.#control = new Int32Array(buffers.control);
    this.#bounds = new Float64Array(buffers.control);
    this.#times = new Float64Array(buffers.series);
    this.#memory = new Int32Array(buffers.arena);
    this.#labels = new Int32Array(buffers.seriesLabels);
    this.#chunkTimes = new Float64Array(buffers.seriesChunkTimes);
    this.slot = slot ?? claimReaderSlot(this.#control);
    this.#symbols = new Symbols(handle);
    this.#selection = new Selection(handle, this.#symbols);
    this.#order = new SeriesOrder(handle, this.#symbols);
    this.#visibility = new Visibility(handle);
    this.#chunks = new ChunkReader(handle, this.slot);
    this.#late = new LateReader(handle);
  }

  /** Begins to read: nothing that is visible from here on is reused before `unpin` gets the same number. */
  pin(): number {
    const nested = this.#pinned.length > 0;
    const epoch = nested ? Atomics.load(this.#control, Control.epoch) : pinEpoch(this.#control, this.slot);
    this.#pinned.push(epoch);
    this.#symbols.refresh(this.#pinned[0]);
    return epoch;
  }

  unpin(epoch: number): void {
    this.#pinned.splice(this.#pinned.indexOf(epoch), 1);
    if (this.#pinned.length === 0) unpin(this.#control, this.slot);
    else movePin(this.#control, this.slot, this.#pinned[0]);
  }

  get minTimeMs(): number {
    return this.#bounds[ControlTime.minTime];
  }

  /** The series of several selections, with one view of what is committed. Pinned. */
  select(requests: readonly SelectRequest[]): HeadSeriesSet[] {
    const found = requests.map((request) => this.#selection.find(request.matchers));
    let size = 0;
    for (const slots of found) size += slots.length;
    const all = new Int32Array(size);
    const counts = new Int32Array(size);
    let at = 0;
    for (const slots of found) {
      all.set(slots, at);
      at += slots.length;
    }
    this.#visibility.capture(all, size, counts);
    at = 0;
    return requests.map((request, r) => {
      let kept = 0;
      const slots = found[r];
      const visible = new Int32Array(slots.length);
      for (let i = 0; i < slots.length; i++, at++) {
        const slot = slots[i];
        if (!this.#overlaps(slot, counts[at], request.minTimeMs, request.maxTimeMs)) continue;
        visible[kept] = counts[at];
        slots[kept++] = slot;
      }
      const order = this.#order.sorted(slots, kept);
      return new HeadSeriesSet(
        this,
        order.map((i) => slots[i]),
        order.map((i) => visible[i]),
      );
    });
  }

  /** Names that occur in matching series; all names without matchers. Not sorted. */
  labelNames(matchers: readonly Matcher[]): Set<string> {
    const symbols = this.#symbols;
    const names = new Set<string>();
    if (matchers.length === 0) {
      for (let name = symbols.nameCount; name > 0; name--) {
        if (symbols.names[name * NAME_WORDS + Name.count] > 0) names.add(symbols.nameText(name));
      }
      return names;
    }
    const numbers = new Set<number>();
    this.#forEachPair(matchers, (pair) => void numbers.add(symbols.nameOf(pair)));
    for (const name of numbers) names.add(symbols.nameText(name));
    return names;
  }

  /** Values of a label in matching series; all its values without matchers. Not sorted. */
  labelValues(label: string, matchers: readonly Matcher[]): Set<string> {
    const symbols = this.#symbols;
    const values = new Set<string>();
    const name = symbols.findName(label);
    if (name === 0) return values;
    if (matchers.length === 0) {
      for (const pair of this.#selection.pairsOf(name, () => true)) values.add(symbols.valueText(pair));
      return values;
    }
    this.#forEachPair(matchers, (pair) => {
      if (symbols.nameOf(pair) === name) values.add(symbols.valueText(pair));
    });
    return values;
  }

  labels(slot: number): LabelSet {
    const memory = this.#memory;
    const span = this.#labels[slot];
    const count = memory[span];
    const texts = new Array<string>(count * 2);
    for (let k = 0; k < count; k++) {
      const pair = memory[span + 1 + k];
      texts[2 * k] = this.#symbols.nameText(this.#symbols.nameOf(pair));
      texts[2 * k + 1] = this.#symbols.valueText(pair);
    }
    return new LabelSet(texts);
  }

  read(slot: number, visible: number, minTimeMs: number, maxTimeMs: number, into: SampleColumns): void {
    this.#chunks.read(slot, visible, minTimeMs, maxTimeMs, into);
  }

  /** The chunks of a series with samples in the time range: see ChunkReader. */
  exportChunks(slot: number, visible: number, minTimeMs: number, maxTimeMs: number, sink: ChunkSink): void {
    this.#chunks.export(slot, visible, minTimeMs, maxTimeMs, sink);
  }

  /** Every name and value that the series have. */
  textsOf(slots: Int32Array): Set<string> {
    const texts = new Set<string>();
    this.#forEachPairOf(slots, (pair) => {
      texts.add(this.#symbols.nameText(this.#symbols.nameOf(pair)));
      texts.add(this.#symbols.valueText(pair));
    });
    return texts;
  }

  /** The series with sealed out-of-order samples, in label order. Pinned. */
  lateSeries(): LateSeries[] {
    const slots = this.#selection.find([]).filter((slot) => this.#late.has(slot));
    const order = this.#order.sorted(slots, slots.length);
    return Array.from(order, (i) => ({
      labels: this.labels(slots[i]),
      read: (minTimeMs, maxTimeMs, into) => this.#late.read(slots[i], minTimeMs, maxTimeMs, into, true),
    }));
  }

  /** Slots of the matching series, in no order. Pinned. */
  find(matchers: readonly Matcher[]): Int32Array {
    return this.#selection.find(matchers);
  }

  /** Gives the slot back. */
  close(): void {
    this.#chunks.close();
    releaseReaderSlot(this.#control, this.slot);
  }

  #overlaps(slot: number, visible: number, minTimeMs: number, maxTimeMs: number): boolean {
    if (this.#late.has(slot) && this.#late.overlaps(slot, minTimeMs, maxTimeMs)) return true;
    if (visible === 0 || this.#times[slot << (SERIES_SHIFT - 1)] < minTimeMs) return false;
    return this.#chunkTimes[slot] <= maxTimeMs || this.#chunks.firstTime(slot) <= maxTimeMs;
  }

  #forEachPair(matchers: readonly Matcher[], visit: (pair: number) => void): void {
    this.#forEachPairOf(this.#selection.find(matchers), visit);
  }

  /** Calls back with every pair that occurs, once. */
  #forEachPairOf(slots: Int32Array, visit: (pair: number) => void): void {
    const memory = this.#memory;
    const seen = new Uint8Array(this.#control[Control.pairHigh] + 1);
    for (let i = 0; i < slots.length; i++) {
      const span = this.#labels[slots[i]];
      for (let k = memory[span]; k > 0; k--) {
        const pair = memory[span + k];
        if (seen[pair] === 1) continue;
        seen[pair] = 1;
        visit(pair);
      }
    }
  }
}

/** A selection of the head: slots in label order and how many samples of each are visible. */
export class HeadSeriesSet implements SeriesSet {
  readonly warnings: readonly string[] = [];
  readonly #reader: HeadReader;
  readonly #slots: Int32Array;
  readonly #visible: Int32Array;

  constructor(reader: HeadReader, slots: Int32Array, visible: Int32Array) {
    this.#reader = reader;
    this.#slots = slots;
    this.#visible = visible;
  }

  get length(): number {
    return this.#slots.length;
  }

  /** Every name and value that the series have. */
  texts(): Set<string> {
    return this.#reader.textsOf(this.#slots);
  }

  exportChunks(index: number, minTimeMs: number, maxTimeMs: number, sink: ChunkSink): void {
    this.#reader.exportChunks(this.#slots[index], this.#visible[index], minTimeMs, maxTimeMs, sink);
  }

  labels(index: number): LabelSet {
    return this.#reader.labels(this.#slots[index]);
  }

  read(index: number, minTimeMs: number, maxTimeMs: number, into: SampleColumns): void {
    into.clear();
    this.append(index, minTimeMs, maxTimeMs, into);
  }

  /** Like `read`, into columns that are empty. */
  append(index: number, minTimeMs: number, maxTimeMs: number, into: SampleColumns): void {
    this.#reader.read(this.#slots[index], this.#visible[index], minTimeMs, maxTimeMs, into);
  }
}
