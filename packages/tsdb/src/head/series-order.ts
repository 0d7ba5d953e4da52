// Sorts series by their labels without making strings per series: the pairs that occur are ranked once by name
// and value, then series are compared as rows of ranks.
import { compareStrings } from '@prometheus-ts/model';
import type { HeadHandle } from './layout.ts';
import type { Symbols } from './symbols.ts';

export class SeriesOrder {
  readonly #symbols: Symbols;
  readonly #memory: Int32Array;
  readonly #labels: Int32Array;
  #rankOf = new Int32Array(0);

  constructor(handle: HeadHandle, symbols: Symbols) {
    this.#symbols = symbols;
    this.#memory = new Int32Array(handle.buffers.arena);
    this.#labels = new Int32Array(handle.buffers.seriesLabels);
  }

  /** The indexes 0 … count-1 in the order of the labels of `slots[index]`, as LabelSet.compare orders them. */
  sorted(slots: Int32Array, count: number): Int32Array {
    const order = new Int32Array(count);
    for (let i = 0; i < count; i++) order[i] = i;
    if (count < 2) return order;
    this.#rank(slots.subarray(0, count));
    const memory = this.#memory;
    const labels = this.#labels;
    const rankOf = this.#rankOf;
    const compare = (a: number, b: number): number => {
      const spanA = labels[slots[a]];
      const spanB = labels[slots[b]];
      const countA = memory[spanA];
      const countB = memory[spanB];
      const common = Math.min(countA, countB);
      for (let k = 1; k <= common; k++) {
        const pairA = memory[spanA + k];
        const pairB = memory[spanB + k];
        if (pairA !== pairB) return rankOf[pairA] - rankOf[pairB];
      }
      return countA - countB;
    };
    return order.sort(compare);
  }

  /** Leaves in #rankOf the rank of every pair that the series have. */
  #rank(slots: Int32Array): void {
    const memory = this.#memory;
    let high = 0;
    for (let i = 0; i < slots.length; i++) {
      const span = this.#labels[slots[i]];
      for (let k = memory[span]; k > 0; k--) if (memory[span + k] > high) high = memory[span + k];
    }
    if (this.#rankOf.length <= high) this.#rankOf = new Int32Array(high * 2);
    else this.#rankOf.fill(0, 0, high + 1);
    const rankOf = this.#rankOf;
    const pairs: number[] = [];
    for (let i = 0; i < slots.length; i++) {
      const span = this.#labels[slots[i]];
      for (let k = memory[span]; k > 0; k--) {
        const pair = memory[span + k];
        if (rankOf[pair] !== 0) continue;
        rankOf[pair] = 1;
        pairs.push(pair);
      }
    }
    const symbols = this.#symbols;
    const nameRanks = rankTexts([...new Set(pairs.map((pair) => symbols.nameOf(pair)))], (name) =>
      symbols.nameText(name),
    );
    pairs.sort(
      (a, b) =>
        nameRanks.get(symbols.nameOf(a))! - nameRanks.get(symbols.nameOf(b))! ||
        compareStrings(symbols.valueText(a), symbols.valueText(b)),
    );
    for (let i = 0; i < pairs.length; i++) rankOf[pairs[i]] = i + 1;
  }
}

function rankTexts(ids: number[], text: (id: number) => string): Map<number, number> {
  ids.sort((a, b) => compareStrings(text(a), text(b)));
  return new Map(ids.map((id, rank) => [id, rank]));
}
