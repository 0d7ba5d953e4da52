// Writes a file from front to back through a buffer, and syncs it before it is closed.
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { Encoder } from '../bytes/encoder.ts';

const FLUSH_BYTES = 1024 * 1024;

export class BufferedFileWriter {
  readonly path: string;
  /** What is written goes in here; `flushIfLarge` after every larger piece. */
  readonly output = new Encoder(FLUSH_BYTES + 64 * 1024);
  readonly #descriptor: number;
  #flushed = 0;

  /** The file must not exist yet. */
  constructor(path: string) {
    this.path = path;
    this.#descriptor = openSync(path, 'wx', 0o666);
  }

  /** Where the next byte goes. */
  get position(): number {
    return this.#flushed + this.output.length;
  }

  flushIfLarge(): void {
    if (this.output.length >= FLUSH_BYTES) this.flush();
  }

  flush(): void {
    const { bytes, length } = this.output;
    for (let done = 0; done < length; ) {
      done += writeSync(this.#descriptor, bytes, done, length - done, this.#flushed + done);
    }
    this.#flushed += length;
    this.output.clear();
  }

  /** Adds zeros until the position is a multiple of `alignment`. */
  align(alignment: number): void {
    while (this.position % alignment !== 0) this.output.u8(0);
  }

  /** Writes out and syncs; the file is complete when this returns. */
  close(): void {
    try {
      this.flush();
      fsyncSync(this.#descriptor);
    } finally {
      closeSync(this.#descriptor);
    }
  }

  /** Closes after a failure, without a sync. */
  abandon(): void {
    closeSync(this.#descriptor);
  }
}
