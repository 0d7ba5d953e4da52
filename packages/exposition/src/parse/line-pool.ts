// Texts that several targets expose alike are kept once. Many targets of one job tell the same series in the same
// order, and the text of its lines is most of what a target's table of known lines takes.
import { hashBytes } from './byte-compare.ts';

export class LinePool {
  readonly #texts = new Map<number, WeakRef<Uint8Array>[]>();
  readonly #finalizers = new FinalizationRegistry<number>((hash) => this.#prune(hash));

  /**
   * The same bytes, in memory that others may use too: nobody may write there any more. The pool itself keeps
   * nothing alive.
   */
  share(bytes: Uint8Array): Uint8Array {
    const hash = hashBytes(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length, 0);
    const candidates = this.#texts.get(hash) ?? [];
    for (const candidate of candidates) {
      const known = candidate.deref();
      if (known && Buffer.compare(known, bytes) === 0) return known;
    }
    this.#texts.set(hash, [...candidates, new WeakRef(bytes)]);
    this.#finalizers.register(bytes, hash);
    return bytes;
  }

  /** Texts held by anyone. */
  get size(): number {
    let size = 0;
    for (const texts of this.#texts.values())
      size += texts.filter((text) => text.deref() !== undefined).length;
    return size;
  }

  #prune(hash: number): void {
    const left = this.#texts.get(hash)?.filter((text) => text.deref() !== undefined) ?? [];
    if (left.length > 0) this.#texts.set(hash, left);
    else this.#texts.delete(hash);
  }
}
