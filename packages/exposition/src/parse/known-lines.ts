// The lines of one target as they were last time. Each known line has a slot: its bytes in an arena, a number of
// the caller's (the payload), and the slot that came after it. A body that repeats the order of the last one is
// recognised by walking that chain and comparing bytes in place; a line out of order is found by its hash.
//
//   record of slot s:  [4s] offset in the arena   [4s+1] shape   [4s+2] payload   [4s+3] next slot
//   shape:  bits 0–21  length of the stored prefix, 0 for a free slot
//           bits 22–24 how many of its last bytes are the blanks between series and value
//           bits 25–27 entry kind        bits 28–30 metric type, for type lines
//           bit 31     only to be found by hash: the blanks are more than bits 22–24 can say
//
// Invariants: a chain is a hint, only equal bytes decide; every live slot is in the hash table exactly once; a
// series slot lives until the caller forgets its payload, a metadata slot until a complete body lacks its line.
import { randomBytes } from 'node:crypto';
import { equalBytes, hashBytes } from './byte-compare.ts';

export const LENGTH_MASK = 0x3fffff;
export const BLANKS_SHIFT = 22;
export const BLANKS_MASK = 7;
export const KIND_SHIFT = 25;
export const KIND_MASK = 7;
export const TYPE_SHIFT = 28;
export const TYPE_MASK = 7;
const HASH_ONLY = 0x80000000 | 0;

const SERIES_KIND = 1;
export const RECORD = 4;
export const OFFSET = 0;
export const SHAPE = 1;
export const PAYLOAD = 2;
export const NEXT = 3;

const SLOTS_MIN = 64;
const ARENA_MIN = 4096;
/** Room for changes, relative to what is live. */
const SLACK = 1.125;
/** Offsets are 31 bits wide. */
const ARENA_MAX = 2 ** 30;

/** Keeps a target from choosing lines that all meet in one place of the table. */
const HASH_SEED = randomBytes(4).readInt32LE();

/** `shape & SERIES_ONLY` is SERIES_SHAPE for a series that can be found by position. */
export const SERIES_ONLY = HASH_ONLY | (KIND_MASK << KIND_SHIFT);
export const SERIES_SHAPE = SERIES_KIND << KIND_SHIFT;

/** Offsets of a line in the body. */
export interface LineSpan {
  readonly start: number;
  /** End of what names the line: of the series, or of a whole metadata line. */
  readonly keyEnd: number;
  /** Where the value starts; for metadata lines the same as `keyEnd`. */
  readonly prefixEnd: number;
}

export class KnownLines {
  // The first four are open to the parsers, whose hot path reads them without a call; only `previous` and
  // `expected` may be written there.
  /** See the drawing above. Replaced when it grows. */
  records = new Int32Array(SLOTS_MIN * RECORD);
  /** The bytes of the lines. Replaced when it grows. */
  arena = new DataView(new ArrayBuffer(ARENA_MIN));
  /** Slot of the line before, -1 at the start of a body. */
  previous = -1;
  /** Slot of the line that is expected next, -1 for none. */
  expected = -1;

  #hashes = new Int32Array(SLOTS_MIN);
  #capacity = SLOTS_MIN;
  #used = 0;
  #live = 0;
  #free: number[] = [];
  /** Slot numbers plus one, 0 for empty; twice as many places as slots. */
  #table = new Int32Array(SLOTS_MIN * 2);
  #slotOfPayload = new Int32Array(SLOTS_MIN).fill(-1);

  #arenaBytes = new Uint8Array(this.arena.buffer);
  #arenaUsed = 0;
  #arenaLive = 0;

  #first = -1;
  #metadataLive = 0;
  #metadataVisited = 0;
  #isFilling = true;

  /** Lines held, metadata included. */
  get size(): number {
    return this.#live;
  }

