// Strings on their way into and out of shared memory: UTF-8, padded with zeros to whole words, so that two
// strings of the same length are compared and hashed word by word.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Holds one encoded string at a time. */
export class TextScratch {
  #bytes = new Uint8Array(1024);
  /** The encoded string, `wordCount` words of it. */
  words = new Int32Array(this.#bytes.buffer);
  /** In bytes. */
  length = 0;
  wordCount = 0;
  /** A 32-bit hash of the bytes, mixed with the seed. */
  hash = 0;

  set(text: string, seed: number): void {
    const units = text.length;
    if (units * 3 + 4 > this.#bytes.length) {
      this.#bytes = new Uint8Array((units * 3 + 7) & ~3);
      this.words = new Int32Array(this.#bytes.buffer);
    }
    const bytes = this.#bytes;
    let length = 0;
    while (length < units) {
      const unit = text.charCodeAt(length);
      if (unit >= 0x80) break;
      bytes[length++] = unit;
    }
    if (length < units) length = encoder.encodeInto(text, bytes).written;
    this.length = length;
    const count = (length + 3) >> 2;
    for (let i = length; i < count * 4; i++) bytes[i] = 0;
    this.wordCount = count;
    const words = this.words;
    let hash = mix(seed, length);
    for (let i = 0; i < count; i++) hash = mix(hash, words[i]);
    this.hash = finish(hash);
  }

  /** Whether the string is the one of `length` bytes at `address`. */
  equals(memory: Int32Array, address: number, length: number): boolean {
    if (length !== this.length) return false;
    const words = this.words;
    const count = this.wordCount;
    for (let i = 0; i < count; i++) if (memory[address + i] !== words[i]) return false;
    return true;
  }
}

/** The string of `length` bytes at word `address`. */
export function readText(memory: Int32Array, address: number, length: number): string {
  return decoder.decode(new Uint8Array(memory.buffer, address * 4, length));
}

/** Mixes a word into a running hash. */
export function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  hash ^= Math.imul(k, 0x1b873593);
  hash = (hash << 13) | (hash >>> 19);
  return (Math.imul(hash, 5) + 0xe6546b64) | 0;
}

export function finish(hash: number): number {
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
