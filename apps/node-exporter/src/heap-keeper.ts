// Keeps memory small between scrapes. A scrape leaves garbage of a megabyte or so and nothing else, so collecting
// the young generation shortly after it costs half a millisecond, and keeps the dead out of old space. Now and then
// everything is collected, which gives back what starting and compiling took.
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Clock } from '@prometheus-ts/model';
import { isLibcLoaded, libc } from './kernel/libc.ts';

interface CollectOptions {
  readonly type: 'minor' | 'major';
  readonly flavor?: 'last-resort';
}
type Collect = (options: CollectOptions) => void;

/** Long enough for the connection and the promises of the scrape to be done with. */
const AFTER_SCRAPE_MS = 20;
/** The first full collection, after the first scrapes have compiled what they need. */
const FIRST_FULL_MS = 10_000;
/** Later ones, where the heap has grown since the last. */
const FULL_EVERY_MS = 60_000;
const GROWTH_BYTES = 4 << 20;

export class HeapKeeper {
  readonly #clock: Clock;
  readonly #collect = exposeCollector();
  #isPlanned = false;
  #nextFullMs: number;
  /** Size of the heap after the last full collection. */
  #settledBytes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#nextFullMs = clock.nowMs() + FIRST_FULL_MS;
  }

  /** To be called when a scrape has been answered. */
  scraped(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    this.#clock.after(AFTER_SCRAPE_MS, () => {
      this.#isPlanned = false;
      const nowMs = this.#clock.nowMs();
      if (nowMs < this.#nextFullMs || heapBytes() < this.#settledBytes + GROWTH_BYTES) {
        this.#collect({ type: 'minor' });
        return;
      }
      this.#nextFullMs = nowMs + FULL_EVERY_MS;
      this.#collect({ type: 'major', flavor: 'last-resort' });
      giveBackFreed();
      this.#settledBytes = heapBytes();
    });
  }
}

function heapBytes(): number {
  return getHeapStatistics().total_heap_size;
}

/** The C library keeps what was freed; where we can talk to it anyway, it is asked to give that back. */
function giveBackFreed(): void {
  if (isLibcLoaded()) libc().malloc_trim(0n);
}

/** The collector is a function of contexts that are made while the flag is on; the flag is on for one of them. */
function exposeCollector(): Collect {
  setFlagsFromString('--expose-gc');
  try {
    return runInNewContext('gc') as Collect;
  } finally {
    setFlagsFromString('--no-expose-gc');
  }
}
