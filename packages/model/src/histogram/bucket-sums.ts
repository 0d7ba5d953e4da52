// One side of a sum of histograms: buckets in the order of their index, each a Kahan sum. Kept as parallel
// lists, so that adding a histogram with the same buckets allocates nothing.
import { nextCompensation } from '../kahan.ts';
import { coarserIndex } from './bounds.ts';
import type { Buckets } from './buckets.ts';

export class BucketSums {
  indices: number[];
  counts: number[];
  compensations: number[];

  constructor(buckets: Buckets) {
    this.indices = buckets.indices;
    this.counts = buckets.counts;
    this.compensations = new Array<number>(buckets.indices.length).fill(0);
  }

  /** Adds (or with sign -1 subtracts) the buckets from position `from` on. */
  add(buckets: Buckets, from: number, sign: 1 | -1): void {
    let at = 0;
    for (let i = from; i < buckets.indices.length; i++) {
      const index = buckets.indices[i]!;
      const count = sign * buckets.counts[i]!;
      while (at < this.indices.length && this.indices[at]! < index) at++;
      if (this.indices[at] === index) this.addAt(at, count);
      else {
        this.#mergeFrom(buckets, i, at, sign);
        return;
      }
    }
  }

  addAt(at: number, increment: number): void {
    const sum = this.counts[at]!;
    this.compensations[at] = nextCompensation(increment, sum, this.compensations[at]!);
    this.counts[at] = sum + increment;
  }

  /** Goes on with new lists once a bucket turns up that is not there yet. */
  #mergeFrom(buckets: Buckets, from: number, at: number, sign: 1 | -1): void {
    const { indices, counts, compensations } = this;
    this.indices = indices.slice(0, at);
    this.counts = counts.slice(0, at);
    this.compensations = compensations.slice(0, at);
    let i = from;
    while (i < buckets.indices.length || at < indices.length) {
      const theirs = i < buckets.indices.length ? buckets.indices[i]! : Infinity;
      const ours = at < indices.length ? indices[at]! : Infinity;
      if (ours <= theirs) {
        this.#push(ours, counts[at]!, compensations[at]!);
        at++;
        if (ours === theirs) this.addAt(this.indices.length - 1, sign * buckets.counts[i++]!);
      } else this.#push(theirs, sign * buckets.counts[i++]!, 0);
    }
  }

  /** Merges buckets to those of a coarser exponential schema. */
  coarsen(schema: number, targetSchema: number): void {
    const { indices, counts, compensations } = this;
    this.#clear();
    for (let i = 0; i < indices.length; i++) {
      const index = coarserIndex(indices[i]!, schema, targetSchema);
      const last = this.indices.length - 1;
      if (last >= 0 && this.indices[last] === index) {
        this.addAt(last, counts[i]!);
        this.addAt(last, compensations[i]!);
      } else this.#push(index, counts[i]!, compensations[i]!);
    }
  }

  /** Drops the first `count` buckets, and everywhere else those that are empty. */
  dropFirst(count: number): void {
    const { indices, counts, compensations } = this;
    this.#clear();
    for (let i = count; i < indices.length; i++) {
      if (counts[i] !== 0 || compensations[i] !== 0) this.#push(indices[i]!, counts[i]!, compensations[i]!);
    }
  }

  scale(factor: number): void {
    for (let i = 0; i < this.counts.length; i++) {
      this.counts[i]! *= factor;
      this.compensations[i]! *= factor;
    }
  }

  divide(by: number): void {
    if (by === 0) this.#clear();
    for (let i = 0; i < this.counts.length; i++) {
      this.counts[i]! /= by;
      this.compensations[i]! /= by;
    }
  }

  copy(): BucketSums {
    const copy = new BucketSums({ indices: this.indices.slice(), counts: this.counts.slice() });
    copy.compensations = this.compensations.slice();
    return copy;
  }

  #clear(): void {
    this.indices = [];
    this.counts = [];
    this.compensations = [];
  }

  #push(index: number, count: number, compensation: number): void {
    this.indices.push(index);
    this.counts.push(count);
    this.compensations.push(compensation);
  }
}
