// Which queries count as short, and which as tiny. A lane of its own keeps short ones from waiting behind long
// ones; tiny ones are not worth the way to another thread. What a query cost last time says more than its text.

/** A query that took longer than this is long the next time. */
const SHORT_MS = 100;
/** Range queries with more steps than this are long until shown otherwise. */
const SHORT_STEPS = 100;
/** An instant query that took no longer than this runs on the thread that owns the head. */
const TINY_MS = 5;
const REMEMBERED = 2_000;

export class QueryHistory {
  /** Query text with its step count to its last duration, oldest first. */
  readonly #durations = new Map<string, number>();

  isShort(query: string, steps: number): boolean {
    const last = this.#durations.get(key(query, steps));
    return last === undefined ? steps <= SHORT_STEPS : last <= SHORT_MS;
  }

  isTiny(query: string, steps: number): boolean {
    const last = this.#durations.get(key(query, steps));
    return steps === 1 && last !== undefined && last <= TINY_MS;
  }

  /** @param durationMs without waiting */
  record(query: string, steps: number, durationMs: number): void {
    const of = key(query, steps);
    this.#durations.delete(of);
    this.#durations.set(of, durationMs);
    if (this.#durations.size > REMEMBERED) this.#durations.delete(this.#durations.keys().next().value!);
  }
}

function key(query: string, steps: number): string {
  return `${steps} ${query}`;
}
