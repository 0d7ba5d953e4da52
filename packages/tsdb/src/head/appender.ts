// One writer's way into the head. Samples are checked and collected here; the head logs and applies them as a
// whole on commit, so a rollback has nothing to undo but series that stay behind without samples.
import type { Appender, AppendOutcome, LabelSet, SeriesRef } from '@prometheus-ts/model';
import type { Head } from './head.ts';
import type { Transaction } from './transaction.ts';

export class HeadAppender implements Appender {
  readonly lane: number;
  readonly #head: Head;
  #transaction: Transaction | undefined;
  #minValid = 0;

  constructor(head: Head, lane: number) {
    this.#head = head;
    this.lane = lane;
  }

  series(labels: LabelSet): SeriesRef {
    return this.#head.seriesRef(labels);
  }

  append(ref: SeriesRef, timeMs: number, valueLow: number, valueHigh: number): AppendOutcome {
    let transaction = this.#transaction;
    if (transaction === undefined) {
      transaction = this.#head.begin();
      this.#transaction = transaction;
      this.#minValid = this.#head.minValidTime();
    }
    return this.#head.admit(transaction, ref, timeMs, valueLow, valueHigh, this.#minValid);
  }

  commit(): void {
    const transaction = this.#transaction;
    this.#transaction = undefined;
    this.#head.commit(this.lane, transaction);
  }

  rollback(): void {
    const transaction = this.#transaction;
    this.#transaction = undefined;
    if (transaction !== undefined) this.#head.abandon(transaction);
  }
}
