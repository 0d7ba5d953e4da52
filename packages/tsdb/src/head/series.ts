// The series table: which label sets have a number. A series is a slot; a reference is the slot with the
// slot's generation above it, so that a reference to a series that is gone is told from its successor's.
import { CodedError, type LabelSet, type SeriesRef } from '@prometheus-ts/model';
import type { Arena } from './arena.ts';
import { HashIndex } from './hash-index.ts';
import type { IdLists } from './id-list.ts';
import {
  Control,
  EVERY_SERIES,
  type HeadHandle,
  PAIR_WORDS,
  Pair,
  SERIES_SHIFT,
  SERIES_WORDS,
  Series,
} from './layout.ts';
import { type Quarantine, Retired } from './quarantine.ts';
import type { SymbolWriter } from './symbols.ts';
import { finish, mix } from './text-scratch.ts';

const SLOT_BITS = 24;
const SLOT_MASK = 2 ** SLOT_BITS - 1;
/** Generations are 1 to this; 0 is a slot that was never given out. */
const GENERATION_MAX = 127;

/** In the place of a next series: the series is in no bucket. */
const UNLINKED = -1;

const Link = { hash: 0, next: 1, words: 2 } as const;

export class SeriesTable {
  readonly #control: Int32Array;
  readonly #arena: Arena;
  readonly #lists: IdLists;
  readonly #symbols: SymbolWriter;
  readonly #quarantine: Quarantine;
  readonly #limit: number;
  readonly #labels: Int32Array;
  readonly #walRefs: Uint32Array;
  readonly #generations: Uint8Array;
  readonly #records: Int32Array;
  readonly #times: Float64Array;
  readonly #links: Int32Array;
  readonly #index: HashIndex;
  #pairs = new Int32Array(64);
  #pairCount = 0;

