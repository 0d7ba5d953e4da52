import { ReusableBuffer } from '@prometheus-ts/http-client';

/** Idle buffers kept; more are left to the collector. */
const KEPT = 32;

/** Buffers that bodies are read into, used again from scrape to scrape: fresh ones keep the collector busy. */
export class BodyBuffers {
  readonly #idle: ReusableBuffer[] = [];

  /** The idle buffer that fits `bytes` best, or a new one; its content is undefined. */
  take(bytes: number): ReusableBuffer {
    let best = -1;
    for (let i = 0; i < this.#idle.length; i++) {
      const size = this.#idle[i]!.bytes.length;
      if (size >= bytes && (best < 0 || size < this.#idle[best]!.bytes.length)) best = i;
    }
    return best < 0 ? (this.#idle.pop() ?? new ReusableBuffer()) : this.#idle.splice(best, 1)[0]!;
  }

  give(buffer: ReusableBuffer): void {
    if (this.#idle.length < KEPT) this.#idle.push(buffer);
  }
}
