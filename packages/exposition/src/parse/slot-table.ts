// Finds slots by the hash of what names them: open addressing, linear probing, gaps closed on removal.

const PLACES_MIN = 128;

export class SlotTable {
  /** By slot. */
  hashes = new Int32Array(PLACES_MIN / 2);
  /** Slot numbers plus one, 0 for an empty place; a power of two of them, three quarters used at most. */
  places = new Int32Array(PLACES_MIN);
  #count = 0;

  insert(slot: number, hash: number): void {
    if (slot >= this.hashes.length) {
      const hashes = new Int32Array(Math.max(slot + 1, Math.ceil(this.hashes.length * 1.5)));
      hashes.set(this.hashes);
      this.hashes = hashes;
    }
    this.hashes[slot] = hash;
    if (++this.#count > this.places.length * 0.75) this.#grow();
    this.#put(slot, hash);
  }

  /** The slot must be in the table. */
  remove(slot: number): void {
    const { places, hashes } = this;
    const mask = places.length - 1;
    let hole = hashes[slot]! & mask;
    while (places[hole] !== slot + 1) hole = (hole + 1) & mask;
    for (let place = (hole + 1) & mask; ; place = (place + 1) & mask) {
      const other = places[place]! - 1;
      if (other < 0) break;
      const home = hashes[other]! & mask;
      // `other` may move into the hole unless its home lies between hole and place.
      if (((place - home) & mask) < ((place - hole) & mask)) continue;
      places[hole] = other + 1;
      hole = place;
    }
    places[hole] = 0;
    this.#count--;
  }

  get sizeBytes(): number {
    return 4 * (this.hashes.length + this.places.length);
  }

  #put(slot: number, hash: number): void {
    const mask = this.places.length - 1;
    let place = hash & mask;
    while (this.places[place] !== 0) place = (place + 1) & mask;
    this.places[place] = slot + 1;
  }

  #grow(): void {
    const old = this.places;
    this.places = new Int32Array(old.length * 2);
    for (let place = 0; place < old.length; place++) {
      const slot = old[place]! - 1;
      if (slot >= 0) this.#put(slot, this.hashes[slot]!);
    }
  }
}