  constructor(
    handle: HeadHandle,
    arena: Arena,
    lists: IdLists,
    symbols: SymbolWriter,
    quarantine: Quarantine,
  ) {
    const { buffers } = handle;
    this.#control = new Int32Array(buffers.control);
    this.#arena = arena;
    this.#lists = lists;
    this.#symbols = symbols;
    this.#quarantine = quarantine;
    this.#limit = handle.limits.series;
    this.#labels = new Int32Array(buffers.seriesLabels);
    this.#walRefs = new Uint32Array(buffers.seriesWalRefs);
    this.#generations = new Uint8Array(buffers.seriesGenerations);
    this.#records = new Int32Array(buffers.series);
    this.#times = new Float64Array(buffers.series);
    this.#links = new Int32Array(buffers.seriesLinks);
    this.#index = new HashIndex({
      buckets: buffers.seriesBuckets,
      records: this.#links,
      stride: Link.words,
      hashWord: Link.hash,
      nextWord: Link.next,
      control: this.#control,
      stateAt: Control.seriesIndex,
    });
  }

  get count(): number {
    return this.#control[Control.seriesCount];
  }

  /** Slots that were ever in use are 1 to this. */
  get high(): number {
    return this.#control[Control.seriesHigh];
  }

  ref(slot: number): SeriesRef {
    return this.#generations[slot] * 2 ** SLOT_BITS + slot;
  }

  /** The slot of a reference, 0 when its series is gone. */
  slot(ref: SeriesRef): number {
    const slot = ref & SLOT_MASK;
    return ref > SLOT_MASK && this.#generations[slot] === ref >>> SLOT_BITS ? slot : 0;
  }

  walRef(slot: number): number {
    return this.#walRefs[slot];
  }

  /**
   * Slot of a label set; negative when the series was created just now.
   * @param walRef its number in the WAL, 0 for the next one
   * Throws CodedError `head-series-limit` and what SymbolWriter throws; the table is unchanged then.
   */
  findOrCreate(labels: LabelSet, walRef: number): number {
    const hash = this.#resolve(labels);
    const known = this.#lookUp(hash);
    if (known !== 0) return known;
    try {
      return -this.#create(hash, walRef);
    } catch (error) {
      this.#symbols.removePairs(this.#unusedPairs(this.#pairs.subarray(0, this.#pairCount)));
      throw error;
    }
  }

  /** Whether a slot holds a series that was not unlinked. */
  isListed(slot: number): boolean {
    return this.#labels[slot] !== 0 && this.#links[slot * Link.words + Link.next] !== UNLINKED;
  }

  /** Takes a series out of the index: its labels and its reference name no series from now on. */
  unlink(slot: number): void {
    this.#index.remove(slot);
    this.#links[slot * Link.words + Link.next] = UNLINKED;
    this.#generations[slot] = (this.#generations[slot] % GENERATION_MAX) + 1;
    this.#control[Control.seriesCount]--;
  }

  /**
   * Takes unlinked series out of every list, and their labels away where they were the last to have them.
   * @param breathe awaited between lists, so that others get their turn
   * @param onGone called with each series when no new reader can find it, just before its slot is retired
   */
  async removeFromLists(
    slots: readonly number[],
    breathe: () => Promise<unknown>,
    onGone: (slot: number) => void,
  ): Promise<void> {
    if (slots.length === 0) return;
    const gone = new Uint8Array(this.high + 1);
    const touched = new Set<number>([EVERY_SERIES]);
    const words = this.#arena.words;
    for (const slot of slots) {
      gone[slot] = 1;
      const span = this.#labels[slot];
      for (let k = 1; k <= words[span]; k++) touched.add(words[span + k]);
    }
    const pairs = this.#symbols.pairs;
    for (const pair of touched) {
      this.#lists.filter(pairs, pair * PAIR_WORDS, (slot) => gone[slot] !== 1);
      await breathe();
    }
    touched.delete(EVERY_SERIES);
    this.#symbols.removePairs(this.#unusedPairs(touched));
    for (const slot of slots) {
      onGone(slot);
      this.#quarantine.retire(Retired.series, slot);
    }
  }

  /** Makes the slot of a removed series available again, once no reader can see it. */
  free(slot: number): void {
    const span = this.#labels[slot];
    this.#arena.release(span, this.#arena.words[span] + 1);
    this.#labels[slot] = 0;
    this.#links[slot * Link.words + Link.next] = this.#control[Control.seriesFree];
    this.#control[Control.seriesFree] = slot;
  }

  /** Leaves the pair numbers of the labels in #pairs and returns their hash. New pairs are added. */
  #resolve(labels: LabelSet): number {
    const texts = labels.pairs;
    const count = texts.length >> 1;
    if (count > this.#pairs.length) this.#pairs = new Int32Array(count * 2);
    let hash = count;
    for (let i = 0; i < count; i++) {
      const pair = this.#symbols.pair(this.#symbols.name(texts[2 * i]), texts[2 * i + 1]);
      this.#pairs[i] = pair;
      hash = mix(hash, pair);
    }
    this.#pairCount = count;
    return finish(hash);
  }

  #unusedPairs(pairs: Iterable<number>): number[] {
    const records = this.#symbols.pairs;
    const unused: number[] = [];
    for (const pair of pairs) if (records[pair * PAIR_WORDS + Pair.count] === 0) unused.push(pair);
    return unused;
  }

  #lookUp(hash: number): number {
    const words = this.#arena.words;
    for (let slot = this.#index.first(hash); slot !== 0; slot = this.#index.next(slot)) {
      if (this.#index.hash(slot) !== hash) continue;
      const span = this.#labels[slot];
      if (words[span] !== this.#pairCount) continue;
      let same = true;
      for (let k = 0; same && k < this.#pairCount; k++) same = words[span + 1 + k] === this.#pairs[k];
      if (same) return slot;
    }
    return 0;
  }

  #create(hash: number, walRef: number): number {
    const control = this.#control;
    const free = control[Control.seriesFree];
    const slot = free !== 0 ? free : control[Control.seriesHigh] + 1;
    if (slot > this.#limit) {
      throw new CodedError('head-series-limit', `the head holds ${this.#limit} series, its limit`, {
        hint: 'find the metric that explodes on the status page and drop it, or raise the series limit',
      });
    }
    this.#arena.requireSlack(0);
    const count = this.#pairCount;
    const span = this.#arena.allocate(count + 1);
    const words = this.#arena.words;
    words[span] = count;
    for (let k = 0; k < count; k++) words[span + 1 + k] = this.#pairs[k];
    if (free !== 0) control[Control.seriesFree] = this.#links[slot * Link.words + Link.next];
    else {
      control[Control.seriesHigh] = slot;
      this.#generations[slot] = 1;
    }
    const at = slot << SERIES_SHIFT;
    this.#records.fill(0, at, at + SERIES_WORDS);
    this.#times[(at >> 1) + Series.lastTime] = -Infinity;
    this.#labels[slot] = span;
    if (walRef === 0) control[Control.walRefLast]++;
    else if (walRef > control[Control.walRefLast] >>> 0) control[Control.walRefLast] = walRef;
    this.#walRefs[slot] = walRef === 0 ? control[Control.walRefLast] : walRef;
    control[Control.seriesCount]++;
    this.#index.insert(slot, hash);
    const pairs = this.#symbols.pairs;
    for (let k = 0; k < count; k++) this.#lists.append(pairs, this.#pairs[k] * PAIR_WORDS, slot);
    this.#lists.append(pairs, EVERY_SERIES, slot);
    return slot;
  }
}
