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
import { LineArena, type LinePlaces } from './line-arena.ts';
import type { LinePool } from './line-pool.ts';
import { SlotTable } from './slot-table.ts';

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
/** Bodies without a change after which a text is worth sharing. */
const STABLE_BODIES = 3;

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
  /** The bytes of the lines. Replaced when they move. */
  arena: DataView;
  /** Slot of the line before, -1 at the start of a body. */
  previous = -1;
  /** Slot of the line that is expected next, -1 for none. */
  expected = -1;

  readonly #pool: LinePool | undefined;
  #lines = new LineArena();
  #table = new SlotTable();
  #slotOfPayload = new Int32Array(SLOTS_MIN).fill(-1);
  #used = 0;
  #live = 0;
  #free: number[] = [];
  #first = -1;
  #metadataLive = 0;
  /** Metadata lines of the current body, and how many of them stood there before in the last one. */
  #metadataVisited = 0;
  #metadataRepeated = 0;
  /** Bodies read to their end since a line was added or given up. */
  #unchangedBodies = 0;

  /** @param pool shares texts with other targets */
  constructor(pool?: LinePool) {
    this.#pool = pool;
    this.arena = this.#lines.view;
  }

  /** Lines held, metadata included. */
  get size(): number {
    return this.#live;
  }

  /** Memory held, a shared text included. */
  get sizeBytes(): number {
    const columns = this.records.length + this.#slotOfPayload.length;
    return 4 * columns + this.#table.sizeBytes + this.#lines.sizeBytes;
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
    this.#table = new SlotTable();
    this.#slotOfPayload = new Int32Array(SLOTS_MIN).fill(-1);
    this.#lines = new LineArena();
    this.arena = this.#lines.view;
    this.#used = this.#live = this.#metadataLive = this.#unchangedBodies = 0;
    this.#metadataRepeated = 0;
    this.#free = [];
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
    if (this.#metadataLive !== this.#metadataVisited - this.#metadataRepeated) {
      this.#sweepMetadata();
      this.#metadataRepeated = this.#metadataVisited - this.#metadataLive;
    }
    this.#unchangedBodies++;
    if (this.#unchangedBodies === 1) this.#lines.trim(this.#places());
    if (this.#pool && this.#unchangedBodies === STABLE_BODIES && this.#live > 0) {
      this.#lines.share(this.#pool, this.#places(this.#inOrder()));
    }
    this.arena = this.#lines.view;
  }

  /** The slot of the line named by the bytes `start … end-1`, wherever it was last time, or -1. */
  find(view: DataView, start: number, end: number): number {
    const hash = hashBytes(view, start, end, HASH_SEED);
    const { places, hashes } = this.#table;
    const mask = places.length - 1;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const slot = places[place]! - 1;
      if (slot < 0) return -1;
      if (hashes[slot] === hash && this.#isNamed(slot, view, start, end)) return slot;
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
    if (length > LENGTH_MASK) return -1;
    if (!this.#lines.hasRoom(length) && !this.#lines.makeRoom(length, this.#places())) return -1;
    const offset = this.#lines.add(bytes, line.start, length);
    this.arena = this.#lines.view;
    const slot = this.#free.pop() ?? this.#newSlot();
    const record = slot * RECORD;
    this.records[record + OFFSET] = offset;
    this.records[record + SHAPE] =
      length |
      ((hashOnly ? 0 : blanks) << BLANKS_SHIFT) |
      (kind << KIND_SHIFT) |
      (type << TYPE_SHIFT) |
      (hashOnly ? HASH_ONLY : 0);
    this.records[record + PAYLOAD] = payload;
    this.#table.insert(slot, hashBytes(view, line.start, line.keyEnd, HASH_SEED));
    this.#live++;
    this.#unchangedBodies = 0;
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
    const slots = this.records.length / RECORD;
    if (this.#used === slots) {
      const records = new Int32Array(Math.ceil(slots * 1.5) * RECORD);
      records.set(this.records);
      this.records = records;
    }
    return this.#used++;
  }

  #release(slot: number): void {
    this.#table.remove(slot);
    const record = slot * RECORD;
    const shape = this.records[record + SHAPE]!;
    if (((shape >>> KIND_SHIFT) & KIND_MASK) !== SERIES_KIND) this.#metadataLive--;
    this.#lines.drop(shape & LENGTH_MASK);
    this.records[record + SHAPE] = 0;
    this.#free.push(slot);
    this.#live--;
    this.#unchangedBodies = 0;
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

  /** All slots in the order of the last body, then those it lacked. */
  #inOrder(): Int32Array {
    const order = new Int32Array(this.#used);
    const isPlaced = new Uint8Array(this.#used);
    let count = 0;
    for (let slot = this.#first; slot >= 0 && isPlaced[slot] === 0; ) {
      isPlaced[slot] = 1;
      order[count++] = slot;
      slot = this.records[slot * RECORD + NEXT]!;
    }
    for (let slot = 0; slot < this.#used; slot++) if (isPlaced[slot] === 0) order[count++] = slot;
    return order;
  }

  /** Where the lines lie, by slot or in the given order of slots. */
  #places(order?: Int32Array): LinePlaces {
    const { records } = this;
    const recordOf = (index: number) => (order ? order[index]! : index) * RECORD;
    return {
      count: this.#used,
      length: (index) => records[recordOf(index) + SHAPE]! & LENGTH_MASK,
      offset: (index) => records[recordOf(index) + OFFSET]!,
      setOffset: (index, offset) => {
        records[recordOf(index) + OFFSET] = offset;
      },
    };
  }
}
