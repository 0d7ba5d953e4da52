// A hash table in shared memory that grows one bucket at a time (linear hashing), so that no insertion ever
// pauses for a rebuild and no memory is abandoned. Entries are chained through their own records, which hold
// their hash and the next entry. One thread writes; others may look up: a reader that finds nothing while
// buckets were being split looks again.
import assert from 'node:assert/strict';

/** Words of an index in the control buffer. */
const State = { level: 0, split: 1, count: 2, sequence: 3 } as const;

export interface HashIndexPlace {
  readonly buckets: SharedArrayBuffer;
  /** The entries' records, and where in them hash and next are. */
  readonly records: Int32Array;
  readonly stride: number;
  readonly hashWord: number;
  readonly nextWord: number;
  readonly control: Int32Array;
  /** First of the four state words in `control`. */
  readonly stateAt: number;
}

export class HashIndex {
  readonly #buckets: Int32Array;
  readonly #place: HashIndexPlace;

  constructor(place: HashIndexPlace) {
    this.#place = place;
    this.#buckets = new Int32Array(place.buckets);
  }

  /** First candidate for a hash; follow with `next` until 0. Candidates may have other hashes. */
  first(hash: number): number {
    const { control, stateAt } = this.#place;
    // A torn read of level and split may point past the last bucket: that is nothing found, and looked up again.
    return this.#buckets[bucketOf(hash, control[stateAt + State.level], control[stateAt + State.split])] | 0;
  }

  next(id: number): number {
    const place = this.#place;
    return place.records[id * place.stride + place.nextWord];
  }

  hash(id: number): number {
    const place = this.#place;
    return place.records[id * place.stride + place.hashWord];
  }

  /** For readers: pass what this returned before a lookup to `changedSince` after it failed. */
  sequence(): number {
    return Atomics.load(this.#place.control, this.#place.stateAt + State.sequence);
  }

  changedSince(sequence: number): boolean {
    return (sequence & 1) === 1 || this.sequence() !== sequence;
  }

  insert(id: number, hash: number): void {
    const { control, stateAt, records, stride, hashWord, nextWord } = this.#place;
    const level = control[stateAt + State.level];
    const split = control[stateAt + State.split];
    const bucket = bucketOf(hash, level, split);
    records[id * stride + hashWord] = hash;
    records[id * stride + nextWord] = this.#buckets[bucket];
    Atomics.store(this.#buckets, bucket, id);
    const count = ++control[stateAt + State.count];
    const buckets = 2 ** level + split;
    if (count > buckets && buckets < this.#buckets.length) this.#splitOne(level, split);
  }

  remove(id: number): void {
    const { control, stateAt, records, stride, nextWord } = this.#place;
    const bucket = bucketOf(this.hash(id), control[stateAt + State.level], control[stateAt + State.split]);
    const next = records[id * stride + nextWord];
    let at = this.#buckets[bucket];
    if (at === id) Atomics.store(this.#buckets, bucket, next);
    else {
      while (this.next(at) !== id) {
        assert(at !== 0, 'an entry is removed that is not in the index');
        at = this.next(at);
      }
      Atomics.store(records, at * stride + nextWord, next);
    }
    control[stateAt + State.count]--;
  }

  #splitOne(level: number, split: number): void {
    const { control, stateAt, records, stride, hashWord, nextWord } = this.#place;
    const bit = 2 ** level;
    Atomics.add(control, stateAt + State.sequence, 1);
    let low = 0;
    let high = 0;
    for (let id = this.#buckets[split]; id !== 0; ) {
      const at = id * stride;
      const next = records[at + nextWord];
      if (records[at + hashWord] & bit) {
        records[at + nextWord] = high;
        high = id;
      } else {
        records[at + nextWord] = low;
        low = id;
      }
      id = next;
    }
    this.#buckets[split] = low;
    this.#buckets[split + bit] = high;
    if (split + 1 === bit) {
      control[stateAt + State.level] = level + 1;
      control[stateAt + State.split] = 0;
    } else control[stateAt + State.split] = split + 1;
    Atomics.add(control, stateAt + State.sequence, 1);
  }
}

function bucketOf(hash: number, level: number, split: number): number {
  const bucket = hash & (2 ** level - 1);
  return bucket < split ? hash & (2 ** (level + 1) - 1) : bucket;
}
