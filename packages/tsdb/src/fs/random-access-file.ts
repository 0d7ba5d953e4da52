// A file that is read by position through a page cache.
import { closeSync, fstatSync, openSync } from 'node:fs';
import type { Decoder } from '../bytes/decoder.ts';
import { FILE_PAGE_BYTES, isChecked, markChecked, type Page, type PageCache } from './page-cache.ts';

export class RandomAccessFile {
  readonly path: string;
  readonly size: number;
  readonly #cache: PageCache;
  readonly #file: number;
  #descriptor: number;
  /** The page of the last `read`; undefined where it took several. */
  #lastPage: Page | undefined;

  constructor(path: string, cache: PageCache) {
    this.path = path;
    this.#cache = cache;
    this.#file = cache.newFile();
    this.#descriptor = openSync(path, 'r');
    this.size = fstatSync(this.#descriptor).size;
  }

  /**
   * Points `decoder` at up to `length` bytes from `offset` on, fewer at the end of the file. What it reads is
   * valid until the next read of any file of the cache.
   */
  read(offset: number, length: number, decoder: Decoder): Decoder {
    const available = Math.max(0, Math.min(length, this.size - offset));
    const index = Math.floor(offset / FILE_PAGE_BYTES);
    const within = offset - index * FILE_PAGE_BYTES;
    if (within + available <= FILE_PAGE_BYTES) {
      const page = this.#cache.page(this.#file, this.#descriptor, index);
      this.#lastPage = page;
      decoder.bytes = page.bytes;
      decoder.view = page.view;
      decoder.at = within;
      decoder.end = Math.min(within + available, page.length);
      decoder.error = '';
      return decoder;
    }
    this.#lastPage = undefined;
    const whole = new Uint8Array(available);
    return decoder.reset(whole, 0, this.#copy(offset, whole));
  }

  /**
   * Whether the last `read`, from `offset` on, was found sound by `markChecked` since its page came from disk.
   * Never so for what lies on two pages.
   */
  isChecked(offset: number): boolean {
    return this.#lastPage !== undefined && isChecked(this.#lastPage, offset % FILE_PAGE_BYTES);
  }

  /** Says that the last `read`, from `offset` on, agrees with its checksum. */
  markChecked(offset: number): void {
    if (this.#lastPage !== undefined) markChecked(this.#lastPage, offset % FILE_PAGE_BYTES);
  }

  close(): void {
    if (this.#descriptor < 0) return;
    closeSync(this.#descriptor);
    this.#descriptor = -1;
    this.#cache.forget(this.#file);
  }

  #copy(offset: number, into: Uint8Array): number {
    let done = 0;
    while (done < into.length) {
      const at = offset + done;
      const index = Math.floor(at / FILE_PAGE_BYTES);
      const page = this.#cache.page(this.#file, this.#descriptor, index);
      const within = at - index * FILE_PAGE_BYTES;
      const part = Math.min(page.length - within, into.length - done);
      if (part <= 0) break;
      into.set(page.bytes.subarray(within, within + part), done);
      done += part;
    }
    return done;
  }
}
