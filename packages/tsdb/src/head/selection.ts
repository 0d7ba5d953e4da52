// Finds the series of the head that satisfy matchers. A matcher that an absent label fails names the series it
// wants through the lists of its pairs; one that an absent label satisfies names those it does not want. Lists
// much longer than what is left are not walked: the few candidates are looked at instead.
import type { Matcher } from '@prometheus-ts/model';
import { forEachId } from './id-list.ts';
import { EVERY_SERIES, type HeadHandle, NAME_WORDS, Name, PAIR_WORDS, Pair } from './layout.ts';
import type { Symbols } from './symbols.ts';

/** Walking an id of a list costs this much less than looking at the labels of a series. */
const LOOK_COST = 16;

/** What a matcher comes down to: the pairs that decide, and how. */
interface Condition {
  readonly pairs: readonly number[];
  /** Whether the series with one of the pairs are wanted (else unwanted). */
  readonly wanted: boolean;
  /** Length of the lists of all pairs. */
  readonly size: number;
}

export class Selection {
  readonly #symbols: Symbols;
  readonly #memory: Int32Array;
  readonly #labels: Int32Array;
  #marks = new Uint32Array(0);

  constructor(handle: HeadHandle, symbols: Symbols) {
    this.#symbols = symbols;
    this.#memory = new Int32Array(handle.buffers.arena);
    this.#labels = new Int32Array(handle.buffers.seriesLabels);
  }

  /** Slots of the matching series, in no order. A bound above 0 stops the search at that many. */
  find(matchers: readonly Matcher[]): Int32Array {
    const conditions: Condition[] = [];
    for (const matcher of matchers) {
      const condition = this.#condition(matcher);
      if (condition) conditions.push(condition);
    }
    conditions.sort((a, b) => Number(b.wanted) - Number(a.wanted) || a.size - b.size);
    let slots: Int32Array;
    if (conditions[0]?.wanted) slots = this.#list(conditions.shift()!);
    else slots = this.#list({ pairs: [EVERY_SERIES], wanted: true, size: this.#sizeOf([EVERY_SERIES]) });
    for (const condition of conditions) {
      if (slots.length === 0) break;
      slots =
        condition.size > slots.length * LOOK_COST
          ? this.#look(slots, condition)
          : this.#mark(slots, condition);
    }
    return slots;
  }

  /** Numbers of the pairs of a name whose value `accepts`. */
  pairsOf(name: number, accepts: (value: string) => boolean): number[] {
    const symbols = this.#symbols;
    const pairs: number[] = [];
    forEachId(this.#memory, symbols.names[name * NAME_WORDS + Name.listHead], (pair) => {
      if (accepts(symbols.valueText(pair))) pairs.push(pair);
    });
    return pairs;
  }

  /** Undefined for a matcher that every series satisfies. */
  #condition(matcher: Matcher): Condition | undefined {
    const wanted = !matcher.matchesEmpty;
    const name = this.#symbols.findName(matcher.name);
    if (name === 0) return wanted ? { pairs: [], wanted, size: 0 } : undefined;
    const pairs = this.#deciding(matcher, name, wanted);
    return pairs.length === 0 && !wanted ? undefined : { pairs, wanted, size: this.#sizeOf(pairs) };
  }

  #deciding(matcher: Matcher, name: number, wanted: boolean): readonly number[] {
    const { type, value } = matcher;
    // Where the values are known, look them up; what is left needs a walk over all values of the name.
    if ((type === '=' && wanted) || (type === '!=' && !wanted)) return this.#known(name, [value]);
    const literals = matcher.regexp?.literals;
    if (literals && ((type === '=~' && wanted) || (type === '!~' && !wanted))) {
      return this.#known(name, literals);
    }
    return this.pairsOf(name, (text) => matcher.matches(text) === wanted);
  }

  #known(name: number, values: readonly string[]): number[] {
    const pairs: number[] = [];
    for (const value of values) {
      const pair = value === '' ? 0 : this.#symbols.findPair(name, value);
      if (pair !== 0) pairs.push(pair);
    }
    return pairs;
  }

  #sizeOf(pairs: readonly number[]): number {
    let size = 0;
    for (const pair of pairs) size += this.#symbols.pairs[pair * PAIR_WORDS + Pair.count];
    return size;
  }

  #list(condition: Condition): Int32Array {
    const memory = this.#memory;
    // The owner may append while this walks.
    let slots = new Int32Array(condition.size + 64);
    let length = 0;
    for (const pair of condition.pairs) {
      forEachId(memory, Atomics.load(this.#symbols.pairs, pair * PAIR_WORDS + Pair.listHead), (slot) => {
        if (length === slots.length) {
          const grown = new Int32Array(length * 2);
          grown.set(slots);
          slots = grown;
        }
        slots[length++] = slot;
      });
    }
    return slots.subarray(0, length);
  }

  /** Filters by marking all series of the condition's lists. */
  #mark(slots: Int32Array, condition: Condition): Int32Array {
    let high = 0;
    for (let i = 0; i < slots.length; i++) if (slots[i] > high) high = slots[i];
    const size = (high >>> 5) + 1;
    if (this.#marks.length < size) this.#marks = new Uint32Array(size * 2);
    else this.#marks.fill(0, 0, size);
    const marks = this.#marks;
    for (const pair of condition.pairs) {
      forEachId(
        this.#memory,
        Atomics.load(this.#symbols.pairs, pair * PAIR_WORDS + Pair.listHead),
        (slot) => void (marks[slot >>> 5] |= 1 << (slot & 31)),
      );
    }
    const wanted = condition.wanted ? 1 : 0;
    let kept = 0;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i];
      if (((marks[slot >>> 5] >>> (slot & 31)) & 1) === wanted) slots[kept++] = slot;
    }
    return slots.subarray(0, kept);
  }

  /** Filters by looking at the labels of every candidate. */
  #look(slots: Int32Array, condition: Condition): Int32Array {
    const memory = this.#memory;
    const only = condition.pairs.length === 1 ? condition.pairs[0] : 0;
    const several = only === 0 ? new Set(condition.pairs) : undefined;
    let kept = 0;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i];
      const span = this.#labels[slot];
      const end = span + memory[span];
      let found = false;
      for (let k = span + 1; k <= end && !found; k++) {
        found = several ? several.has(memory[k]) : memory[k] === only;
      }
      if (found === condition.wanted) slots[kept++] = slot;
    }
    return slots.subarray(0, kept);
  }
}
