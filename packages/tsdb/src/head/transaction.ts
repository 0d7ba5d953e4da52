// The samples of one transaction, as columns that grow and are used again. Pooled: a database has many lanes,
// but commits one at a time.

export class Transaction {
  slots = new Int32Array(1024);
  times = new Float64Array(1024);
  lows = new Int32Array(1024);
  highs = new Int32Array(1024);
  count = 0;
  /** The out-of-order samples among them, when there are any. */
  late: Transaction | undefined;

  add(slot: number, timeMs: number, low: number, high: number): void {
    const at = this.count;
    if (at === this.slots.length) this.#grow();
    this.slots[at] = slot;
    this.times[at] = timeMs;
    this.lows[at] = low;
    this.highs[at] = high;
    this.count = at + 1;
  }

  #grow(): void {
    const { slots, times, lows, highs } = this;
    const length = slots.length * 2;
    this.slots = new Int32Array(length);
    this.slots.set(slots);
    this.times = new Float64Array(length);
    this.times.set(times);
    this.lows = new Int32Array(length);
    this.lows.set(lows);
    this.highs = new Int32Array(length);
    this.highs.set(highs);
  }
}

const POOLED = 4;

export class TransactionPool {
  readonly #free: Transaction[] = [];

  take(): Transaction {
    return this.#free.pop() ?? new Transaction();
  }

  give(transaction: Transaction): void {
    transaction.count = 0;
    if (transaction.late) transaction.late.count = 0;
    if (this.#free.length < POOLED) this.#free.push(transaction);
  }
}