  /** Memory held by the columns and the arena. */
  get sizeBytes(): number {
    const columns = this.records.length + this.#hashes.length + this.#table.length;
    return 4 * (columns + this.#slotOfPayload.length) + this.#arenaBytes.length;
  }

  /** Gives up the series line that holds this payload; nothing happens where none does. */
  forget(payload: number): void {
    const slot = this.#slotOfPayload[payload] ?? -1;
    if (slot < 0) return;
    this.#slotOfPayload[payload] = -1;
    this.#release(slot);
  }

  /** Gives up everything. */
  clear(): void {
    this.records = new Int32Array(SLOTS_MIN * RECORD);
    this.#hashes = new Int32Array(SLOTS_MIN);
    this.#capacity = SLOTS_MIN;
    this.#table = new Int32Array(SLOTS_MIN * 2);
    this.#slotOfPayload = new Int32Array(SLOTS_MIN).fill(-1);
    this.#arenaBytes = new Uint8Array(ARENA_MIN);
    this.arena = new DataView(this.#arenaBytes.buffer);
    this.#used = this.#live = this.#arenaUsed = this.#arenaLive = this.#metadataLive = 0;
    this.#free = [];
    this.#isFilling = true;
    this.#first = this.previous = this.expected = -1;
  }

  // What follows is for the parsers.

  beginBody(): void {
    this.previous = -1;
    this.expected = this.#first;
    this.#metadataVisited = 0;
  }

  /** The whole body has been read: metadata lines that it lacks are given up. */
  endBody(): void {
    if (this.previous < 0) this.#first = -1;
    else this.records[this.previous * RECORD + NEXT] = -1;
    if (this.#metadataLive > this.#metadataVisited) this.#sweepMetadata();
    this.#isFilling = false;
    const size = Math.max(this.#arenaLive * SLACK, ARENA_MIN);
    if (this.#arenaBytes.length > size * SLACK) this.#replaceArena(Math.ceil(size));
  }

  /** The slot of the line named by the bytes `start … end-1`, wherever it was last time, or -1. */
  find(view: DataView, start: number, end: number): number {
    const hash = hashBytes(view, start, end, HASH_SEED);
    const mask = this.#table.length - 1;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const slot = this.#table[place]! - 1;
      if (slot < 0) return -1;
      if (this.#hashes[slot] === hash && this.#isNamed(slot, view, start, end)) return slot;
    }
  }

  /** The line of this slot is the current one: it follows the one before. */
  visit(slot: number): void {
    if (slot !== this.expected) this.#link(slot);
    this.previous = slot;
    const record = slot * RECORD;
    this.expected = this.records[record + NEXT]!;
    if (((this.records[record + SHAPE]! >>> KIND_SHIFT) & KIND_MASK) !== SERIES_KIND) this.#metadataVisited++;
  }

  setPayload(slot: number, payload: number): void {
    const record = slot * RECORD;
    if (((this.records[record + SHAPE]! >>> KIND_SHIFT) & KIND_MASK) === SERIES_KIND) {
      const old = this.records[record + PAYLOAD]!;
      if (old >= 0) this.#slotOfPayload[old] = -1;
      this.#indexPayload(payload, slot);
    }
    this.records[record + PAYLOAD] = payload;
  }

  /**
   * Adds the current line after the one before it, and answers its slot; -1 where it is too long to be kept.
   * @param payload -1 for none
   */
  add(
    bytes: Uint8Array,
    view: DataView,
    line: LineSpan,
    kind: number,
    type: number,
    payload: number,
  ): number {
    const blanks = line.prefixEnd - line.keyEnd;
    const hashOnly = blanks > BLANKS_MASK;
    const length = (hashOnly ? line.keyEnd : line.prefixEnd) - line.start;
    if (length > LENGTH_MASK || !this.#reserveArena(length)) return -1;
    const slot = this.#free.pop() ?? this.#newSlot();
    const hash = hashBytes(view, line.start, line.keyEnd, HASH_SEED);
    this.#arenaBytes.set(bytes.subarray(line.start, line.start + length), this.#arenaUsed);
    const record = slot * RECORD;
    this.records[record + OFFSET] = this.#arenaUsed;
    this.records[record + SHAPE] =
      length |
      ((hashOnly ? 0 : blanks) << BLANKS_SHIFT) |
      (kind << KIND_SHIFT) |
      (type << TYPE_SHIFT) |
      (hashOnly ? HASH_ONLY : 0);
    this.records[record + PAYLOAD] = payload;
    this.#hashes[slot] = hash;
    this.#arenaUsed += length;
    this.#arenaLive += length;
    this.#live++;
    this.#insert(slot, hash);
    if (kind === SERIES_KIND) this.#indexPayload(payload, slot);
    else {
      this.#metadataLive++;
      this.#metadataVisited++;
    }
    // The new line stands before the one that is still expected.
    this.records[record + NEXT] = this.expected;
    this.#link(slot);
    this.previous = slot;
    return slot;
  }

  #link(slot: number): void {
    if (this.previous < 0) this.#first = slot;
    else this.records[this.previous * RECORD + NEXT] = slot;
  }

  /** Whether the bytes at `position` begin with the stored ones of a slot that can be found by position. */
  startsWith(slot: number, body: DataView, position: number, limit: number): boolean {
    const record = slot * RECORD;
    const shape = this.records[record + SHAPE]!;
    const length = shape & LENGTH_MASK;
    if (shape <= 0 || position + length > limit) return false;
    return equalBytes(this.arena, this.records[record]!, body, position, length);
  }

  #isNamed(slot: number, view: DataView, start: number, end: number): boolean {
    const record = slot * RECORD;
    const shape = this.records[record + SHAPE]!;
    const length = (shape & LENGTH_MASK) - ((shape >>> BLANKS_SHIFT) & BLANKS_MASK);
    if (length !== end - start) return false;
    return equalBytes(this.arena, this.records[record]!, view, start, length);
  }

  #indexPayload(payload: number, slot: number): void {
    if (payload < 0) return;
    if (payload >= this.#slotOfPayload.length) {
      const grown = new Int32Array(Math.max(payload + 1, this.#slotOfPayload.length * 2)).fill(-1);
      grown.set(this.#slotOfPayload);
      this.#slotOfPayload = grown;
    }
    this.#slotOfPayload[payload] = slot;
  }

  #newSlot(): number {
    if (this.#used === this.#capacity) {
      this.#capacity *= 2;
      const records = new Int32Array(this.#capacity * RECORD);
      records.set(this.records);
      this.records = records;
      const hashes = new Int32Array(this.#capacity);
      hashes.set(this.#hashes);
      this.#hashes = hashes;
      this.#table = new Int32Array(this.#capacity * 2);
      for (let slot = 0; slot < this.#used; slot++) {
        if (this.records[slot * RECORD + SHAPE] !== 0) this.#insert(slot, hashes[slot]!);
      }
    }
    return this.#used++;
  }

  #insert(slot: number, hash: number): void {
    const mask = this.#table.length - 1;
    let place = hash & mask;
    while (this.#table[place] !== 0) place = (place + 1) & mask;
    this.#table[place] = slot + 1;
  }

  /** Takes the slot out of the table and closes the gap, so that no probe ends early. */
  #remove(slot: number): void {
    const mask = this.#table.length - 1;
    let hole = this.#hashes[slot]! & mask;
    while (this.#table[hole] !== slot + 1) hole = (hole + 1) & mask;
    for (let place = (hole + 1) & mask; ; place = (place + 1) & mask) {
      const other = this.#table[place]! - 1;
      if (other < 0) break;
      const home = this.#hashes[other]! & mask;
      // `other` may move into the hole unless its home lies between hole and place.
      if (((place - home) & mask) < ((place - hole) & mask)) continue;
      this.#table[hole] = other + 1;
      hole = place;
    }
    this.#table[hole] = 0;
  }

  #release(slot: number): void {
    this.#remove(slot);
    const record = slot * RECORD;
    const shape = this.records[record + SHAPE]!;
    if (((shape >>> KIND_SHIFT) & KIND_MASK) !== SERIES_KIND) this.#metadataLive--;
    this.#arenaLive -= shape & LENGTH_MASK;
    this.records[record + SHAPE] = 0;
    this.#free.push(slot);
    this.#live--;
  }

  #sweepMetadata(): void {
    const present = new Uint8Array(this.#used);
    for (let slot = this.#first; slot >= 0 && present[slot] === 0; ) {
      present[slot] = 1;
      slot = this.records[slot * RECORD + NEXT]!;
    }
    for (let slot = 0; slot < this.#used; slot++) {
      const shape = this.records[slot * RECORD + SHAPE]!;
      const isSeries = ((shape >>> KIND_SHIFT) & KIND_MASK) === SERIES_KIND;
      if (shape !== 0 && !isSeries && present[slot] === 0) this.#release(slot);
    }
  }

  /** Makes room for `length` bytes: drops what released slots left behind, or grows. */
  #reserveArena(length: number): boolean {
    if (this.#arenaUsed + length <= this.#arenaBytes.length) return true;
    const needed = this.#arenaLive + length;
    if (needed > ARENA_MAX) return false;
    // A first body fills an empty arena; later ones change what is there a little.
    const factor = this.#isFilling ? 2 : SLACK;
    this.#replaceArena(Math.min(ARENA_MAX, Math.max(Math.ceil(needed * factor), ARENA_MIN)));
    return true;
  }

  /** Moves the bytes of the live slots to an arena of this size. */
  #replaceArena(size: number): void {
    const arena = new Uint8Array(size);
    if (this.#arenaLive === this.#arenaUsed) arena.set(this.#arenaBytes.subarray(0, this.#arenaUsed));
    else this.#compact(arena);
    this.#arenaBytes = arena;
    this.arena = new DataView(arena.buffer);
    this.#arenaUsed = this.#arenaLive;
  }

  /** Copies the bytes of the live slots together. */
  #compact(arena: Uint8Array): void {
    let used = 0;
    for (let slot = 0; slot < this.#used; slot++) {
      const record = slot * RECORD;
      const length = this.records[record + SHAPE]! & LENGTH_MASK;
      if (length === 0) continue;
      const offset = this.records[record]!;
      arena.set(this.#arenaBytes.subarray(offset, offset + length), used);
      this.records[record] = used;
      used += length;
    }
  }
}
