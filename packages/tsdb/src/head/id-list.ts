// Lists of numbers in shared memory that one thread appends to while others read: the series of a label pair,
// the pairs of a label name. A list is a chain of nodes `[next, capacity, used, id, id, …]` whose unused ids
// are 0, so a reader stops at the first 0 and needs no length. Nodes grow with the list: at most a quarter of
// a long list is unused. A record that owns a list keeps the addresses of its first and last node in the words
// 3 and 4 and the number of ids in word 5 (layout.ts, Pair and Name).
import type { Arena } from './arena.ts';
import { Pair } from './layout.ts';
import { type Quarantine, Retired } from './quarantine.ts';

const Node = { next: 0, capacity: 1, used: 2, ids: 3 } as const;
const CAPACITY_MAX = 4096 - Node.ids;

export class IdLists {
  readonly #arena: Arena;
  readonly #quarantine: Quarantine;

  constructor(arena: Arena, quarantine: Quarantine) {
    this.#arena = arena;
    this.#quarantine = quarantine;
  }

  /** Appends `id`, which is not 0, to the list of the record at `at`. */
  append(records: Int32Array, at: number, id: number): void {
    const words = this.#arena.words;
    const count = records[at + Pair.count];
    let node = records[at + Pair.listTail];
    if (node === 0 || words[node + Node.used] === words[node + Node.capacity]) {
      const fresh = this.#newNode(count === 0 ? 1 : Math.max(5, count >> 2));
      if (node === 0) Atomics.store(records, at + Pair.listHead, fresh);
      else Atomics.store(words, node + Node.next, fresh);
      records[at + Pair.listTail] = fresh;
      node = fresh;
    }
    const used = words[node + Node.used];
    words[node + Node.used] = used + 1;
    Atomics.store(words, node + Node.ids + used, id);
    records[at + Pair.count] = count + 1;
  }

  /** Keeps only the ids that `keep` accepts; readers see the list as it was or as it becomes. */
  filter(records: Int32Array, at: number, keep: (id: number) => boolean): void {
    const words = this.#arena.words;
    const kept: number[] = [];
    const old = records[at + Pair.listHead];
    for (let node = old; node !== 0; node = words[node + Node.next]) {
      const used = words[node + Node.used];
      for (let k = 0; k < used; k++) {
        const id = words[node + Node.ids + k];
        if (keep(id)) kept.push(id);
      }
    }
    let first = 0;
    let last = 0;
    for (let start = 0; start < kept.length; ) {
      const length = Math.min(kept.length - start, CAPACITY_MAX);
      const node = this.#newNode(length);
      for (let k = 0; k < length; k++) words[node + Node.ids + k] = kept[start + k];
      words[node + Node.used] = length;
      if (last === 0) first = node;
      else words[last + Node.next] = node;
      last = node;
      start += length;
    }
    Atomics.store(records, at + Pair.listHead, first);
    records[at + Pair.listTail] = last;
    records[at + Pair.count] = kept.length;
    for (let node = old; node !== 0; node = words[node + Node.next]) {
      this.#quarantine.retire(Retired.memory, node, words[node + Node.capacity] + Node.ids);
    }
  }

  /** An empty node for at least `ids` ids, or as many as the largest node holds. */
  #newNode(ids: number): number {
    const capacity = Math.min(ids, CAPACITY_MAX);
    const size = capacity + Node.ids;
    const node = this.#arena.allocate(size);
    const words = this.#arena.words;
    words[node + Node.next] = 0;
    words[node + Node.capacity] = capacity;
    words[node + Node.used] = 0;
    words.fill(0, node + Node.ids, node + size);
    return node;
  }
}

/** Calls `visit` with every id of the list that begins at node `head`. */
export function forEachId(words: Int32Array, head: number, visit: (id: number) => void): void {
  for (let node = head; node !== 0; node = words[node + Node.next]) {
    const end = node + Node.ids + words[node + Node.capacity];
    for (let k = node + Node.ids; k < end; k++) {
      const id = words[k];
      if (id === 0) return;
      visit(id);
    }
  }
}
