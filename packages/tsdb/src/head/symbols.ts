// Label names and label pairs in shared memory. A pair is a name and a value and has a number; series carry
// pair numbers. Names stay for ever (there are few); a pair goes when its last series goes. The reader half
// resolves numbers to strings and strings to numbers on any thread, the writer half is the owner's.
import { CodedError } from '@prometheus-ts/model';
import type { Arena } from './arena.ts';
import { HashIndex } from './hash-index.ts';
import type { IdLists } from './id-list.ts';
import { Control, type HeadHandle, NAME_WORDS, Name, PAIR_WORDS, Pair } from './layout.ts';
import { type Quarantine, Retired } from './quarantine.ts';
import { readText, TextScratch } from './text-scratch.ts';

const NAME_SEED = 0x2545f491;

/** Reads names and pairs; strings that were read are kept until a pair number is used anew. */
export class Symbols {
  readonly names: Int32Array;
  readonly pairs: Int32Array;
  protected readonly control: Int32Array;
  protected readonly memory: Int32Array;
  protected readonly nameIndex: HashIndex;
  protected readonly pairIndex: HashIndex;
  protected readonly scratch = new TextScratch();
  #nameTexts: string[] = [];
  #valueTexts: (string | undefined)[] = [];
  #cacheEpoch = 0;

  constructor(handle: HeadHandle) {
    const { buffers } = handle;
    this.names = new Int32Array(buffers.names);
    this.pairs = new Int32Array(buffers.pairs);
    this.control = new Int32Array(buffers.control);
    this.memory = new Int32Array(buffers.arena);
    const control = this.control;
    this.nameIndex = new HashIndex({
      buckets: buffers.nameBuckets,
      records: this.names,
      stride: NAME_WORDS,
      hashWord: Name.hash,
      nextWord: Name.next,
      control,
      stateAt: Control.nameIndex,
    });
    this.pairIndex = new HashIndex({
      buckets: buffers.pairBuckets,
      records: this.pairs,
      stride: PAIR_WORDS,
      hashWord: Pair.hash,
      nextWord: Pair.next,
      control,
      stateAt: Control.pairIndex,
    });
  }

  /** How many names there are; their numbers are 1 to this. */
  get nameCount(): number {
    return Atomics.load(this.control, Control.nameHigh);
  }

