// Where freed memory waits until no reader can see it any more. The owner retires things after it has unlinked
// them; they are tagged with the epoch and handed to `free` once every reader has begun at a later one. The
// queue itself is private to the owner: a head is handed over only when nothing waits.
import { Control } from './layout.ts';
import { allReadersAfter } from './reader-slots.ts';

export const Retired = { memory: 0, blocks: 1, series: 2, pair: 3 } as const;
export type Retired = (typeof Retired)[keyof typeof Retired];

/** What each kind's numbers mean: memory (address, words), blocks (first, last, count), series and pair (id). */
export type FreeFunction = (kind: Retired, a: number, b: number, c: number) => void;

const ENTRY = 5;

export class Quarantine {
  readonly #control: Int32Array;
  readonly #free: FreeFunction;
  #queue = new Int32Array(ENTRY * 1024);
  /** Entries before `#head` are gone; `#tail` is where the next one goes. Both count words. */
  #head = 0;
  #tail = 0;

  constructor(control: Int32Array, free: FreeFunction) {
    this.#control = control;
    this.#free = free;
  }

  get length(): number {
    return (this.#tail - this.#head) / ENTRY;
  }

  retire(kind: Retired, a: number, b = 0, c = 0): void {
    if (this.#tail === this.#queue.length) this.#makeRoom();
    const queue = this.#queue;
    const at = this.#tail;
    queue[at] = Atomics.load(this.#control, Control.epoch);
    queue[at + 1] = kind;
    queue[at + 2] = a;
    queue[at + 3] = b;
    queue[at + 4] = c;
    this.#tail = at + ENTRY;
  }

  /** Frees what no reader can see. Cheap when there is nothing. */
  collect(): void {
    if (this.#head === this.#tail) return;
    const control = this.#control;
    const epoch = Atomics.load(control, Control.epoch);
    if (this.#queue[this.#tail - ENTRY] === epoch) Atomics.add(control, Control.epoch, 1);
    let safe: number | undefined;
    while (this.#head < this.#tail) {
      const at = this.#head;
      const tag = this.#queue[at];
      if (tag !== safe) {
        if (!allReadersAfter(control, tag)) return;
        safe = tag;
      }
      this.#head = at + ENTRY;
      const queue = this.#queue;
      this.#free(queue[at + 1] as Retired, queue[at + 2], queue[at + 3], queue[at + 4]);
    }
    this.#head = 0;
    this.#tail = 0;
  }

  #makeRoom(): void {
    const used = this.#tail - this.#head;
    const target = used > this.#queue.length / 2 ? new Int32Array(this.#queue.length * 2) : this.#queue;
    target.set(this.#queue.subarray(this.#head, this.#tail));
    this.#queue = target;
    this.#head = 0;
    this.#tail = used;
  }
}
