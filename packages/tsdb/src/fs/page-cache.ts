// Files of blocks are read by position into pages that several files share: a bounded amount of memory however
// many blocks there are, and no mapped file that could be cut under us. The page used longest ago goes first.
import { readSync } from 'node:fs';
import { viewOf } from '../bytes/crc32c.ts';

export const FILE_PAGE_BYTES = 64 * 1024;

export interface Page {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Bytes that the file has in this page. */
  length: number;
}

export class PageCache {
  readonly #pages = new Map<number, Page>();
  readonly #limit: number;
  #nextFile = 1;

  /** @param limitBytes memory for pages; at least four pages are kept */
  constructor(limitBytes: number) {
    this.#limit = Math.max(4, Math.floor(limitBytes / FILE_PAGE_BYTES));
  }

  /** A number that tells a file's pages from others'. */
  newFile(): number {
    return this.#nextFile++;
  }

  /** Page `index` of a file: valid until the next call, then its memory may hold another. */
  page(file: number, descriptor: number, index: number): Page {
    const key = file * 2 ** 26 + index;
    let page = this.#pages.get(key);
    if (page) this.#pages.delete(key);
    else {
      page = this.#emptyPage();
      page.length = readFully(descriptor, page.bytes, index * FILE_PAGE_BYTES);
    }
    this.#pages.set(key, page);
    return page;
  }

  /** Forgets the pages of a file that was closed. */
  forget(file: number): void {
    for (const key of this.#pages.keys()) if (Math.floor(key / 2 ** 26) === file) this.#pages.delete(key);
  }

  #emptyPage(): Page {
    if (this.#pages.size >= this.#limit) {
      const [[key, page]] = this.#pages;
      this.#pages.delete(key);
      return page;
    }
    const bytes = new Uint8Array(FILE_PAGE_BYTES);
    return { bytes, view: viewOf(bytes), length: 0 };
  }
}

/** Reads until the buffer is full or the file ends; returns the number of bytes. */
export function readFully(descriptor: number, bytes: Uint8Array, position: number): number {
  let done = 0;
  while (done < bytes.length) {
    const read = readSync(descriptor, bytes, done, bytes.length - done, position + done);
    if (read === 0) break;
    done += read;
  }
  return done;
}
