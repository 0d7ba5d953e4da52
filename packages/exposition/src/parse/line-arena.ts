// The bytes of a target's known lines, one after the other. Lines that were given up leave holes until the next
// move. An arena that has not changed for a while may be shared with targets that expose the same text; it is
// then copied before the next change.
import type { LinePool } from './line-pool.ts';

const SIZE_MIN = 4096;
/** Offsets are 31 bits wide. */
const SIZE_MAX = 2 ** 30;
/** Room for changes, relative to what is live. */
const SLACK = 1.125;

/** Where the lines are: an offset and a length for every index below `count`, in the order they are to lie in. */
export interface LinePlaces {
  readonly count: number;
  length(index: number): number;
  offset(index: number): number;
  setOffset(index: number, offset: number): void;
}

export class LineArena {
  /** Replaced when the arena moves. */
  view = new DataView(new ArrayBuffer(SIZE_MIN));
  #bytes = new Uint8Array(this.view.buffer);
  #used = 0;
  #live = 0;
  #isShared = false;
  /** Whether no body has been read to its end yet: then the arena doubles. */
  #isFilling = true;

  get sizeBytes(): number {
    return this.#bytes.length;
  }

  get isShared(): boolean {
    return this.#isShared;
  }

  /** Whether `length` bytes can be added as it is. */
  hasRoom(length: number): boolean {
    return !this.#isShared && this.#used + length <= this.#bytes.length;
  }

  /** Moves the lines to where there is room for `length` more bytes; false where there cannot be. */
  makeRoom(length: number, places: LinePlaces): boolean {
    const needed = this.#live + length;
    if (needed > SIZE_MAX) return false;
    const size = Math.ceil(needed * (this.#isFilling ? 2 : SLACK));
    this.#resize(Math.min(SIZE_MAX, Math.max(size, SIZE_MIN)), places);
    return true;
  }

  /** Stores `length` bytes, for which there must be room; answers their offset. */
  add(bytes: Uint8Array, start: number, length: number): number {
    const offset = this.#used;
    this.#bytes.set(bytes.subarray(start, start + length), offset);
    this.#used += length;
    this.#live += length;
    return offset;
  }

  /** A line of this length was given up. */
  drop(length: number): void {
    this.#live -= length;
  }

  /** The first body has been read; gives back what is far more than needed. */
  trim(places: LinePlaces): void {
    this.#isFilling = false;
    const size = Math.max(this.#live * SLACK, SIZE_MIN);
    if (!this.#isShared && this.#bytes.length > size * SLACK) this.#resize(Math.ceil(size), places);
  }

  /** Puts the lines in order and gives the bytes to the pool, which may know them already. */
  share(pool: LinePool, places: LinePlaces): void {
    this.#move(this.#live, places);
    this.#use(pool.share(this.#bytes));
    this.#isShared = true;
  }

  #resize(size: number, places: LinePlaces): void {
    if (this.#live < this.#used) {
      this.#move(size, places);
      return;
    }
    const bytes = new Uint8Array(size);
    bytes.set(this.#bytes.subarray(0, this.#used));
    this.#use(bytes);
    this.#isShared = false;
  }

  #move(size: number, places: LinePlaces): void {
    const bytes = new Uint8Array(size);
    let used = 0;
    for (let index = 0; index < places.count; index++) {
      const length = places.length(index);
      if (length === 0) continue;
      const offset = places.offset(index);
      bytes.set(this.#bytes.subarray(offset, offset + length), used);
      places.setOffset(index, used);
      used += length;
    }
    this.#use(bytes);
    this.#used = used;
    this.#isShared = false;
  }

  #use(bytes: Uint8Array): void {
    this.#bytes = bytes as Uint8Array<ArrayBuffer>;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length) as DataView<ArrayBuffer>;
  }
}
