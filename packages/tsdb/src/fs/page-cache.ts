// Files of blocks are read by position into pages that several files share: a bounded amount of memory however
// many blocks there are, and no mapped file that could be cut under us. Pages go in the order in which they came,
// but one that was used since its turn came last gets another round.
import { readSync } from 'node:fs';
import { viewOf } from '../bytes/crc32c.ts';

export const FILE_PAGE_BYTES = 64 * 1024;
/** Of a page that holds nothing. */
const NO_KEY = -1;

export interface Page {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Bytes that the file has in this page. */
  length: number;
  /** The file and place it holds now. */
  key: number;
  /** Used since it was last passed over. */
  used: boolean;
  /** A bit per CHECKED_BYTES: what begins there was held against its checksum since the page was read. */
  readonly checked: Uint8Array;
}

/** Nothing that has a checksum of its own is shorter than this. */
const CHECKED_BYTES = 16;

/** Pages that were asked for lately are found without the map; a power of two. */
const RECENT_SLOTS = 256;

export class PageCache {
  readonly #pages = new Map<number, Page>();
  /** By the low bits of the key. A slot may name a page that holds something else by now. */
  readonly #recent: (Page | undefined)[] = new Array(RECENT_SLOTS).fill(undefined);
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
    const slot = (index ^ (file << 4)) & (RECENT_SLOTS - 1);
    let page = this.#recent[slot];
    if (page?.key !== key) {
      page = this.#pages.get(key) ?? this.#load(key, descriptor, index);
      this.#recent[slot] = page;
    }
    page.used = true;
    return page;
  }

  #load(key: number, descriptor: number, index: number): Page {
    const page = this.#emptyPage();
    page.length = readFully(descriptor, page.bytes, index * FILE_PAGE_BYTES);
    page.key = key;
    page.checked.fill(0);
    this.#pages.set(key, page);
    return page;
  }

  /** Forgets the pages of a file that was closed. */
  forget(file: number): void {
    for (const [key, page] of this.#pages) {
      if (Math.floor(key / 2 ** 26) !== file) continue;
      this.#pages.delete(key);
      page.key = NO_KEY;
    }
  }

  /** A page to be filled: a new one, or the next that was not used since its last turn. */
  #emptyPage(): Page {
    if (this.#pages.size < this.#limit) {
      const bytes = new Uint8Array(FILE_PAGE_BYTES);
      const checked = new Uint8Array(FILE_PAGE_BYTES / CHECKED_BYTES / 8);
      return { bytes, view: viewOf(bytes), length: 0, key: NO_KEY, used: false, checked };
    }
    for (;;) {
      const [[key, page]] = this.#pages;
      this.#pages.delete(key);
      if (page.used) {
        page.used = false;
        this.#pages.set(key, page);
      } else {
        page.key = NO_KEY;
        return page;
      }
    }
  }
}

/** Whether what begins at `within` a page was found to be sound since the page was read. */
export function isChecked(page: Page, within: number): boolean {
  const bit = Math.floor(within / CHECKED_BYTES);
  return (page.checked[bit >>> 3] & (1 << (bit & 7))) !== 0;
}

export function markChecked(page: Page, within: number): void {
  const bit = Math.floor(within / CHECKED_BYTES);
  page.checked[bit >>> 3] |= 1 << (bit & 7);
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