  /**
   * Forgets cached strings when a pair that they may describe was retired. Call it after pinning, with the
   * oldest epoch that this thread has pinned: what it read from here on can only be outdated by pairs that
   * are retired at that epoch or later.
   */
  refresh(pinnedEpoch: number): void {
    const retired = Atomics.load(this.control, Control.pairRetireEpoch);
    if (((retired - this.#cacheEpoch) | 0) >= 0) this.#valueTexts = [];
    this.#cacheEpoch = pinnedEpoch;
  }

  /** Number of a name, 0 when no series ever had it. */
  findName(name: string): number {
    this.scratch.set(name, NAME_SEED);
    for (;;) {
      const sequence = this.nameIndex.sequence();
      const found = this.lookUp(this.nameIndex, this.names, NAME_WORDS, 0);
      if (found !== 0 || !this.nameIndex.changedSince(sequence)) return found;
    }
  }

  /** Number of a pair, 0 when no series has it. */
  findPair(name: number, value: string): number {
    this.scratch.set(value, name);
    for (;;) {
      const sequence = this.pairIndex.sequence();
      const found = this.lookUp(this.pairIndex, this.pairs, PAIR_WORDS, name);
      if (found !== 0 || !this.pairIndex.changedSince(sequence)) return found;
    }
  }

  nameText(name: number): string {
    let text = this.#nameTexts[name];
    if (text === undefined) {
      const at = name * NAME_WORDS;
      text = readText(this.memory, this.names[at + Name.address], this.names[at + Name.length]);
      this.#nameTexts[name] = text;
    }
    return text;
  }

  /** The value of a pair. */
  valueText(pair: number): string {
    let text = this.#valueTexts[pair];
    if (text === undefined) {
      const at = pair * PAIR_WORDS;
      text = readText(this.memory, this.pairs[at + Pair.address], this.pairs[at + Pair.length]);
      this.#valueTexts[pair] = text;
    }
    return text;
  }

  protected forgetValue(pair: number): void {
    this.#valueTexts[pair] = undefined;
  }

  nameOf(pair: number): number {
    return this.pairs[pair * PAIR_WORDS + Pair.name];
  }

  /** Finds what `scratch` holds; `owner` is compared with the first word of the record. */
  protected lookUp(index: HashIndex, records: Int32Array, stride: number, owner: number): number {
    const { scratch, memory } = this;
    for (let id = index.first(scratch.hash); id !== 0; id = index.next(id)) {
      const at = id * stride;
      if (records[at + Pair.hash] !== scratch.hash || records[at + Pair.name] !== owner) continue;
      if (scratch.equals(memory, records[at + Pair.address], records[at + Pair.length])) return id;
    }
    return 0;
  }
}

/** Adds names and pairs. Only the owner of the head has one. */
export class SymbolWriter extends Symbols {
  readonly #arena: Arena;
  readonly #lists: IdLists;
  readonly #quarantine: Quarantine;
  readonly #limits: HeadHandle['limits'];
  readonly #nameNumbers = new Map<string, number>();

  constructor(handle: HeadHandle, arena: Arena, lists: IdLists, quarantine: Quarantine) {
    super(handle);
    this.#arena = arena;
    this.#lists = lists;
    this.#quarantine = quarantine;
    this.#limits = handle.limits;
  }

  /** Number of a name, given to it now when it is new. Throws CodedError `head-name-limit`. */
  name(text: string): number {
    const known = this.#nameNumbers.get(text);
    if (known !== undefined) return known;
    this.scratch.set(text, NAME_SEED);
    let name = this.lookUp(this.nameIndex, this.names, NAME_WORDS, 0);
    if (name === 0) {
      name = this.control[Control.nameHigh] + 1;
      if (name > this.#limits.names) {
        throw new CodedError(
          'head-name-limit',
          `the head holds ${this.#limits.names} label names, its limit`,
          {
            hint: 'a target puts data into label names; drop them with metric_relabel_configs',
          },
        );
      }
      this.#store(this.names, name * NAME_WORDS, 0);
      this.nameIndex.insert(name, this.scratch.hash);
      Atomics.store(this.control, Control.nameHigh, name);
    }
    this.#nameNumbers.set(text, name);
    return name;
  }

  /** Number of the pair, given to it now when it is new. Throws CodedError `head-pair-limit`, `head-memory-limit`. */
  pair(name: number, value: string): number {
    this.scratch.set(value, name);
    const known = this.lookUp(this.pairIndex, this.pairs, PAIR_WORDS, name);
    if (known !== 0) return known;
    const control = this.control;
    const free = control[Control.pairFree];
    const pair = free !== 0 ? free : control[Control.pairHigh] + 1;
    if (pair > this.#limits.pairs) {
      throw new CodedError('head-pair-limit', `the head holds ${this.#limits.pairs} label pairs, its limit`, {
        hint: 'drop the labels with the most values with metric_relabel_configs',
      });
    }
    this.#arena.requireSlack(this.scratch.wordCount);
    const nextFree = free === 0 ? 0 : this.pairs[pair * PAIR_WORDS + Pair.next];
    this.#store(this.pairs, pair * PAIR_WORDS, name);
    if (free !== 0) control[Control.pairFree] = nextFree;
    else control[Control.pairHigh] = pair;
    control[Control.pairCount]++;
    this.pairIndex.insert(pair, this.scratch.hash);
    this.#lists.append(this.names, name * NAME_WORDS, pair);
    return pair;
  }

  /** Takes pairs that no series has any more out of the index and their names' lists. */
  removePairs(pairs: readonly number[]): void {
    if (pairs.length === 0) return;
    const gone = new Set(pairs);
    const names = new Set<number>();
    for (const pair of pairs) {
      names.add(this.nameOf(pair));
      this.pairIndex.remove(pair);
    }
    for (const name of names) this.#lists.filter(this.names, name * NAME_WORDS, (pair) => !gone.has(pair));
    Atomics.store(this.control, Control.pairRetireEpoch, this.control[Control.epoch]);
    for (const pair of pairs) this.#quarantine.retire(Retired.pair, pair);
    this.control[Control.pairCount] -= pairs.length;
  }

  /** Makes the number of a removed pair available again, once no reader can see it. */
  freePair(pair: number): void {
    const at = pair * PAIR_WORDS;
    this.#arena.release(this.pairs[at + Pair.address], Math.max(1, (this.pairs[at + Pair.length] + 3) >> 2));
    this.pairs[at + Pair.next] = this.control[Control.pairFree];
    this.control[Control.pairFree] = pair;
    this.forgetValue(pair);
  }

  #store(records: Int32Array, at: number, owner: number): void {
    const { scratch, memory } = this;
    const address = this.#arena.allocate(Math.max(1, scratch.wordCount));
    for (let i = 0; i < scratch.wordCount; i++) memory[address + i] = scratch.words[i];
    records[at + Pair.name] = owner;
    records[at + Pair.address] = address;
    records[at + Pair.length] = scratch.length;
    records[at + Pair.listHead] = 0;
    records[at + Pair.listTail] = 0;
    records[at + Pair.count] = 0;
  }
}
