// What a target remembers of its series between scrapes, in columns indexed by a small number, the entry. The
// exposition parser keeps the entry beside the bytes of the line, so a known line costs no lookup here.
//
// A scrape has a number; `finish` ends it. An entry is *seen* when its line is read and *tracked* when its
// sample went in and its absence is to be marked. An entry tracked in the scrape before and not in this one is
// a series that disappeared. After a failed parse the entries read so far keep their marks and the empty scrape
// that follows has the same number: exactly those series are marked stale that upstream marks.
import type { SeriesRef } from '@prometheus-ts/model';

const MINIMUM_CAPACITY = 64;
/** Entries that a target may gain while its scrapes fail, beyond twice the last good count. */
const GROWTH_ALLOWANCE = 1000;

const FREE = 0;
const SERIES = 1;
const DROPPED = 2;

export class SeriesCache {
  #capacity = MINIMUM_CAPACITY;
  #kinds = new Uint8Array(MINIMUM_CAPACITY);
  #refs = new Float64Array(MINIMUM_CAPACITY);
  #seen = new Uint32Array(MINIMUM_CAPACITY);
  #tracked = new Uint32Array(MINIMUM_CAPACITY);
  #used = 0;
  #count = 0;
  #free: number[] = [];
  /** Starts at 2, so that the zero of a new entry is never "the scrape before". */
  #scrape = 2;
  #countAtLastSuccess = 0;

  /** The number of the running scrape. */
  get scrape(): number {
    return this.#scrape;
  }

  /** Entries held. */
  get size(): number {
    return this.#count;
  }

  /** A new entry for a series, seen in this scrape. */
  addSeries(ref: SeriesRef): number {
    return this.#add(SERIES, ref);
  }

  /** A new entry for a line that relabelling drops. */
  addDropped(): number {
    return this.#add(DROPPED, 0);
  }

  isDropped(entry: number): boolean {
    return this.#kinds[entry] === DROPPED;
  }

  ref(entry: number): SeriesRef {
    return this.#refs[entry]!;
  }

  /** The series was collected and has come back under another number. */
  setRef(entry: number, ref: SeriesRef): void {
    this.#refs[entry] = ref;
  }

  /** Marks the entry as seen; true when it already was in this scrape. */
  see(entry: number): boolean {
    if (this.#seen[entry] === this.#scrape) return true;
    this.#seen[entry] = this.#scrape;
    return false;
  }

  track(entry: number): void {
    this.#tracked[entry] = this.#scrape;
  }

  /** Calls back for every series that was there in the scrape before and is not in this one. */
  forEachDisappeared(callback: (ref: SeriesRef) => void): void {
    const before = this.#scrape - 1;
    let present: Set<SeriesRef> | undefined;
    for (let entry = 0; entry < this.#used; entry++) {
      if (this.#tracked[entry] !== before) continue;
      // Another text of the same series (other label order, for example) may have taken over.
      present ??= this.#present();
      const ref = this.#refs[entry]!;
      if (!present.has(ref)) callback(ref);
    }
  }

  /**
   * Ends the scrape.
   * @param complete whether a whole body was read; only then entries that were not seen are forgotten
   * @param forget told of each entry that is given up, before its number is used again
   * @returns whether a cache that grew over failing scrapes had to be cleared
   */
  finish(complete: boolean, forget: (entry: number) => void): boolean {
    const overgrown = !complete && this.#count > this.#countAtLastSuccess * 2 + GROWTH_ALLOWANCE;
    if (complete) this.#countAtLastSuccess = this.#count;
    if (complete || overgrown) this.#evict(forget);
    this.#scrape++;
    return overgrown;
  }

  #evict(forget: (entry: number) => void): void {
    for (let entry = 0; entry < this.#used; entry++) {
      if (this.#kinds[entry] === FREE || this.#seen[entry] === this.#scrape) continue;
      forget(entry);
      this.#kinds[entry] = FREE;
      this.#tracked[entry] = 0;
      this.#free.push(entry);
      this.#count--;
    }
  }

  #present(): Set<SeriesRef> {
    const present = new Set<SeriesRef>();
    for (let entry = 0; entry < this.#used; entry++) {
      if (this.#tracked[entry] === this.#scrape) present.add(this.#refs[entry]!);
    }
    return present;
  }

  #add(kind: number, ref: SeriesRef): number {
    const entry = this.#free.pop() ?? this.#used++;
    if (entry >= this.#capacity) this.#grow();
    this.#kinds[entry] = kind;
    this.#refs[entry] = ref;
    this.#seen[entry] = this.#scrape;
    this.#tracked[entry] = 0;
    this.#count++;
    return entry;
  }

  #grow(): void {
    this.#capacity *= 2;
    this.#kinds = grown(this.#kinds, new Uint8Array(this.#capacity));
    this.#refs = grown(this.#refs, new Float64Array(this.#capacity));
    this.#seen = grown(this.#seen, new Uint32Array(this.#capacity));
    this.#tracked = grown(this.#tracked, new Uint32Array(this.#capacity));
  }
}

function grown<T extends Uint8Array | Uint32Array | Float64Array>(old: T, bigger: T): T {
  bigger.set(old);
  return bigger;
}
