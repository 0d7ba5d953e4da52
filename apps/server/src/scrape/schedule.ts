// When a target is scraped, and which timestamp its samples carry. The slots of a target are fixed by its
// hash, so that restarts and reloads keep the phase and the targets of one server spread over the interval.
// Slots are counted from the first one, never from the last scrape: a late scrape does not move the next. A
// slot that passes while a scrape still runs is made up for at once, however many passed.

export interface ScheduleOptions {
  /** Give samples the time of their slot when the scrape begins within the tolerance (less to store). */
  readonly adjustTimestamps: boolean;
  /** At most a hundredth of the interval counts. */
  readonly toleranceMs: number;
}

/** Timers may fire this much before their time, as the wall clock sees it. */
const EARLY_MS = 1;

/**
 * Milliseconds from `nowMs` until the target's next slot, in [0, intervalMs].
 * @param hash 64 bits that identify the target
 * @param seed 64 bits that identify this server, so that two servers with the same targets scrape at other times
 */
export function offsetMs(nowMs: number, intervalMs: number, hash: bigint, seed: bigint): number {
  const base = intervalMs - (nowMs % intervalMs);
  const offset = Number((hash ^ seed) % BigInt(intervalMs));
  const next = base + offset;
  return next > intervalMs ? next - intervalMs : next;
}

export class Schedule {
  readonly #intervalMs: number;
  readonly #options: ScheduleOptions;
  /** The slot that was begun last; before the first scrape one interval ahead of the first slot. */
  #slotMs: number;

  /** @param firstSlotMs the time of the first scrape */
  constructor(firstSlotMs: number, intervalMs: number, options: ScheduleOptions) {
    this.#slotMs = firstSlotMs - intervalMs;
    this.#intervalMs = intervalMs;
    this.#options = options;
  }

  /** A scrape begins: its slot is the newest that has come. Returns the timestamp for its samples. */
  begin(nowMs: number): number {
    const passed = Math.floor((nowMs + EARLY_MS - this.#slotMs) / this.#intervalMs);
    this.#slotMs += Math.max(0, passed) * this.#intervalMs;
    if (!this.#options.adjustTimestamps) return nowMs;
    const tolerance = Math.min(this.#intervalMs / 100, this.#options.toleranceMs);
    return nowMs - this.#slotMs <= tolerance ? this.#slotMs : nowMs;
  }

  /** Milliseconds until the slot after the one begun last; 0 when it has passed already. */
  delayMs(nowMs: number): number {
    return Math.max(0, this.#slotMs + this.#intervalMs - nowMs);
  }
}
