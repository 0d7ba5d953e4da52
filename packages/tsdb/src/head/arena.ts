// The allocator of the head's arena. Memory is handed out in size classes that are carved from 64 KiB slabs,
// so that equal sizes lie together and a chunk block fills exactly one cache line. Freed memory goes to its
// class's free list, linked through its first word. Addresses are word indexes; 0 is no address. Only the
// owner of the head allocates, but all state is in shared memory.
import assert from 'node:assert/strict';
import { CodedError } from '@prometheus-ts/model';
import { BLOCK_WORDS, Control, type HeadHandle } from './layout.ts';

const CLASS_WORDS = [
  2, 4, 6, 8, 10, 14, 16, 20, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096,
];
const SLAB_WORDS = 16_384;
const LARGEST = 4096;

/** Words of a class in the control buffer. */
const Class = { free: 0, freeCount: 1, cursor: 2, end: 3, words: 4 } as const;

/** Class index by size in words. */
const classOf = new Uint8Array(LARGEST + 1);
for (let words = 1, index = 0; words <= LARGEST; words++) {
  if (words > CLASS_WORDS[index]) index++;
  classOf[words] = index;
}
const BLOCK_CLASS = classOf[BLOCK_WORDS];

export class Arena {
  readonly words: Int32Array;
  /** The same memory; an even address holds the float at half of it. */
  readonly floats: Float64Array;
  readonly #control: Int32Array;
  readonly #slabs: number;

  constructor(handle: HeadHandle) {
    this.words = new Int32Array(handle.buffers.arena);
    this.floats = new Float64Array(handle.buffers.arena);
    this.#control = new Int32Array(handle.buffers.control);
    this.#slabs = Math.floor(handle.limits.arenaWords / SLAB_WORDS);
    // Slab 0 is never handed out, so that no address is 0.
    if (this.#control[Control.arenaNextSlab] === 0) this.#control[Control.arenaNextSlab] = 1;
  }

  get usedBytes(): number {
    return (this.#control[Control.arenaUsedWords] >>> 0) * 4;
  }

  get limitBytes(): number {
    return this.#slabs * SLAB_WORDS * 4;
  }

  /** Room for at least `words` words, content undefined. Throws CodedError `head-memory-limit` when full. */
  allocate(words: number): number {
    if (words > LARGEST) return this.#allocateLarge(words);
    const control = this.#control;
    const index = classOf[words];
    const at = Control.arenaClasses + index * Class.words;
    const size = CLASS_WORDS[index];
    control[Control.arenaUsedWords] += size;
    const free = control[at + Class.free];
    if (free !== 0) {
      control[at + Class.free] = this.words[free];
      control[at + Class.freeCount]--;
      return free;
    }
    let cursor = control[at + Class.cursor];
    if (cursor + size > control[at + Class.end]) {
      cursor = this.#takeSlabs(1);
      control[at + Class.end] = cursor + SLAB_WORDS;
    }
    control[at + Class.cursor] = cursor + size;
    return cursor;
  }

  /** Gives memory back; no reader may still see it (see quarantine.ts). */
  release(address: number, words: number): void {
    assert(address !== 0);
    const control = this.#control;
    if (words > LARGEST) {
      this.words[address] = control[Control.arenaLargeFree];
      this.words[address + 1] = slabsFor(words);
      control[Control.arenaLargeFree] = address;
      control[Control.arenaUsedWords] -= slabsFor(words) * SLAB_WORDS;
      return;
    }
    const index = classOf[words];
    const at = Control.arenaClasses + index * Class.words;
    this.words[address] = control[at + Class.free];
    control[at + Class.free] = address;
    control[at + Class.freeCount]++;
    control[Control.arenaUsedWords] -= CLASS_WORDS[index];
  }

  /** Gives back a chain of `count` blocks that are linked from `first` to `last` through their first words. */
  releaseBlocks(first: number, last: number, count: number): void {
    const control = this.#control;
    const at = Control.arenaClasses + BLOCK_CLASS * Class.words;
    this.words[last] = control[at + Class.free];
    control[at + Class.free] = first;
    control[at + Class.freeCount] += count;
    control[Control.arenaUsedWords] -= count * BLOCK_WORDS;
  }

  /** Whether `count` blocks and as many small records surely fit, so that a commit cannot fail halfway. */
  hasRoomFor(count: number): boolean {
    const control = this.#control;
    const slabs = this.#slabs - control[Control.arenaNextSlab];
    const needed = Math.ceil((count * 2 * BLOCK_WORDS) / SLAB_WORDS) + 2;
    if (slabs >= needed) return true;
    const at = Control.arenaClasses + BLOCK_CLASS * Class.words;
    return slabs >= needed / 2 + 2 && control[at + Class.freeCount] >= count;
  }

  /**
   * Throws as `allocate` would unless every class could still take a slab and `words` more fit: called before
   * a change of several allocations, so that it cannot fail halfway.
   */
  requireSlack(words: number): void {
    const slabs = this.#slabs - this.#control[Control.arenaNextSlab];
    if (slabs < CLASS_WORDS.length + slabsFor(words)) this.#takeSlabs(slabs + 1);
  }

  #takeSlabs(count: number): number {
    const slab = this.#control[Control.arenaNextSlab];
    if (slab + count > this.#slabs) {
      throw new CodedError(
        'head-memory-limit',
        `the head's memory limit of ${this.limitBytes} bytes is reached`,
        {
          hint: 'drop labels that have many values, scrape fewer series, or raise the memory limit of the head',
        },
      );
    }
    this.#control[Control.arenaNextSlab] = slab + count;
    return slab * SLAB_WORDS;
  }

  #allocateLarge(words: number): number {
    const slabs = slabsFor(words);
    const control = this.#control;
    let before = 0;
    for (let at = control[Control.arenaLargeFree]; at !== 0; at = this.words[at]) {
      if (this.words[at + 1] === slabs) {
        if (before === 0) control[Control.arenaLargeFree] = this.words[at];
        else this.words[before] = this.words[at];
        control[Control.arenaUsedWords] += slabs * SLAB_WORDS;
        return at;
      }
      before = at;
    }
    const address = this.#takeSlabs(slabs);
    control[Control.arenaUsedWords] += slabs * SLAB_WORDS;
    return address;
  }
}

function slabsFor(words: number): number {
  return Math.ceil(words / SLAB_WORDS);
}
