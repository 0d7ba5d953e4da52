/** A token bucket as Go's x/time/rate: `burst` tokens at most, one more every `intervalMs`. */
export class RateLimit {
  readonly #burst: number;
  readonly #intervalMs: number;
  #tokens: number;
  #lastMs: number;

  constructor(burst: number, intervalMs: number, nowMs: number) {
    this.#burst = burst;
    this.#intervalMs = intervalMs;
    this.#tokens = burst;
    this.#lastMs = nowMs;
  }

  /** Takes a token if there is one. */
  allow(nowMs: number): boolean {
    const earned = Math.max(0, nowMs - this.#lastMs) / this.#intervalMs;
    this.#tokens = Math.min(this.#burst, this.#tokens + earned);
    this.#lastMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
